/**
 * The temporary folder of one run of a command, with a record of whose it is. A recaudit that was killed leaves both behind, and
 * maybe the command: the next one ends and removes what is left where it can be told for sure.
 *
 * What it is not: it starts no command.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { storageError, writeAtomic } from '../files/atomic-file.js';
import {
  identityOf,
  type ProcessIdentity,
  readIdentity,
  stateOf,
  statFields,
  systemText,
} from '../files/process-identity.js';

const PREFIX = 'recaudit-command-';
const RECORD = 'recaudit.json';

/** In the command's environment, and so in that of what it starts: the name of its folder. */
export const RUN_MARK = 'RECAUDIT_RUN';

export interface RunFolder {
  readonly path: string;
  /** to be told the process group as it starts, then null */
  readonly noteGroup: (group: number | null) => void;
}

function writeRecord(folder: string, group: number | null): void {
  writeAtomic(join(folder, RECORD), `${JSON.stringify({ owner: identityOf(process.pid), group })}\n`);
}

/** A disk that is full now must not keep the command from being watched. */
function noteGroup(folder: string, group: number | null): void {
  try {
    writeRecord(folder, group);
  } catch {
    // Without it the next start removes the folder alone.
  }
}

/** A folder for one run, gone after it. What a process that escaped still writes there stays. */
export async function inRunFolder<T>(work: (folder: RunFolder) => Promise<T>): Promise<T> {
  const path = makeRunFolder();
  try {
    return await work({ path, noteGroup: (group) => noteGroup(path, group) });
  } finally {
    removeFolder(path);
  }
}

function makeRunFolder(): string {
  try {
    const path = mkdtempSync(join(tmpdir(), PREFIX));
    writeRecord(path, null);
    return path;
  } catch (error) {
    throw storageError(tmpdir(), error);
  }
}

/** Whether it is gone: nothing depends on that. */
function removeFolder(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

interface RunRecord {
  readonly owner: ProcessIdentity;
  readonly group: number | null;
}

/** Null for a folder of another user, or without a record: nothing is known of it. */
function readRecord(folder: string): RunRecord | null {
  try {
    if (statSync(folder).uid !== process.getuid?.()) return null;
    const { owner, group } = JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as Partial<RunRecord>;
    const known = readIdentity(owner);
    return known === null
      ? null
      : { owner: known, group: Number.isSafeInteger(group) ? (group ?? null) : null };
  } catch {
    return null;
  }
}

/** Position of the process group in `statFields`; field 5 in proc(5). */
const GROUP = 2;

/** Processes of a group that bear the run's mark. Only Linux tells: elsewhere none. */
function marked(group: number, mark: string): number[] {
  const isMarked = (pid: number) =>
    Number(statFields(pid)?.[GROUP]) === group &&
    systemText(`/proc/${pid}/environ`)?.split('\0').includes(`${RUN_MARK}=${mark}`) === true;
  return namesIn('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && isMarked(pid));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or may not be ended from here.
  }
}

/** What was cleared away. */
export interface Cleared {
  readonly folders: number;
  readonly processes: readonly number[];
}

/**
 * Ends the commands, and removes the folders, of recaudit processes that have ended. Left alone is whatever is of another user,
 * machine or container, or has no record.
 */
export function clearOrphans(): Cleared {
  const processes: number[] = [];
  let folders = 0;
  for (const name of namesIn(tmpdir()).filter((one) => one.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    const record = readRecord(path);
    if (record === null || stateOf(record.owner) !== 'ended') continue;
    const left = record.group === null ? [] : marked(record.group, basename(path));
    left.forEach(endProcess);
    processes.push(...left);
    if (removeFolder(path)) folders++;
  }
  return { folders, processes };
}
