/**
 * An interaction file before anything is parsed: what it is by its first bytes, its bytes uncompressed, and whether
 * its compressed stream is whole. DuckDB reads a truncated gzip or zstd file up to the cut without a word,
 * hence the check here.
 */

import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { RecauditError } from '../../errors.js';

export type Compression = 'none' | 'gzip' | 'zstd';

export interface SourceFile {
  /** as the user wrote it: for messages */
  readonly path: string;
  readonly absolutePath: string;
  readonly format: 'text' | 'parquet';
  readonly compression: Compression;
}

const SIGNATURES: readonly { readonly bytes: readonly number[]; readonly kind: string }[] = [
  { bytes: [0x1f, 0x8b], kind: 'gzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], kind: 'zstd' },
  { bytes: [0x50, 0x41, 0x52, 0x31], kind: 'parquet' },
  { bytes: [0x42, 0x5a, 0x68], kind: 'a bzip2 file' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], kind: 'an xz file' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'a zip archive' },
  { bytes: [0xff, 0xfe], kind: 'UTF-16 text' },
  { bytes: [0xfe, 0xff], kind: 'UTF-16 text' },
];

/**
 * Looks at a file's first bytes (content decides, a contradicting name is an error).
 *
 * @throws RecauditError `data` for a missing, unreadable or empty file, a directory, an unknown format
 */
export async function inspectSource(path: string): Promise<SourceFile> {
  const head = await readHead(path);
  const kind = SIGNATURES.find(({ bytes }) => bytes.every((byte, k) => head[k] === byte))?.kind ?? 'text';
  for (const [pattern, expected, name] of [
    [/\.gz$/i, 'gzip', 'a gzip file'],
    [/\.zst$/i, 'zstd', 'a zstd file'],
    [/\.(parquet|pq)$/i, 'parquet', 'a Parquet file'],
  ] as const) {
    if (pattern.test(path) && kind !== expected)
      throw bad(
        path,
        `expected ${name} as its name says, got ${describeKind(kind)}`,
        'Rename or repack the file.',
      );
  }
  const file = { path, absolutePath: resolve(path) };
  if (kind === 'parquet') return { ...file, format: 'parquet', compression: 'none' };
  if (kind === 'gzip' || kind === 'zstd') return { ...file, format: 'text', compression: kind };
  if (kind === 'text') return { ...file, format: 'text', compression: 'none' };
  throw bad(
    path,
    `expected CSV, TSV (plain, gzip or zstd) or Parquet, got ${kind}`,
    'Convert the file first.',
  );
}

function describeKind(kind: string): string {
  return (
    { gzip: 'a gzip file', zstd: 'a zstd file', parquet: 'a Parquet file', text: 'something else' }[kind] ??
    kind
  );
}

async function readHead(path: string): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw bad(path, 'expected a file, got a directory', 'Name one file in it.');
    if (!stats.isFile())
      throw bad(path, 'expected a regular file, got a device or pipe', 'Save it to a file first.');
    if (stats.size === 0)
      throw bad(path, 'expected interactions, got an empty file', 'Check how it was written.');
    handle = await open(path, 'r');
    const { buffer, bytesRead } = await handle.read(new Uint8Array(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof RecauditError) throw error;
    throw openError(path, error);
  } finally {
    await handle?.close();
  }
}

function openError(path: string, error: unknown): RecauditError {
  const code = (error as NodeJS.ErrnoException).code;
  const [got, advice] =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? ['no such file', 'Check the path.']
      : code === 'EACCES' || code === 'EPERM'
        ? ['permission denied', "Check the file's permissions."]
        : [String((error as Error).message), 'Check the path and the disk.'];
  return new RecauditError('data', `${path}: expected a readable file, got ${got}. ${advice}`, {
    cause: error,
  });
}

/**
 * The uncompressed bytes, chunk by chunk.
 *
 * @throws RecauditError `data` where the compressed stream is truncated or corrupt
 */
export async function* uncompressedBytes(source: SourceFile): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(source.absolutePath, { highWaterMark: 1 << 18 });
  try {
    if (source.compression === 'zstd') yield* zstdBytes(raw);
    else if (source.compression === 'gzip') {
      const gunzip = createGunzip({ chunkSize: 1 << 18 });
      raw.on('error', (error) => gunzip.destroy(error));
      yield* raw.pipe(gunzip) as AsyncIterable<Uint8Array>;
    } else yield* raw as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof RecauditError) throw error;
    throw streamError(source, error);
  } finally {
    raw.destroy();
  }
}

async function* zstdBytes(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const stream = new Decompress((chunk) => ready.push(chunk));
  for await (const chunk of raw) {
    stream.push(chunk);
    yield* ready;
    ready = [];
  }
  stream.push(new Uint8Array(0), true);
  yield* ready;
}

function streamError(source: SourceFile, error: unknown): RecauditError {
  const reason = (error as Error).message;
  if (source.compression === 'none') return openError(source.path, error);
  const problem = /unexpected e(nd|of)/i.test(reason) ? 'a truncated one' : `a corrupt one (${reason})`;
  return truncated(source, problem, error);
}

function truncated(source: SourceFile, problem: string, cause?: unknown): RecauditError {
  return new RecauditError(
    'data',
    `${source.path}: expected a whole ${source.compression} file, got ${problem}. Copy or compress it again.`,
    { cause },
  );
}

/**
 * Reads a compressed file to its end. gzip: lengths and checksums. zstd: the chain of frames and blocks (their
 * contents are checked by whoever decompresses them).
 *
 * @throws RecauditError `data` where the stream is truncated or corrupt
 */
export async function checkCompression(source: SourceFile): Promise<void> {
  if (source.compression === 'gzip') for await (const _ of uncompressedBytes(source));
  if (source.compression === 'zstd') await checkZstdFrames(source);
}

/** Walks frame headers and block headers (RFC 8878, section 3.1) and expects the file to end where a frame ends. */
async function checkZstdFrames(source: SourceFile): Promise<void> {
  const handle = await open(source.absolutePath, 'r');
  try {
    const { size } = await handle.stat();
    const bytesAt = async (position: number, count: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(count), 0, count, position);
      if (bytesRead < count) throw truncated(source, 'a truncated one');
      return buffer;
    };
    let position = 0;
    while (position < size) position = await frameEnd(source, position, bytesAt);
    if (position > size) throw truncated(source, 'a truncated one');
  } finally {
    await handle.close();
  }
}

type BytesAt = (position: number, count: number) => Promise<Uint8Array>;

async function frameEnd(source: SourceFile, start: number, bytesAt: BytesAt): Promise<number> {
  const magic = littleEndian(await bytesAt(start, 4));
  if (magic >>> 4 === 0x184d2a5) return start + 8 + littleEndian(await bytesAt(start + 4, 4));
  if (magic !== 0xfd2fb528) throw truncated(source, `a corrupt one (no frame at byte ${start})`);
  const [descriptor] = await bytesAt(start + 4, 1);
  const singleSegment = (descriptor >> 5) & 1;
  const sizeBytes = [singleSegment, 2, 4, 8][descriptor >> 6];
  let position = start + 5 + (1 - singleSegment) + [0, 1, 2, 4][descriptor & 3] + sizeBytes;
  for (let last = 0; last === 0; ) {
    const header = littleEndian(await bytesAt(position, 3));
    last = header & 1;
    const runLength = ((header >> 1) & 3) === 1;
    position += 3 + (runLength ? 1 : header >>> 3);
  }
  return position + ((descriptor >> 2) & 1 ? 4 : 0);
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function bad(path: string, problem: string, advice: string): RecauditError {
  return new RecauditError('data', `${path}: ${problem}. ${advice}`);
}
