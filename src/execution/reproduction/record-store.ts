/** The published records of a reproduction: a folder of JSON lines, read at the start and rewritten as results come. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DataName,
  identityText,
  type PlannedRun,
  parseRecords,
  type RecordLine,
  recordFile,
  recordLines,
  type TaskRecord,
} from '../../reproduction/index.js';
import { makeFolder, storageError, writeAtomic } from '../files/atomic-file.js';

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw storageError(path, error, 'read');
  }
}

export class RecordStore {
  readonly folder: string;
  readonly #records = new Map<string, TaskRecord>();
  /** the lines of each file, by identity */
  readonly #files = new Map<string, Map<string, RecordLine>>();

  /** @throws RecauditError('data' | 'storage') on a line that is no record, or a file that cannot be read */
  constructor(folder: string) {
    this.folder = folder;
    if (!existsSync(folder)) return;
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    for (const name of files)
      for (const record of parseRecords(readText(join(folder, name)), join(folder, name))) {
        const { key, run, result } = record;
        this.#records.set(key, { key, run, result });
        this.#linesOf(name).set(identityText(record), record);
      }
  }

  #linesOf(file: string): Map<string, RecordLine> {
    const found = this.#files.get(file);
    if (found !== undefined) return found;
    const lines = new Map<string, RecordLine>();
    this.#files.set(file, lines);
    return lines;
  }

  get records(): ReadonlyMap<string, TaskRecord> {
    return this.#records;
  }

  /** The last seed of each data set that has a record, the search's apart; 0 for none. */
  get seeds(): Readonly<Record<DataName, number>> {
    const last = { synthetic: 0, gowalla: 0 };
    for (const lines of this.#files.values())
      for (const { data, point, seed } of lines.values())
        if (point === null) last[data] = Math.max(last[data], seed);
    return last;
  }

  /**
   * Adds a record to its file, in place of an earlier one of the same attack, victim, targets and seed. What else the file has stays,
   * planned now or not.
   *
   * @throws RecauditError('storage')
   */
  add(record: TaskRecord, runs: readonly PlannedRun[]): void {
    this.#records.set(record.key, record);
    const own = runs.filter(({ key }) => key === record.key);
    for (const run of own) this.#linesOf(recordFile(run)).set(identityText(run), { ...run, ...record });
    makeFolder(this.folder);
    for (const file of new Set(own.map(recordFile)))
      writeAtomic(join(this.folder, file), recordLines(this.#linesOf(file).values()));
  }
}
