/** The published records of a reproduction: a folder of JSON lines, read at the start and rewritten as results come. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
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

  /** @throws RecauditError('data' | 'storage') on a line that is no record, or a file that cannot be read */
  constructor(folder: string) {
    this.folder = folder;
    if (!existsSync(folder)) return;
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    for (const name of files)
      for (const { key, run, result } of parseRecords(readText(join(folder, name)), join(folder, name)))
        this.#records.set(key, { key, run, result });
  }

  get records(): ReadonlyMap<string, TaskRecord> {
    return this.#records;
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
