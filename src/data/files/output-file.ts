/**
 * Where a result may be written: a regular file, or a name that is free. Links are followed, so that a link stays a link. A
 * device, a pipe or a socket is refused: to replace it would destroy it, and it cannot be written as a whole.
 */

import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, realpathSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RecauditError } from '../../errors.js';

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/** Names of open files: what is behind one is in use, whatever it is. */
const DESCRIPTOR = /^\/(dev\/(fd\/|std(in|out|err)$)|proc\/[^/]+\/(task\/[^/]+\/)?fd\/)/;

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

function refused(path: string, got: string): RecauditError {
  return new RecauditError(
    'storage',
    `${path}: expected a regular file or a free name to write to, got ${got}. Name another file`,
  );
}

/** The path with its folder's links and dots resolved, as far as the folder exists. */
function placed(path: string): string {
  const folder = dirname(resolve(path));
  try {
    return join(realpathSync(folder), basename(path));
  } catch {
    return resolve(path);
  }
}

/**
 * The file that a write to `path` replaces or makes: what links lead to, though it need not exist.
 *
 * @throws RecauditError('storage') for what is no regular file, and for links that lead in a circle
 * @example outputFile('latest.csv') // '/runs/7/profiles.csv'
 */
export function outputFile(path: string): string {
  let file = resolve(path);
  for (let links = 0; links < MOST_LINKS; links++) {
    if (DESCRIPTOR.test(file)) throw refused(path, 'a file that is open already');
    file = placed(file);
    if (DESCRIPTOR.test(file)) throw refused(path, 'a file that is open already');
    const found = statOf(file);
    if (found === null || found.isFile()) return file;
    if (!found.isSymbolicLink()) throw refused(path, kindOf(found));
    file = resolve(dirname(file), readlinkSync(file));
  }
  throw refused(path, 'links that lead in a circle');
}

/** Null also where the folder cannot be looked into: the write itself tells why. */
function statOf(file: string): Stats | null {
  try {
    return lstatSync(file);
  } catch {
    return null;
  }
}

const MARK = '.recaudit-tmp';
const ABANDONED_MS = 3_600_000;
/** Names of file systems have 255 bytes at most; a character takes up to 4. */
const LONGEST_STEM = 50;

const cleaned = new Set<string>();

/**
 * A name for what is not whole yet, beside the file. The first one in a folder clears away what killed processes left there.
 *
 * @param file from `outputFile`
 */
export function temporaryBeside(file: string): string {
  const folder = dirname(file);
  if (!cleaned.has(folder)) {
    cleaned.add(folder);
    removeAbandoned(folder, isTemporary);
  }
  const stem = [...basename(file)].slice(0, LONGEST_STEM).join('');
  return join(folder, `.${stem}.${process.pid}-${randomBytes(6).toString('hex')}${MARK}`);
}

/** Whether a name is one of `temporaryBeside`. */
function isTemporary(name: string): boolean {
  return name.endsWith(MARK) && /^\..+\.\d+-[0-9a-f]{12}\.recaudit-tmp$/s.test(name);
}

/** Removes regular files of such names that nobody has written to for an hour. What cannot be removed stays. */
export function removeAbandoned(folder: string, isOurs: (name: string) => boolean): void {
  for (const name of namesIn(folder).filter(isOurs)) {
    const path = join(folder, name);
    try {
      const found = lstatSync(path);
      if (found.isFile() && Date.now() - found.mtimeMs > ABANDONED_MS) rmSync(path, { force: true });
    } catch {
      // Another process removed it first, or it is another user's.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
