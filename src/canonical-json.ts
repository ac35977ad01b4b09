/** Canonical JSON and its digest: equal values give equal text, whatever the order in which keys were set. */

import { RecauditError } from './errors.js';
import { sha256 } from './hash.js';

/**
 * JSON with sorted keys and no white space; keys whose value is undefined are left out.
 *
 * @throws RecauditError('internal') on what JSON cannot hold: NaN, infinities, functions, typed arrays, cycles
 * @example canonicalJson({ b: 1, a: [true, null] }) // '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown, path = 'value'): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((element, e) => canonicalJson(element, `${path}[${e}]`)).join(',')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, `${path}.${name}`)}`);
    return `{${members.join(',')}}`;
  }
  throw new RecauditError(
    'internal',
    `canonical JSON: expected a plain JSON value, got ${typeof value} ${String(value)} at ${path}. Resolve it before it is hashed.`,
  );
}

/** Hex SHA-256 of the canonical JSON. */
export function digest(value: unknown): string {
  return sha256([canonicalJson(value)]);
}
