/** Float32 arrays in a checkpoint's JSON: little-endian, base64. */

import { fromBase64, toBase64 } from '../../text/base64.js';

export function encodeFloats(values: Float32Array): string {
  return toBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

export function decodeFloats(text: string): Float32Array {
  return new Float32Array(fromBase64(text).buffer);
}
