/** What an interaction file is, by its first bytes; of a packed one also by the first bytes of what is in it. */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RecauditError } from '../../../errors.js';
import { plainBytes } from '../packed/decompress.js';
import { looksBinary, shownEncoding, unmarkedUtf16 } from './encoding.js';
import { contradiction, conversion, describeKind, HEAD_BYTES, kindOf } from './known-formats.js';
import { parquetParts } from './parquet-parts.js';
import { openError, type SourceFile } from './source-file.js';

export interface Naming {
  /** the path for messages */
  readonly shown: string;
  /** what the endings say of the content */
  readonly name: string;
}

/**
 * Looks at a file's first bytes (content decides, a contradicting name is an error).
 *
 * @param encoding what the caller says of it
 * @throws RecauditError `data` for a missing, unreadable or empty file, a directory, an unknown format
 */
export async function inspectSource(
  path: string,
  encoding?: string,
  { shown, name }: Naming = { shown: path, name: path },
): Promise<SourceFile> {
  const parts = await parquetParts(path);
  if (parts) return { ...sourceOf(path, path, 0, 'parquet'), parts };
  const { head, size } = await readHead(path, shown);
  const kind = kindOf(head);
  const wrongName = contradiction(name, kind);
  if (wrongName !== undefined) throw bad(shown, wrongName, 'Rename or repack the file.');
  if (kind === 'parquet' || kind === 'npy') return sourceOf(path, shown, size, kind);
  const source = { ...sourceOf(path, shown, size, 'text'), encoding: encoding ?? 'utf-8' };
  if (kind === 'xz') return { ...source, compression: 'xz' };
  if (kind === 'zip' && /\.npz$/i.test(name)) return { ...source, compression: 'zip', format: 'npz' };
  if (kind === 'gzip' || kind === 'zstd' || kind === 'zip')
    return inspectText({ ...source, compression: kind }, encoding);
  return inspectText(source, encoding, head);
}

/** Text: that it is one, and its encoding. */
async function inspectText(
  source: SourceFile,
  encoding: string | undefined,
  plainHead?: Uint8Array,
): Promise<SourceFile> {
  const { path, compression } = source;
  const head = plainHead ?? (await firstBytes(plainBytes(source)));
  const kind = kindOf(head);
  const within = compression === 'none' ? '' : ` in ${describeKind(compression)}`;
  if (kind !== 'text' && within !== '')
    throw bad(
      path,
      `expected CSV, TSV or JSON lines${within}, got ${describeKind(kind)}`,
      kind in UNPACK ? UNPACK[kind] : `Unpack it first. ${conversion(kind, 'FILE')}`,
    );
  if (kind !== 'text')
    throw bad(
      path,
      `expected CSV, TSV, JSON lines (plain, gzip, zstd, zip or xz), Parquet, .npz, .npy or .mtx, got ${kind}`,
      conversion(kind, path),
    );
  const found = encoding ?? shownEncoding(head) ?? unmarkedUtf16(head.subarray(0, 64)) ?? 'utf-8';
  if (found === 'utf-8' && looksBinary(head.subarray(0, 64)))
    throw bad(
      path,
      `expected text${within}, got bytes of zero`,
      'Name its encoding, such as --encoding utf-16le, or convert it.',
    );
  return { ...source, encoding: found };
}

/** What is read as it is, but not within a packed file. */
const UNPACK: Readonly<Record<string, string>> = Object.fromEntries(
  ['gzip', 'zstd', 'zip', 'xz', 'parquet', 'npy'].map((kind) => [kind, 'Unpack the outer file first.']),
);

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of chunks) {
    parts.push(chunk.subarray(0, HEAD_BYTES));
    count += chunk.length;
    if (count >= HEAD_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

function sourceOf(path: string, shown: string, size: number, format: SourceFile['format']): SourceFile {
  const absolutePath = resolve(path);
  return {
    path: shown,
    absolutePath,
    parts: [absolutePath],
    size,
    format,
    compression: 'none',
    encoding: 'utf-8',
  };
}

async function readHead(path: string, shown: string): Promise<{ head: Uint8Array; size: number }> {
  let handle: FileHandle | undefined;
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw bad(shown, 'expected a file, got a directory', 'Name one file in it.');
    if (!stats.isFile())
      throw bad(shown, 'expected a regular file, got a device or pipe', 'Save it to a file first.');
    if (stats.size === 0)
      throw bad(shown, 'expected interactions, got an empty file', 'Check how it was written.');
    handle = await open(path, 'r');
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { head: buffer.subarray(0, bytesRead), size: stats.size };
  } catch (error) {
    if (error instanceof RecauditError) throw error;
    throw openError(shown, error);
  } finally {
    await handle?.close();
  }
}

function bad(path: string, problem: string, advice: string): RecauditError {
  return new RecauditError('data', `${path}: ${problem}. ${advice}`);
}
