/**
 * One short-lived in-memory DuckDB that can touch the given files and nothing else: no network, no extensions, no spill
 * files. Loaded when first used (a tenth of a second).
 */

import { RecauditError, shortageOf } from '../../errors.js';

export type Connection = import('@duckdb/node-api').DuckDBConnection;
export type DataChunk = import('@duckdb/node-api').DuckDBDataChunk;
export type DuckDb = typeof import('@duckdb/node-api');

const SETTINGS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  temp_directory: '',
};

/**
 * Runs `work` on a connection that may only touch `files`, and closes everything after it.
 *
 * @param files absolute path, or several
 */
export async function withDuckDb<T>(
  files: string | readonly string[],
  work: (connection: Connection, api: typeof import('@duckdb/node-api')) => Promise<T>,
): Promise<T> {
  const api = await loadDuckDb();
  const instance = await api.DuckDBInstance.create(':memory:', SETTINGS);
  try {
    const connection = await instance.connect();
    try {
      await connection.run(
        `SET TimeZone = 'UTC'; SET allowed_paths = [${[files]
          .flat()
          .flatMap((file) => [...new Set([file, literalPattern(file)])])
          .map(sqlText)
          .join(', ')}]`,
      );
      await connection.run('SET enable_external_access = false; SET lock_configuration = true');
      return await work(connection, api);
    } finally {
      connection.closeSync();
    }
  } catch (error) {
    // Before what a reader makes of it: a file is not malformed because the system ran out of something.
    throw shortageOf(error) ?? error;
  } finally {
    instance.closeSync();
  }
}

async function loadDuckDb() {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new RecauditError(
      'internal',
      `DuckDB: expected its binary for ${process.platform}-${process.arch}, got ${(cause as Error).message}. ` +
        'Run `npm ci` on this machine.',
      { cause },
    );
  }
}

/** The pattern that stands for this name alone: DuckDB takes a name with `*`, `?` or `[` for a pattern. */
export function literalPattern(file: string): string {
  return file.replace(/[*?[]/g, '[$&]');
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Calls `visit` for each chunk of a query's result, in order. */
export async function eachChunk(
  connection: Connection,
  sql: string,
  visit: (chunk: DataChunk) => void,
): Promise<void> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    visit(chunk);
  }
}

/** The one row of a query as numbers (null: 0). */
export async function oneRow(connection: Connection, sql: string): Promise<number[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows()[0].map(Number);
}

/** DuckDB's own words, first line only, without its hints. */
export function duckDbReason(error: unknown): string {
  return String((error as Error).message)
    .split('\n')[0]
    .trim();
}
