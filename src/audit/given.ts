/** Profiles from outside an audit, by what is in them. */

import { digest } from '../canonical-json.js';

/**
 * The digest under which an audit's data hold profiles from outside.
 *
 * @example const key = hashProfiles(rows); const data = { train, test, given: { [key]: rows } };
 */
export function hashProfiles(profiles: readonly Int32Array[]): string {
  return digest(profiles.map((profile) => Array.from(profile)));
}
