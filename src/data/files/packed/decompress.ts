/**
 * The bytes of a text file, uncompressed and as UTF-8. DuckDB reads a truncated gzip or zstd file up to the cut without a
 * word; what comes from here is whole, or an error.
 */

import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { RecauditError } from '../../../errors.js';
import { isUtf8Label, toUtf8 } from '../source/encoding.js';
import { openError, type SourceFile } from '../source/source-file.js';
import { singleEntry } from './zip.js';
import { checkZstdFrames } from './zstd.js';

/** A file of clicks shrinks to a third or a tenth. Beyond this it holds one thing again and again. */
const MOST_EXPANSION = 200;
const FREE_BYTES = 256 * 2 ** 20;
const CHUNK = 1 << 18;

/**
 * The text of a file as UTF-8, chunk by chunk.
 *
 * @throws RecauditError `data` where the compressed stream is truncated, corrupt or a bomb, or the text is of another encoding
 */
export async function* uncompressedBytes(source: SourceFile): AsyncGenerator<Uint8Array> {
  const bytes = bounded(source, plainBytes(source));
  yield* isUtf8Label(source.encoding) ? bytes : toUtf8(source.path, bytes, source.encoding);
}

/** The bytes of a file, unpacked and no more than that. @throws RecauditError `data` for a truncated or corrupt file */
export async function* plainBytes(source: SourceFile): AsyncGenerator<Uint8Array> {
  if (source.compression === 'zip') return yield* singleEntry(source);
  if (source.compression === 'zstd') await checkZstdFrames(source);
  const raw = createReadStream(source.absolutePath, { highWaterMark: CHUNK });
  try {
    if (source.compression === 'zstd') yield* zstdBytes(raw as AsyncIterable<Uint8Array>);
    else if (source.compression === 'gzip') yield* through(raw, createGunzip({ chunkSize: CHUNK }));
    else yield* raw as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof RecauditError) throw error;
    throw streamError(source, error);
  } finally {
    raw.destroy();
  }
}

/** Ends a stream that unpacks to far more than a real file would: it would fill memory and never end. */
export async function* bounded(
  source: SourceFile,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > FREE_BYTES && total > MOST_EXPANSION * source.size && source.compression !== 'none')
      throw new RecauditError(
        'data',
        `${source.path}: expected at most ${MOST_EXPANSION} times its ${source.size} bytes unpacked, got more. ` +
          'It looks like a compression bomb; unpack it first if it is none.',
      );
    yield chunk;
  }
}

function through(
  raw: NodeJS.ReadableStream,
  transform: NodeJS.ReadWriteStream & { destroy(e: Error): void },
) {
  raw.on('error', (error) => transform.destroy(error));
  return raw.pipe(transform) as unknown as AsyncIterable<Uint8Array>;
}

async function* zstdBytes(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const stream = new Decompress((chunk) => ready.push(chunk));
  for await (const chunk of raw) {
    // Small steps: what a few kilobytes unpack to is bounded.
    for (let start = 0; start < chunk.length; start += 4096) {
      stream.push(chunk.subarray(start, start + 4096));
      yield* ready;
      ready = [];
    }
  }
  stream.push(new Uint8Array(0), true);
  yield* ready;
}

function streamError(source: SourceFile, error: unknown): RecauditError {
  const reason = (error as Error).message;
  if (source.compression === 'none') return openError(source.path, error);
  const problem = /unexpected e(nd|of)/i.test(reason) ? 'a truncated one' : `a corrupt one (${reason})`;
  return new RecauditError(
    'data',
    `${source.path}: expected a whole ${source.compression} file, got ${problem}. Copy or compress it again.`,
    { cause: error },
  );
}
