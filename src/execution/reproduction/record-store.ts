/** The published records of a reproduction: a folder of JSON lines, read at the start and rewritten as results come. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DataName,
  type PlannedRun,
  parseRecords,
  recordFile,
  recordLines,
  type TaskRecord,
} from '../../reproduction/index.js';
import { makeFolder, storageError, writeAtomic } from '../atomic-file.js';

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
  readonly #seeds: Record<DataName, number> = { synthetic: 0, gowalla: 0 };

  /** @throws RecauditError('data' | 'storage') on a line that is no record, or a file that cannot be read */
  constructor(folder: string) {
    this.folder = folder;
    if (!existsSync(folder)) return;
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    for (const name of files)
      for (const record of parseRecords(readText(join(folder, name)), join(folder, name))) {
        const { key, run, result, data, point, seed } = record;
        this.#records.set(key, { key, run, result });
        if (point === null) this.#seeds[data] = Math.max(this.#seeds[data], seed);
      }
  }

  get records(): ReadonlyMap<string, TaskRecord> {
    return this.#records;
  }

  /** The last seed of each data set that a record was read of, the search's apart; 0 for none. */
  get seeds(): Readonly<Record<DataName, number>> {
    return this.#seeds;
  }

  /**
   * Adds a record, and rewrites its file with all that the plan has there.
   *
   * @throws RecauditError('storage')
   */
  add(record: TaskRecord, runs: readonly PlannedRun[]): void {
    this.#records.set(record.key, record);
    const files = new Set(runs.filter(({ key }) => key === record.key).map(recordFile));
    makeFolder(this.folder);
    for (const file of files) {
      const together = runs.filter((run) => recordFile(run) === file);
      writeAtomic(join(this.folder, file), recordLines(together, this.#records));
    }
  }
}
