/**
 * The SQL that both readers share: from text columns to the table `raw` ("user", item, rating, "timestamp", fault) in
 * file order, and the row number of its first fault.
 */

import { type Connection, oneRow } from './duckdb.js';
import type { ColumnRole } from './read-options.js';

/** What is wrong with a row; stored in `raw.fault` as the position here plus 1, 0 where nothing is. */
export const ROLES: readonly ColumnRole[] = ['user', 'item', 'rating', 'timestamp'];

export const EXPECTED: Readonly<Record<ColumnRole, string>> = {
  user: 'a user id',
  item: 'an item id',
  rating: 'a finite number',
  timestamp: 'a number or a date such as 2020-01-31T12:00:00Z',
};

const NUMBER_PATTERN = String.raw`\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*`;

const number = (text: string) =>
  `CASE WHEN regexp_full_match(${text}, '${NUMBER_PATTERN}') THEN TRY_CAST(${text} AS DOUBLE) END`;

/**
 * The SELECT list and faults over SQL expressions of type VARCHAR.
 *
 * @param texts one expression for each column in use
 */
export function createRawTable(texts: Readonly<Partial<Record<ColumnRole, string>>>, from: string): string {
  const { user, item, rating, timestamp } = texts;
  const columns = [`${user} AS "user"`, `${item} AS item`];
  const faults = [`WHEN coalesce("user", '') = '' THEN 1`, `WHEN coalesce(item, '') = '' THEN 2`];
  if (rating) {
    columns.push(`${number(rating)} AS rating`);
    faults.push('WHEN rating IS NULL OR NOT isfinite(rating) THEN 3');
  }
  if (timestamp) {
    columns.push(
      `coalesce(${number(timestamp)}, epoch(TRY_CAST(${timestamp} AS TIMESTAMPTZ))) AS "timestamp"`,
    );
    faults.push('WHEN "timestamp" IS NULL OR NOT isfinite("timestamp") THEN 4');
  }
  return `CREATE TEMP TABLE raw AS SELECT *, CASE ${faults.join(' ')} ELSE 0 END::UTINYINT AS fault
    FROM (SELECT ${columns.join(', ')} FROM ${from})`;
}

/** Position (from 0) of the first row with a fault and the column at fault, or null; and the number of rows. */
export async function firstFault(
  connection: Connection,
): Promise<{ rows: number; fault: { row: number; role: ColumnRole } | null }> {
  const [rows, faults] = await oneRow(connection, 'SELECT count(*), count(*) FILTER (fault > 0) FROM raw');
  if (faults === 0) return { rows, fault: null };
  const [row, fault] = await oneRow(
    connection,
    'SELECT rowid, fault FROM raw WHERE fault > 0 ORDER BY rowid LIMIT 1',
  );
  return { rows, fault: { row, role: ROLES[fault - 1] } };
}
