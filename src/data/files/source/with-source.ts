/** A file that can be read again and again, and stays as it is meanwhile: pipes and some packed files are copied first. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { RecauditError } from '../../../errors.js';
import { bounded, plainBytes } from '../packed/decompress.js';
import { xzBytes } from '../packed/xz.js';
import { checkZstdFrames, LONG_WINDOW } from '../packed/zstd.js';
import { inspectSource } from './inspect.js';
import { openError, type SourceFile } from './source-file.js';
import { withTemporaryFile } from './temporary-file.js';

type Work<T> = (source: SourceFile) => Promise<T>;

/** Runs `work` on a file that stays as it is meanwhile; what comes through a pipe goes to a temporary file first. */
export async function withSource<T>(path: string, encoding: string | undefined, work: Work<T>): Promise<T> {
  const unpacked = (source: SourceFile) => withUnpacked(source, encoding, work);
  if (path !== '-' && !(await isPipe(path))) return unchanged(await inspectSource(path, encoding), unpacked);
  const shown = path === '-' ? 'standard input' : path;
  return withTemporaryFile(shown, pipeBytes(path, shown), async (file) =>
    unpacked(await inspectSource(file, encoding, { shown, name: shown })),
  );
}

/** An xz file, and a zstd file with a long window, is unpacked once, to be read as the file that is in it. */
async function withUnpacked<T>(source: SourceFile, encoding: string | undefined, work: Work<T>): Promise<T> {
  const { path: shown, compression } = source;
  const isLong = compression === 'zstd' && (await checkZstdFrames(source)) >= LONG_WINDOW;
  if (compression !== 'xz' && !isLong) return work(source);
  const bytes = isLong ? plainBytes(source) : xzBytes(source);
  return withTemporaryFile(shown, bounded(source, bytes), async (file) => {
    const inner = await inspectSource(file, encoding, { shown, name: shown.replace(/\.(xz|zst)$/i, '') });
    if (inner.compression !== 'xz') return work(inner);
    throw new RecauditError(
      'data',
      `${shown}: expected interactions in a packed file, got an xz file. Unpack the outer file first.`,
    );
  });
}

async function isPipe(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFIFO() || stats.isSocket(),
    () => false,
  );
}

async function* pipeBytes(path: string, shown: string): AsyncGenerator<Uint8Array> {
  try {
    yield* (path === '-' ? process.stdin : createReadStream(path)) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw openError(shown, error);
  }
}

async function unchanged<T>(source: SourceFile, work: Work<T>): Promise<T> {
  const stamps = () =>
    Promise.all(
      source.parts.map(async (part) => {
        const stamp = await stat(part).catch(() => null);
        return stamp && `${stamp.size} ${stamp.mtimeMs} ${stamp.ino}`;
      }),
    );
  const before = await stamps();
  const check = async () => {
    const after = await stamps();
    if (after.some((stamp, k) => stamp !== before[k]))
      throw new RecauditError(
        'data',
        `${source.path}: expected a file that stays as it is while it is read, got one that changed. ` +
          'Wait until it is written, and read it again.',
      );
  };
  let result: T;
  try {
    result = await work(source);
  } catch (error) {
    await check();
    throw error;
  }
  await check();
  return result;
}
