/** The chain of frames and blocks of a zstd file (RFC 8878, section 3.1): whether it is whole, and what it needs. */

import { open } from 'node:fs/promises';
import { RecauditError } from '../../../errors.js';
import type { SourceFile } from '../source/source-file.js';

/** What a decoder must keep in memory. The largest that `zstd --long=29` asks for. */
const MOST_WINDOW = 2 ** 29;

/** From here on DuckDB refuses a file, and the decoder here takes a tenth of its speed: once is enough. */
export const LONG_WINDOW = 2 ** 27 + 1;

type BytesAt = (position: number, count: number) => Promise<Uint8Array>;

/**
 * Walks frame headers and block headers, and expects the file to end where a frame ends.
 *
 * @returns the largest window that a frame asks for, in bytes; 0 where none asks
 * @throws RecauditError `data` where the chain is cut or broken, or a frame needs too much memory
 */
export async function checkZstdFrames(source: SourceFile): Promise<number> {
  const handle = await open(source.absolutePath, 'r');
  try {
    const { size } = await handle.stat();
    const bytesAt = async (position: number, count: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(count), 0, count, position);
      if (bytesRead < count) throw broken(source, 'a truncated one');
      return buffer;
    };
    let window = 0;
    let position = 0;
    while (position < size) {
      const frame = await frameAt(source, position, bytesAt);
      window = Math.max(window, frame.window);
      position = frame.end;
    }
    if (position > size) throw broken(source, 'a truncated one');
    return window;
  } finally {
    await handle.close();
  }
}

interface Frame {
  readonly end: number;
  readonly window: number;
}

async function frameAt(source: SourceFile, start: number, bytesAt: BytesAt): Promise<Frame> {
  const magic = littleEndian(await bytesAt(start, 4));
  if (magic >>> 4 === 0x184d2a5)
    return { end: start + 8 + littleEndian(await bytesAt(start + 4, 4)), window: 0 };
  if (magic !== 0xfd2fb528) throw broken(source, `a corrupt one (no frame at byte ${start})`);
  const [descriptor] = await bytesAt(start + 4, 1);
  const singleSegment = (descriptor >> 5) & 1;
  const sizeBytes = [singleSegment, 2, 4, 8][descriptor >> 6];
  const blocks = start + 5 + (1 - singleSegment) + [0, 1, 2, 4][descriptor & 3] + sizeBytes;
  const window = singleSegment ? 0 : windowOf(source, (await bytesAt(start + 5, 1))[0]);
  let position = blocks;
  for (let last = 0; last === 0; ) {
    const header = littleEndian(await bytesAt(position, 3));
    last = header & 1;
    const runLength = ((header >> 1) & 3) === 1;
    position += 3 + (runLength ? 1 : header >>> 3);
  }
  return { end: position + ((descriptor >> 2) & 1 ? 4 : 0), window };
}

function windowOf(source: SourceFile, descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  const window = base + (base / 8) * (descriptor & 7);
  if (window <= MOST_WINDOW) return window;
  throw new RecauditError(
    'data',
    `${source.path}: expected a zstd window of at most ${MOST_WINDOW / 2 ** 20} MiB, got ${window / 2 ** 20} MiB. ` +
      `Unpack it: zstd -dc --long=31 ${source.path} | recaudit ... -`,
  );
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function broken(source: SourceFile, problem: string): RecauditError {
  return new RecauditError(
    'data',
    `${source.path}: expected a whole zstd file, got ${problem}. Copy or compress it again.`,
  );
}
