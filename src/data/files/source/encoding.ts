/** The encoding of a text file: what its first bytes show, and its text as UTF-8. */

import { RecauditError } from '../../../errors.js';

/** UTF-16 by its byte order mark. */
export function shownEncoding(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** UTF-16 without a mark: most of its first characters have a zero byte, all on the same side. */
export function unmarkedUtf16(head: Uint8Array): string | undefined {
  const pairs = head.length >> 1;
  const zeros = (offset: number) =>
    Array.from({ length: pairs }, (_, k) => head[2 * k + offset]).filter((byte) => byte === 0).length;
  const [first, second] = [zeros(0), zeros(1)];
  if (pairs < 3 || Math.max(first, second) < 0.75 * pairs || Math.min(first, second) > 0) return undefined;
  return first > second ? 'utf-16be' : 'utf-16le';
}

/** Whether the first bytes are those of no text at all, or of an encoding that nothing shows. */
export function looksBinary(head: Uint8Array): boolean {
  return head.filter((byte) => byte === 0).length >= 8;
}

/** Whether bytes of this encoding can go to a reader of UTF-8 as they are. */
export function isUtf8Label(encoding: string): boolean {
  return new TextDecoder(encoding).encoding === 'utf-8';
}

/** Text of `encoding` as UTF-8, without a byte order mark. @throws RecauditError `data` for other bytes */
export async function* toUtf8(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const encoder = new TextEncoder();
  const decode = (chunk?: Uint8Array) => {
    try {
      return encoder.encode(chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode());
    } catch (cause) {
      throw new RecauditError(
        'data',
        `${path}: expected ${encoding} text, got other bytes. Name its encoding with --encoding.`,
        { cause },
      );
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}
