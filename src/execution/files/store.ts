/**
 * The run store: a folder of immutable results, one `<key>.json` a task, whose key is the hash of everything the result
 * depends on. A finished key is never computed again; a damaged file is noticed by its checksum and computed anew.
 *
 * Processes may share a folder: files appear whole (see `atomic-file.ts`) and equal keys hold equal results.
 * What it is not: it knows no task and no order of tasks.
 */

import { createHash } from 'node:crypto';
import { opendirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../compute.js';
import { removeAbandoned } from '../../data/files/output-file.js';
import { RecauditError } from '../../errors.js';
import { makeFolder, storageError, writeAtomic } from './atomic-file.js';

const SCHEMA_VERSION = 1;

/** Of earlier versions, and the probe of a process that was killed: the folder is the store's own. */
const isLeftover = (name: string) => /^\.(.+\.tmp|probe-\d+)$/s.test(name);

/** How a result came about; no part of the result. */
export interface RunRecord {
  /** of all runs that led to it, up to the checkpoint that the next one went on from */
  readonly seconds: number;
  /** most memory the process tree held while the task ran */
  readonly peakResidentBytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** One finished task. */
export interface StoredResult {
  readonly key: string;
  readonly task: unknown;
  readonly result: unknown;
  readonly run: RunRecord;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON cannot hold NaN or infinity, and would silently write null. */
function plain(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RecauditError(
      'numeric',
      `result: expected finite numbers, got ${value} in "${key}". Lower the learning rate`,
    );
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
}

function seal(body: object): string {
  const text = JSON.stringify(body, plain);
  return `${text.slice(0, -1)},"checksum":"${sha256(text)}"}\n`;
}

/** The body of a sealed text, or why it cannot be trusted. */
function unseal(text: string): { body: Record<string, unknown> } | { problem: string } {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { problem: 'is truncated or not JSON' };
  }
  if (typeof parsed !== 'object' || parsed === null) return { problem: 'is no result' };
  const { checksum, ...body } = parsed;
  if (checksum !== sha256(JSON.stringify(body))) return { problem: 'does not match its checksum' };
  if (body.schemaVersion !== SCHEMA_VERSION) return { problem: `has schema version ${body.schemaVersion}` };
  return { body };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw storageError(path, error, 'read');
  }
}

interface CheckpointBody {
  readonly state: unknown;
  /** spent on it, by all runs; absent in files of earlier versions */
  readonly seconds?: number;
}

function readCheckpoint(path: string): CheckpointBody | null {
  const text = readIfThere(path);
  const sealed = text === null ? null : unseal(text);
  return sealed !== null && 'body' in sealed ? (sealed.body as unknown as CheckpointBody) : null;
}

const secondsBefore = (path: string) => readCheckpoint(path)?.seconds ?? 0;

/** A resumable state in one file, with the seconds spent until it was saved; JSON values only. Time runs from this call on. */
export function fileCheckpoint(path: string): Checkpoint {
  const before = secondsBefore(path);
  const started = performance.now();
  return {
    load: () => readCheckpoint(path)?.state ?? null,
    save(state) {
      const seconds = before + (performance.now() - started) / 1000;
      writeAtomic(path, seal({ schemaVersion: SCHEMA_VERSION, state, seconds }));
    },
  };
}

/**
 * How a stored result came about, without opening the store for writing; null where there is none, or none that can be
 * trusted.
 *
 * @param folder the store's folder, which need not be there
 */
export function readRunRecord(folder: string, key: string): RunRecord | null {
  const text = /^[0-9a-f]{64}$/.test(key) ? readIfThere(join(folder, `${key}.json`)) : null;
  const sealed = text === null ? null : unseal(text);
  if (sealed === null || 'problem' in sealed || sealed.body.key !== key) return null;
  return sealed.body.run as RunRecord;
}

/** Tells which version of task keys the results of a folder have. */
const TASK_SCHEMA_FILE = 'task-schema.json';

/** Of folders that do not say. */
const FIRST_TASK_SCHEMA = 1;

/** What the file says; a damaged one says nothing that can be used. */
function notedSchema(text: string): number | 'unknown' {
  try {
    return (JSON.parse(text) as { taskSchema: number }).taskSchema;
  } catch {
    return 'unknown';
  }
}

/** Whether a folder has any result; it is not read to its end. */
function holdsResults(folder: string): boolean {
  const entries = opendirSync(folder);
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync())
      if (/^[0-9a-f]{64}\.json$/.test(entry.name)) return true;
    return false;
  } finally {
    entries.closeSync();
  }
}

export class RunStore {
  readonly folder: string;
  readonly #notice: (message: string) => void;

  /**
   * Opens a folder, and proves that it can be written before any work is spent.
   *
   * @throws RecauditError('storage')
   */
  constructor(folder: string, notice: (message: string) => void = () => {}) {
    this.folder = folder;
    this.#notice = notice;
    makeFolder(folder);
    const probe = join(folder, `.probe-${process.pid}`);
    writeAtomic(probe, '');
    rmSync(probe, { force: true });
    removeAbandoned(folder, isLeftover);
  }

  /**
   * Notes which version of task keys the folder's results have, and tells where those there are of another: no key of that is asked
   * for any more, so that their work is done again.
   *
   * @param version `TASK_SCHEMA_VERSION`
   * @throws RecauditError('storage')
   */
  noteTaskSchema(version: number): void {
    const path = join(this.folder, TASK_SCHEMA_FILE);
    const text = readIfThere(path);
    const noted = text === null ? FIRST_TASK_SCHEMA : notedSchema(text);
    if (text !== null && noted === version) return;
    if (holdsResults(this.folder))
      this.#notice(
        `${this.folder} holds results of task schema ${noted}, and this recaudit has ${version}: audits are computed again. docs/decisions/0020-four-nouns.md says why; older reports can still be read`,
      );
    writeAtomic(path, `${JSON.stringify({ taskSchema: version })}\n`);
  }

  #path(key: string): string {
    return join(this.folder, `${key}.json`);
  }

  /** Where a task keeps what it needs to resume. */
  checkpointPath(key: string): string {
    return join(this.folder, `${key}.partial.json`);
  }

  /** Seconds that earlier runs spent on a task until they saved what it resumes from; 0 where it starts over. */
  secondsBefore(key: string): number {
    return secondsBefore(this.checkpointPath(key));
  }

  /** Where what a task's own programs print is kept. */
  logPath(key: string): string {
    return join(this.folder, 'logs', `${key}.txt`);
  }

  /** The stored result of a key; null where there is none, or none that can be trusted. */
  load(key: string): StoredResult | null {
    const path = this.#path(key);
    const text = readIfThere(path);
    if (text === null) return null;
    const sealed = unseal(text);
    const problem =
      'problem' in sealed ? sealed.problem : sealed.body.key === key ? null : 'belongs to another task';
    if (problem !== null) {
      this.#notice(`${path} ${problem}: computing it again`);
      return null;
    }
    return (sealed as { body: unknown }).body as StoredResult;
  }

  /**
   * Stores a finished task and drops its checkpoint; returns what a later `load` returns.
   *
   * @throws RecauditError('storage') when it cannot be written, `numeric` when the result holds NaN or infinity
   */
  save(entry: StoredResult): StoredResult {
    const text = seal({ schemaVersion: SCHEMA_VERSION, ...entry });
    writeAtomic(this.#path(entry.key), text);
    rmSync(this.checkpointPath(entry.key), { force: true });
    return this.load(entry.key) as StoredResult;
  }
}
