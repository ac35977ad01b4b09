/**
 * SHA-256 digests of data, in JavaScript alone. The one place that knows where the hash function comes from.
 *
 * Typed arrays are hashed as their bytes, which are little-endian on every machine that Node 20 and
 * WebAssembly shared memory run on together.
 */

import { sha256 as hashOf } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

function digestOf(parts: Iterable<string | ArrayBufferView>): Uint8Array {
  const hash = hashOf.create();
  for (const part of parts)
    hash.update(
      typeof part === 'string'
        ? new TextEncoder().encode(part)
        : new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
    );
  return hash.digest();
}

/** Hex SHA-256 of the parts, one after the other. Strings are hashed as UTF-8. */
export function sha256(parts: Iterable<string | ArrayBufferView>): string {
  return bytesToHex(digestOf(parts));
}

/** The same digest of a text as the bytes that it is. */
export function sha256Bytes(text: string): Uint8Array {
  return digestOf([text]);
}
