/**
 * An interaction file before anything is parsed: what it is by its first bytes, and whether it stayed the same while it
 * was read.
 */

import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RecauditError } from '../../errors.js';
import { looksBinary, shownEncoding, unmarkedUtf16 } from './encoding.js';
import { parquetParts } from './parquet-parts.js';

export type Compression = 'none' | 'gzip' | 'zstd' | 'zip';

export interface SourceFile {
  /** as the user wrote it: for messages */
  readonly path: string;
  readonly absolutePath: string;
  readonly format: 'text' | 'parquet' | 'npz';
  readonly compression: Compression;
  /** of text: what the caller says, else what its first bytes show */
  readonly encoding: string;
  /** bytes on disk */
  readonly size: number;
  /** absolute paths of the files that hold the rows: one, or those of a Parquet folder */
  readonly parts: readonly string[];
}

const SIGNATURES: readonly { readonly bytes: readonly number[]; readonly kind: string }[] = [
  { bytes: [0x1f, 0x8b], kind: 'gzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], kind: 'zstd' },
  { bytes: [0x50, 0x2a, 0x4d, 0x18], kind: 'zstd' },
  { bytes: [0x50, 0x41, 0x52, 0x31], kind: 'parquet' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'zip' },
  { bytes: [0x42, 0x5a, 0x68], kind: 'a bzip2 file' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], kind: 'an xz file' },
  { bytes: [0x89, 0x48, 0x44, 0x46], kind: 'an HDF5 file' },
  { bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], kind: 'an SQLite database' },
  { bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], kind: 'a NumPy array (.npy)' },
  { bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], kind: 'an Arrow or Feather file' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], kind: 'a 7z archive' },
  { bytes: [0x80, 0x03], kind: 'a Python pickle' },
  { bytes: [0x80, 0x04], kind: 'a Python pickle' },
  { bytes: [0x80, 0x05], kind: 'a Python pickle' },
];

/** How a format that is not read becomes one that is. */
function conversion(kind: string, path: string): string {
  const pandas = (read: string) =>
    `Convert it: python3 -c "import pandas; pandas.${read}('${path}').to_csv('out.csv', index=False)"`;
  if (kind === 'a bzip2 file') return `Unpack it: bunzip2 -c ${path} | recaudit ... -`;
  if (kind === 'an xz file') return `Unpack it: xz -dc ${path} | recaudit ... -`;
  if (kind === 'a 7z archive') return `Unpack it: 7z x -so ${path} | recaudit ... -`;
  if (kind === 'an SQLite database')
    return `Convert it: sqlite3 -header -csv ${path} 'SELECT * FROM TABLE' > out.csv`;
  if (kind === 'an HDF5 file') return pandas('read_hdf');
  if (kind === 'a Python pickle') return pandas('read_pickle');
  if (kind === 'an Arrow or Feather file') return pandas('read_feather');
  if (kind === 'a NumPy array (.npy)')
    return `Convert it: python3 -c "import numpy; numpy.savetxt('out.csv', numpy.load('${path}'), fmt='%d', delimiter=',')"`;
  return 'Convert the file first.';
}

/**
 * Looks at a file's first bytes (content decides, a contradicting name is an error).
 *
 * @throws RecauditError `data` for a missing, unreadable or empty file, a directory, an unknown format
 */
export async function inspectSource(path: string, encoding?: string, shown = path): Promise<SourceFile> {
  const parts = await parquetParts(path);
  if (parts) return { ...parquet(path, 0), parts };
  const { head, size } = await readHead(path, shown);
  const kind = SIGNATURES.find(({ bytes }) => bytes.every((byte, k) => head[k] === byte))?.kind ?? 'text';
  checkName(shown, kind);
  const file = { ...parquet(path, size), path: shown };
  if (kind === 'parquet') return file;
  const text = { ...file, format: 'text' as const, encoding: encoding ?? 'utf-8' };
  if (kind === 'zip') return { ...text, compression: 'zip', format: /\.npz$/i.test(shown) ? 'npz' : 'text' };
  if (kind === 'gzip' || kind === 'zstd') return { ...text, compression: kind };
  if (kind === 'text') {
    const found = encoding ?? shownEncoding(head) ?? unmarkedUtf16(head) ?? 'utf-8';
    if (found === 'utf-8' && looksBinary(head))
      throw bad(
        shown,
        'expected text, got bytes of zero',
        'Name its encoding, such as --encoding utf-16le, or convert it.',
      );
    return { ...text, encoding: found };
  }
  throw bad(
    shown,
    `expected CSV, TSV, JSON lines (plain, gzip, zstd or zip), Parquet, .npz or .mtx, got ${kind}`,
    conversion(kind, shown),
  );
}

function parquet(path: string, size: number): SourceFile {
  const absolutePath = resolve(path);
  const encoding = 'utf-8';
  return {
    path,
    absolutePath,
    parts: [absolutePath],
    size,
    format: 'parquet',
    compression: 'none',
    encoding,
  };
}

function checkName(path: string, kind: string): void {
  for (const [pattern, expected, name] of [
    [/\.gz$/i, 'gzip', 'a gzip file'],
    [/\.zst$/i, 'zstd', 'a zstd file'],
    [/\.zip$/i, 'zip', 'a zip archive'],
    [/\.npz$/i, 'zip', 'a NumPy archive'],
    [/\.(parquet|pq)$/i, 'parquet', 'a Parquet file'],
  ] as const) {
    if (!pattern.test(path) || kind === expected) continue;
    throw bad(
      path,
      `expected ${name} as its name says, got ${describeKind(kind)}`,
      'Rename or repack the file.',
    );
  }
}

function describeKind(kind: string): string {
  const names: Record<string, string> = {
    gzip: 'a gzip file',
    zstd: 'a zstd file',
    zip: 'a zip archive',
    parquet: 'a Parquet file',
    text: 'something else',
  };
  return names[kind] ?? kind;
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
    const { buffer, bytesRead } = await handle.read(new Uint8Array(64), 0, 64, 0);
    return { head: buffer.subarray(0, bytesRead), size: stats.size };
  } catch (error) {
    if (error instanceof RecauditError) throw error;
    throw openError(shown, error);
  } finally {
    await handle?.close();
  }
}

export function openError(path: string, error: unknown): RecauditError {
  const code = (error as NodeJS.ErrnoException).code;
  const [got, advice] =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? ['no such file', 'Check the path.']
      : code === 'EACCES' || code === 'EPERM'
        ? ['permission denied', "Check the file's permissions."]
        : code === 'EMFILE' || code === 'ENFILE'
          ? ['no free file descriptor', 'Raise the limit: ulimit -n 1024']
          : [String((error as Error).message), 'Check the path and the disk.'];
  return new RecauditError('data', `${path}: expected a readable file, got ${got}. ${advice}`, {
    cause: error,
  });
}

/** Runs `work` on a file that stays as it is meanwhile; what comes through a pipe goes to a temporary file first. */
export async function withSource<T>(
  path: string,
  encoding: string | undefined,
  work: (source: SourceFile) => Promise<T>,
): Promise<T> {
  const piped = path === '-' || (await isPipe(path));
  if (!piped) return unchanged(await inspectSource(path, encoding), work);
  const folder = await mkdtemp(join(tmpdir(), 'recaudit-input-'));
  try {
    const file = join(folder, 'input');
    const shown = path === '-' ? 'standard input' : path;
    await spool(path, shown, file);
    return await work(await inspectSource(file, encoding, shown));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isPipe(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFIFO() || stats.isSocket(),
    () => false,
  );
}

async function spool(path: string, shown: string, file: string): Promise<void> {
  try {
    const { createReadStream } = await import('node:fs');
    await pipeline(path === '-' ? process.stdin : createReadStream(path), createWriteStream(file));
  } catch (cause) {
    throw new RecauditError(
      'storage',
      `${shown}: expected room for it in ${tmpdir()}, got ${(cause as Error).message}. Free some, or set TMPDIR.`,
      { cause },
    );
  }
}

async function unchanged<T>(source: SourceFile, work: (source: SourceFile) => Promise<T>): Promise<T> {
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
      throw bad(
        source.path,
        'expected a file that stays as it is while it is read, got one that changed',
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

function bad(path: string, problem: string, advice: string): RecauditError {
  return new RecauditError('data', `${path}: ${problem}. ${advice}`);
}
