/** What reading a file found, beside its interactions: for `data describe`, for warnings. */

import { RecauditError } from '../../errors.js';
import type { ColumnFact } from './column-roles.js';
import { type Connection, oneRow } from './duckdb.js';
import { DEFAULT_DUPLICATE_RULE, type DuplicateRule, type ReadOptions } from './read-options.js';
import type { TableFacts } from './table-facts.js';

/** Smallest and largest value of a column. */
export interface ValueRange {
  /** whether the interactions have it, or it was only looked at */
  readonly read: boolean;
  readonly min: number;
  readonly max: number;
  /** rows without a value that can be read */
  readonly missing: number;
}

/** A plain JSON value with stable keys. */
export interface ReadingFacts {
  readonly format: string;
  readonly delimiter: string | null;
  readonly encoding: string | null;
  readonly header: { readonly present: boolean; readonly why: string } | null;
  readonly columns: readonly ColumnFact[];
  readonly comments: number;
  readonly duplicates: DuplicateRule;
  readonly rating: ValueRange | null;
  readonly timestamp: ValueRange | null;
  /** what looks wrong, in words */
  readonly warnings: readonly string[];
}

/** The facts of the table `raw`. */
export async function readingFacts(
  connection: Connection,
  path: string,
  table: TableFacts,
  has: { readonly ratings: boolean; readonly timestamps: boolean },
  options: ReadOptions,
): Promise<ReadingFacts> {
  const { format, delimiter, encoding, header, columns, comments } = table;
  const rating = await rangeOf(connection, has.ratings, table.surveyed.includes('rating'), 'rating');
  const timestamp = await rangeOf(
    connection,
    has.timestamps,
    table.surveyed.includes('timestamp'),
    'timestamp',
  );
  const units = timestamp ? await mixedUnits(connection, path, timestamp.read) : [];
  return {
    ...{ format, delimiter, encoding, header, columns, comments },
    duplicates: options.duplicates ?? DEFAULT_DUPLICATE_RULE,
    rating,
    timestamp,
    warnings: [...table.warnings, ...units],
  };
}

async function rangeOf(
  connection: Connection,
  read: boolean,
  surveyed: boolean,
  column: 'rating' | 'timestamp',
): Promise<ValueRange | null> {
  if (!read && !surveyed) return null;
  const name = read ? `"${column}"` : `seen_${column}`;
  const [count, rows, min, max] = await oneRow(
    connection,
    `SELECT count(${name}), count(*), min(${name}), max(${name}) FROM raw WHERE ${name} IS NULL OR isfinite(${name})`,
  );
  return count === 0 ? null : { read, min, max, missing: rows - count };
}

/** Times in seconds and in milliseconds side by side: a factor of a thousand moves them by millennia. */
async function mixedUnits(connection: Connection, path: string, read: boolean): Promise<string[]> {
  const name = read ? '"timestamp"' : 'seen_timestamp';
  const [seconds, milliseconds] = await oneRow(
    connection,
    `SELECT count(*) FILTER (${name} >= 1e8 AND ${name} < 1e11), count(*) FILTER (${name} >= 1e11) FROM raw`,
  );
  if (seconds === 0 || milliseconds === 0) return [];
  return [
    `${path}: ${seconds} times look like seconds and ${milliseconds} like milliseconds. ` +
      'Write all in one unit, or a split by time is wrong',
  ];
}

/** Among fewer, every user once is no surprise. */
const FEWEST_ROWS = 12;

/**
 * A first column that never repeats is a number of the row, and no user.
 *
 * @throws RecauditError `data`
 */
export function checkUserColumn(
  path: string,
  table: TableFacts,
  { users, rows }: { readonly users: number; readonly rows: number },
): void {
  const fact = table.columns.find(({ role }) => role === 'user');
  if (fact?.why !== 'by its position' || rows < FEWEST_ROWS || users < rows) return;
  const lists =
    table.delimiter === ' ' || table.delimiter === '\t'
      ? ', or pass --format lists where each line lists items'
      : '';
  throw new RecauditError(
    'data',
    `${path}, column ${fact.column}${fact.name ? ` (${fact.name})` : ''}: expected user ids, got ${rows} values that all differ, as numbers of rows do. ` +
      `Choose the users with --user-column${lists}.`,
  );
}

/** Ids that differ only in blanks around them, or in how an accent is composed. */
export function similarIds(path: string, what: 'user' | 'item', ids: readonly string[]): string[] {
  const odd = ids.filter((id) => !/^[\x21-\x7e]+$/.test(id));
  if (odd.length === 0) return [];
  const plain = (id: string) => id.normalize('NFC').trim();
  const known = new Map<string, string>();
  const oddIds = new Set(odd);
  for (const id of ids) if (!oddIds.has(id)) known.set(id, id);
  const same: [string, string][] = [];
  for (const id of odd) {
    const other = known.get(plain(id));
    if (other === undefined) known.set(plain(id), id);
    else same.push([other, id]);
  }
  if (same.length === 0) return [];
  const [[a, b]] = same;
  return [
    `${path}: ${same.length} ${what} ids differ from another only in blanks or in how an accent is composed, such as ` +
      `${JSON.stringify(a)} and ${JSON.stringify(b)}. They count as different ${what}s`,
  ];
}
