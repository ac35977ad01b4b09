/**
 * One command at a time writes its report into a folder: a file there says which process does. A process that was killed
 * leaves the file behind; the next one says so and takes the folder.
 *
 * What it is not: a lock of the run store, which processes may share.
 */

import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest } from '../../canonical-json.js';
import { temporaryBeside } from '../../data/files/output-file.js';
import { RecauditError } from '../../errors.js';
import { inert } from '../../text/names.js';
import { storageError } from './atomic-file.js';
import { ownIdentity, type ProcessIdentity, readIdentity, stateOf } from './process-identity.js';

export const LOCK_FILE = '.recaudit-lock';

/** A holder touches its file so often; one of another machine that did not for so long has ended. */
const TOUCH_MS = 30_000;
const SILENT_MS = 600_000;

/** What a process does in a folder. */
export interface FolderWork {
  /** as it stands after `recaudit` */
  readonly command: string;
  /** the whole command line: who does the same may do it beside, as both write the same report */
  readonly line: string;
}

interface Held {
  readonly holder: ProcessIdentity | null;
  readonly command: string;
  /** digest of the command line */
  readonly work: unknown;
  readonly silentMs: number;
}

const held = new Set<string>();

process.on('exit', () => {
  for (const path of held) release(path);
});

function readLock(path: string): Held | null {
  try {
    const silentMs = Date.now() - statSync(path).mtimeMs;
    const text = readFileSync(path, 'utf8');
    return { ...parsed(text), silentMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw storageError(path, error, 'read');
  }
}

function parsed(text: string): Omit<Held, 'silentMs'> {
  try {
    const lock = JSON.parse(text) as { command?: unknown; work?: unknown } | null;
    return {
      holder: readIdentity(lock),
      command: inert(String(lock?.command ?? '')).slice(0, 40),
      work: lock?.work,
    };
  } catch {
    return { holder: null, command: '', work: null };
  }
}

function hasEnded({ holder, silentMs }: Held): boolean {
  const state = holder === null ? 'unknown' : stateOf(holder);
  return state === 'ended' || (state === 'unknown' && silentMs > SILENT_MS);
}

const wordsOf = ({ holder, command }: Held) =>
  holder === null
    ? 'another process'
    : `recaudit ${command} (process ${holder.pid} on ${inert(holder.host)})`;

/** Whether it was free. The file appears with its text, so that nobody reads half of it. */
function take(path: string, { command, line }: FolderWork): boolean {
  const text = `${JSON.stringify({ ...ownIdentity(), command, work: digest(line) })}\n`;
  const temporary = temporaryBeside(path);
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(code)) return takeWithoutLink(path, text);
    throw storageError(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** On file systems without links. */
function takeWithoutLink(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw storageError(path, error);
  }
}

/** Puts a lock aside whose holder has ended; by its name, so that of two processes one alone succeeds. */
function putAside(path: string, before: Held): void {
  const aside = temporaryBeside(path);
  try {
    renameSync(path, aside);
    // Another process took the folder meanwhile: it gets its lock back.
    const now = readLock(aside);
    if (now !== null && JSON.stringify(now.holder) !== JSON.stringify(before.holder)) linkSync(aside, path);
  } catch {
    // Gone already, or taken: the next attempt tells.
  }
  rmSync(aside, { force: true });
}

/** Gives a lock back that is this process's. */
function release(path: string): void {
  held.delete(path);
  try {
    if (readLock(path)?.holder?.pid === ownIdentity().pid) rmSync(path, { force: true });
  } catch {
    // The folder is gone, or its lock: there is nothing to give back.
  }
}

const ATTEMPTS = 5;

/**
 * Takes a folder until this process ends. Where another does the same work there, it says so and leaves the folder to that: call
 * it again before the report is written.
 *
 * @throws RecauditError('usage') where another process does other work there, `storage` where it cannot be written
 * @example holdFolder('recaudit-runs', { command: 'audit', line }, session.progress.notice)
 */
export function holdFolder(folder: string, work: FolderWork, notice: (message: string) => void): void {
  const path = join(folder, LOCK_FILE);
  for (let attempt = 0; attempt < ATTEMPTS && !held.has(path); attempt++) {
    if (take(path, work)) {
      keep(path);
      return;
    }
    const other = readLock(path);
    if (other === null) continue;
    if (hasEnded(other)) {
      notice(`${folder} was left locked by ${wordsOf(other)}, which has ended: taking it`);
      putAside(path, other);
      continue;
    }
    if (other.work !== digest(work.line)) throw inUse(folder, path, other);
    notice(`${wordsOf(other)} does the same in ${folder}: both compute, and write the same report`);
    return;
  }
  if (held.has(path)) return;
  throw new RecauditError(
    'storage',
    `${path}: expected to lock the folder, but other processes did. Run the same command again`,
  );
}

function keep(path: string): void {
  held.add(path);
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // Who deletes the file wants the folder for another.
    }
  }, TOUCH_MS);
  timer.unref();
}

function inUse(folder: string, path: string, other: Held): RecauditError {
  const known = other.holder !== null && stateOf(other.holder) === 'runs';
  const doubt = known ? '' : `, or delete ${path} if it has ended`;
  return new RecauditError(
    'usage',
    `--out: expected a folder that no other command writes its report to, got ${folder}, which ${wordsOf(other)} does. Wait for its end, choose another folder with --out${doubt}`,
  );
}
