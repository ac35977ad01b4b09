/** Base64 of bytes, in Node and in a browser. Megabytes take milliseconds, where `btoa` takes a second. */

const DIGITS = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;

/** @example toBase64(Uint8Array.of(97, 13, 10)) // 'YQ0K' */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  let at = 0;
  for (let from = 0; from < bytes.length; from += 3) {
    const left = bytes.length - from;
    const second = left > 1 ? bytes[from + 1] : 0;
    const third = left > 2 ? bytes[from + 2] : 0;
    text[at++] = DIGITS[bytes[from] >> 2];
    text[at++] = DIGITS[((bytes[from] & 3) << 4) | (second >> 4)];
    text[at++] = left > 1 ? DIGITS[((second & 15) << 2) | (third >> 6)] : PADDING;
    text[at++] = left > 2 ? DIGITS[third & 63] : PADDING;
  }
  return new TextDecoder().decode(text);
}

/** The bytes of what `toBase64` wrote. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
