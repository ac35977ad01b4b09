/**
 * SHA-256 digests of data. The one place of the data layer that knows where the hash function comes from.
 *
 * Typed arrays are hashed as their bytes, which are little-endian on every machine that Node 20 and
 * WebAssembly shared memory run on together.
 */

import { createHash } from 'node:crypto';

/** Hex SHA-256 of the parts, one after the other. Strings are hashed as UTF-8. */
export function sha256(parts: Iterable<string | NodeJS.ArrayBufferView>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
