/** Rows that this package splits itself -> the table `text_rows`, as text, with the line of each. */

import type { Connection, DuckDb } from './duckdb.js';
import { type ColumnRole, ROLES } from './read-options.js';

/** One row as a file has it; null where it says nothing. */
export interface TextRow {
  readonly line: number;
  readonly texts: readonly (string | null)[];
}

const CHUNK_ROWS = 2048;

/**
 * Fills the table.
 *
 * @param roles what the texts of a row are, in order
 * @returns the number of rows given
 */
export async function fillTextRows(
  connection: Connection,
  api: DuckDb,
  roles: readonly ColumnRole[],
  batches: AsyncIterable<readonly TextRow[]>,
): Promise<number> {
  const columns = roles.map((role) => `"${role}" VARCHAR`).join(', ');
  await connection.run(`CREATE TEMP TABLE text_rows (line INTEGER, ${columns})`);
  const appender = await connection.createAppender('text_rows');
  const chunk = api.DuckDBDataChunk.create([api.INTEGER, ...roles.map(() => api.VARCHAR)]);
  let rows = 0;
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += CHUNK_ROWS) {
      const part = batch.slice(start, start + CHUNK_ROWS);
      chunk.reset();
      chunk.setColumns([
        part.map(({ line }) => line),
        ...roles.map((_, column) => part.map(({ texts }) => texts[column])),
      ]);
      appender.appendDataChunk(chunk);
    }
    rows += batch.length;
  }
  appender.closeSync();
  return rows;
}

/** SQL expressions of the columns that `fillTextRows` fills. */
export function textColumns(roles: readonly ColumnRole[]): Partial<Record<ColumnRole, string>> {
  return Object.fromEntries(ROLES.filter((role) => roles.includes(role)).map((role) => [role, `"${role}"`]));
}

/** The line and text of the n-th row (from 0). */
export async function textAt(
  connection: Connection,
  row: number,
  role: ColumnRole,
): Promise<{ line: number; text: string | null }> {
  const reader = await connection.runAndReadAll(
    `SELECT line, "${role}" FROM text_rows LIMIT 1 OFFSET ${row}`,
  );
  const [line, text] = reader.getRows()[0];
  return { line: Number(line), text: text === null ? null : String(text) };
}
