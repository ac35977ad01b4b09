/** Task results by their kind. */

import type { ProfilesResult, TaskResult } from './types.js';

/** The result, if it is of fake profiles. @example asProfiles(results.get(key))?.profiles */
export function asProfiles(result: TaskResult | undefined): ProfilesResult | undefined {
  return result?.kind === 'craft' || result?.kind === 'control' ? result : undefined;
}
