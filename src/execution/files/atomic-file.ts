/**
 * Files that are whole or absent: written under a temporary name, flushed to the disk, then renamed. A reader, a second
 * process or a crash at any moment sees the old file or the new one.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { outputFile, temporaryBeside } from '../../data/files/output-file.js';
import { RecauditError, shortageOf } from '../../errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file size limit is reached',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'it is a folder',
  ENOENT: 'no such folder',
};

function remedyOf(code: string, doing: 'write' | 'read'): string {
  if (doing === 'read') return 'Check the disk, or change its permissions';
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)
    ? 'Free some space and run the same command again: finished tasks are kept'
    : 'Choose another place with --out, or change its permissions';
}

/** A file system failure in words a user can act on. */
export function storageError(path: string, cause: unknown, doing: 'write' | 'read' = 'write'): RecauditError {
  if (cause instanceof RecauditError) return cause;
  const short = shortageOf(cause);
  if (short !== null) return short;
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  const wish = doing === 'read' ? 'to read this' : 'to write here';
  const message = `${path}: expected ${wish}, but ${reason}. ${remedyOf(code, doing)}`;
  return new RecauditError('storage', message, { cause });
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const made = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!made) throw error;
  }
}

/**
 * Makes a folder and its parents, one by one: Node's own `recursive` never returns below /proc, where making a folder
 * fails with "no such file" although its parent exists.
 *
 * @throws RecauditError('storage')
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  try {
    for (const folder of missing.length === 0 ? [path] : missing) makeOne(folder);
  } catch (error) {
    throw storageError(path, error);
  }
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A rename survives a power cut only once its folder is flushed; not every system allows that. */
function flushFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows refuses to open a folder: the rename itself is still atomic there.
  }
}

/**
 * Replaces a file as a whole; of a link what it leads to.
 *
 * @throws RecauditError('storage') on a full disk, a missing or unwritable folder, or what is no regular file; the old file is
 *   untouched then
 * @example writeAtomic('runs/report.json', text)
 */
export function writeAtomic(path: string, text: string): void {
  const file = outputFile(path);
  const temporary = temporaryBeside(file);
  try {
    writeWhole(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw storageError(path, error);
  }
  flushFolder(dirname(file));
}

/** The path as the file system has it: links and dots resolved as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(resolve(path));
    return folder === resolve(path) ? folder : join(realPath(folder), basename(path));
  }
}

/**
 * Refuses to write a command's result over what it reads, over what lies beside that and belongs to it, or to what is no
 * regular file: before any work.
 *
 * @throws RecauditError `usage` for a file that is read, `storage` for what is no regular file
 * @example refuseOverwriting([options.lists], [options.data, options.train, options.test])
 */
export function refuseOverwriting(
  outputs: readonly (string | undefined)[],
  inputs: readonly (string | undefined)[],
): void {
  const read = new Set(inputs.filter((path) => path !== undefined).map(realPath));
  const clash = outputs.filter((path) => path !== undefined).find((path) => read.has(realPath(path)));
  if (clash === undefined) {
    for (const path of outputs) if (path !== undefined) outputFile(path);
    return;
  }
  throw new RecauditError(
    'usage',
    `${clash}: expected another file for the result, got one that belongs to what the command reads. Name another place`,
  );
}
