import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256, sha256Bytes } from '../dist/hash.js';

const shared = new Int32Array(new SharedArrayBuffer(4000)).map((_, i) => i * 7919);
const part = new Float64Array(50).map((_, i) => Math.sqrt(i)).subarray(3, 41);

it.each([
  ['nothing', []],
  ['an empty text', ['']],
  ['texts beyond ASCII', ['naïve', '推荐', '😀', '\ud800']],
  ['numbers, shared and as a part of an array', [shared, 'and', part]],
])('digests %s as Node does', (_, parts: (string | Int32Array | Float64Array)[]) => {
  const node = createHash('sha256');
  for (const one of parts) node.update(one);
  expect(sha256(parts)).toBe(node.digest('hex'));
});

it('gives the digest of a text as bytes too', () => {
  expect(Buffer.from(sha256Bytes('a')).toString('hex')).toBe(sha256(['a']));
});
