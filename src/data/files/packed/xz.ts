/**
 * xz files: several streams and padding between them, with their checks. It is read once and to its end; the readers get the file
 * that is in it (`source/with-source.ts`).
 */

import { type FileHandle, open } from 'node:fs/promises';
import { RecauditError } from '../../../errors.js';
import { openError, type SourceFile } from '../source/source-file.js';

const CHUNK = 1 << 16;

/**
 * What is in the file.
 *
 * The decoder serves one stream at a time and frees it when it has ended or failed, so a caller that stops early makes it fail: its
 * own way to cancel frees memory that it may still use.
 *
 * @throws RecauditError `data` for a file that is truncated, corrupt, or packed in a way that the decoder does not know
 */
export async function* xzBytes(source: SourceFile): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = (await import('xz-decompress')).default;
  const handle = await open(source.absolutePath, 'r').catch((cause: unknown) => {
    throw openError(source.path, cause);
  });
  let stopped = false;
  const input = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = stopped ? null : await nextChunk(handle);
      if (stopped) controller.error(new Error('stopped'));
      else if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const reader = new XzReadableStream(input).getReader();
  let ended = false;
  const next = async () => {
    try {
      const { done, value } = await reader.read();
      ended = done;
      return value;
    } catch (error) {
      ended = true;
      throw unpackError(source, error);
    }
  };
  try {
    for (let chunk = await next(); !ended; chunk = await next()) if (chunk && chunk.length > 0) yield chunk;
  } finally {
    stopped = true;
    while (!ended) await next().catch(() => undefined);
    await handle.close();
  }
}

async function nextChunk(handle: FileHandle): Promise<Uint8Array | null> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(CHUNK), 0, CHUNK, null);
  return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
}

/** Numbers of xz-embedded's results. */
const REASONS: Readonly<Record<string, readonly [got: string, advice: 'copy' | 'unpack']>> = {
  2: ['one with a check that is not known', 'unpack'],
  4: ['one with a dictionary above 64 MiB', 'unpack'],
  5: ['a corrupt one', 'copy'],
  6: ['one with a filter or a check that is not known', 'unpack'],
  7: ['a corrupt one', 'copy'],
  8: ['one that is truncated, or followed by other bytes', 'copy'],
};

function unpackError(source: SourceFile, cause: unknown): RecauditError {
  const { message } = cause as Error;
  const code = /error code (\d+)/.exec(message)?.[1] ?? '';
  const [got, advice] = REASONS[code] ?? [`"${message}"`, 'copy'];
  const remedy = {
    copy: 'Copy or compress it again.',
    unpack: `Unpack it: xz -dc ${source.path} | recaudit ... -`,
  }[advice];
  return new RecauditError('data', `${source.path}: expected a whole xz file, got ${got}. ${remedy}`, {
    cause,
  });
}
