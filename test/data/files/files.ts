/** Temporary files for the data tests. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll } from 'vitest';
import { type ReadOptions, type ReadResult, readInteractions } from '../../../dist/data/index.js';
import { RecauditError } from '../../../dist/errors.js';

/** A folder that the test file's end removes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recaudit-data-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file and gives its path. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs SQL in a DuckDB of its own: an independent writer of fixtures. */
export async function duckDb(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

/** The pairs of a read result as `user|item`, sorted. */
export function pairs({ dataset }: Pick<ReadResult, 'dataset'>): string[] {
  const found: string[] = [];
  for (let u = 0; u < dataset.users.size; u++)
    for (const item of dataset.interactions.row(u))
      found.push(`${dataset.users.ids[u]}|${dataset.items.ids[item]}`);
  return found.sort();
}

/** The code and message of a failed reading, with the folder left out. */
export async function readingError(path: string, folder: string, options?: ReadOptions): Promise<string> {
  try {
    await readInteractions(path, options);
  } catch (error) {
    if (!(error instanceof RecauditError)) throw error;
    return `${error.code} | ${error.message.replaceAll(`${folder}/`, '')}`;
  }
  return 'no error';
}
