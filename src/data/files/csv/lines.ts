/** The lines of a text, by batches, with their numbers. */

import { RecauditError } from '../../../errors.js';
import { notUtf8 } from './csv-sample.js';

export interface TextLine {
  /** from 1 */
  readonly line: number;
  readonly text: string;
}

/** Longest line: one user with a million items fits. */
const MOST_CHARACTERS = 2 ** 26;

/** Lines end with `\n`, `\r\n` or `\r`. @throws RecauditError `data` for text that is not UTF-8 and for endless lines */
export async function* fileLines(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<TextLine[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pending = '';
  let line = 1;
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw notUtf8(`${path}, after line ${line}`);
    }
  };
  for await (const chunk of chunks) {
    pending += decode(chunk);
    // A return at the very end waits for what follows it.
    const complete = pending.endsWith('\r') ? pending.slice(0, -1) : pending;
    const lines = complete.split(/\r\n|\n|\r/);
    pending = (lines.pop() ?? '') + pending.slice(complete.length);
    if (pending.length > MOST_CHARACTERS)
      throw new RecauditError(
        'data',
        `${path}:${line + lines.length}: expected a line below ${MOST_CHARACTERS} characters, got a longer one. Check its line ends.`,
      );
    yield lines.map((text, k) => ({ line: line + k, text }));
    line += lines.length;
  }
  pending += decode();
  const last = pending.split(/\r\n|\n|\r/);
  yield last
    .filter((text, k) => k < last.length - 1 || text !== '')
    .map((text, k) => ({ line: line + k, text }));
}
