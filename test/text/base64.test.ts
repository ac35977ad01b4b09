import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../dist/text/base64.js';

it.each([0, 1, 2, 3, 4, 256, 100_001])(
  '%i bytes are written as Node writes them, and read back',
  (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 167 + (i >> 8)) & 255);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  },
);
