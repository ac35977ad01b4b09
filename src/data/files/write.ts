/**
 * Writes interactions as CSV or TSV (plain, `.gz`, `.zst`) or Parquet, by the file's name. Atomic: a reader sees the
 * old file or the whole new one; a failure leaves the old one and nothing else.
 */

import { open, rename, rm } from 'node:fs/promises';
import { RecauditError } from '../../errors.js';
import type { Dataset } from '../dataset.js';
import { type Connection, duckDbReason, sqlName, sqlText, withDuckDb } from './duckdb.js';
import { outputFile, temporaryBeside } from './output-file.js';

export interface InteractionRow {
  readonly user: string;
  readonly item: string;
  readonly rating?: number;
  readonly timestamp?: number;
}

export interface WriteOptions {
  /** columns beside user and item; every row must have them */
  readonly values?: readonly ValueColumn[];
  /** those of them that are written as whole numbers (`5`, not `5.0`); every value must be one */
  readonly wholeNumbers?: readonly ValueColumn[];
  /** whether ids that a spreadsheet would take for formulas get an apostrophe before them */
  readonly spreadsheetSafe?: boolean;
}

type ValueColumn = 'rating' | 'timestamp';

const CHUNK_ROWS = 2048;

/**
 * Writes a header (`user,item`, then `rating` and `timestamp` if asked for) and the rows in the order given.
 *
 * @throws RecauditError `storage` naming the path, for an unwritable folder, a full disk, or what is no regular file
 * @example await writeInteractions('fake.csv', [{ user: '900', item: '17' }]);
 */
export async function writeInteractions(
  path: string,
  rows: Iterable<InteractionRow>,
  options: WriteOptions = {},
): Promise<void> {
  const target = outputFile(path);
  const temporary = temporaryBeside(target);
  const columns: (keyof InteractionRow)[] = ['user', 'item', ...(options.values ?? [])];
  const wholeNumbers = options.wholeNumbers ?? [];
  await claim(path, temporary);
  try {
    await withDuckDb(temporary, async (connection, api) => {
      const whole = checked(rows, columns, wholeNumbers);
      await fillTable(connection, api, columns, options.spreadsheetSafe ? withoutFormulas(whole) : whole);
      const selected = columns.map((column) =>
        isWhole(column, wholeNumbers)
          ? `CAST(${sqlName(column)} AS BIGINT) AS ${sqlName(column)}`
          : sqlName(column),
      );
      const source = `(SELECT ${selected.join(', ')} FROM output)`;
      await connection.run(
        `COPY ${source} TO ${sqlText(temporary)} (${copyFormat(path)}, USE_TMP_FILE false)`,
      );
    });
    await flush(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error instanceof RecauditError ? error : storageError(path, error);
  }
}

/** The rows of a data set with its original ids, user by user. */
export function* datasetRows({
  interactions,
  users,
  items,
  ratings,
  timestamps,
}: Dataset): Generator<InteractionRow> {
  for (let u = 0; u < interactions.users; u++) {
    for (let e = interactions.rowPointers[u]; e < interactions.rowPointers[u + 1]; e++) {
      yield {
        user: users.ids[u],
        item: items.ids[interactions.columns[e]],
        ...(ratings && { rating: ratings[e] }),
        ...(timestamps && { timestamp: timestamps[e] }),
      };
    }
  }
}

/** The value columns of a data set that hold whole numbers alone, and so are written without decimals. */
export function wholeNumberColumns({ ratings, timestamps }: Dataset): ValueColumn[] {
  const columns: ValueColumn[] = [];
  if (ratings?.every(Number.isSafeInteger)) columns.push('rating');
  if (timestamps?.every(Number.isSafeInteger)) columns.push('timestamp');
  return columns;
}

function copyFormat(path: string): string {
  if (/\.(parquet|pq)$/i.test(path)) return 'FORMAT parquet';
  const compression = /\.gz$/i.test(path) ? 'gzip' : /\.zst$/i.test(path) ? 'zstd' : 'none';
  const delimiter = /\.(tsv|tab)(\.|$)/i.test(path) ? '\t' : ',';
  return `FORMAT csv, HEADER, DELIMITER ${sqlText(delimiter)}, COMPRESSION ${compression}`;
}

async function fillTable(
  connection: Connection,
  api: typeof import('@duckdb/node-api'),
  columns: readonly (keyof InteractionRow)[],
  rows: Iterable<InteractionRow>,
): Promise<void> {
  const isText = (column: keyof InteractionRow) => column === 'user' || column === 'item';
  const definition = columns.map((column) => `${sqlName(column)} ${isText(column) ? 'VARCHAR' : 'DOUBLE'}`);
  await connection.run(`CREATE TEMP TABLE output (${definition.join(', ')})`);
  const appender = await connection.createAppender('output');
  const chunk = api.DuckDBDataChunk.create(
    columns.map((column) => (isText(column) ? api.VARCHAR : api.DOUBLE)),
  );
  let batch: InteractionRow[] = [];
  const flushBatch = () => {
    chunk.reset();
    chunk.setColumns(columns.map((column) => batch.map((row) => row[column] as string | number)));
    appender.appendDataChunk(chunk);
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length === CHUNK_ROWS) flushBatch();
  }
  if (batch.length > 0) flushBatch();
  appender.closeSync();
}

/** How a formula begins in a spreadsheet, in the wide forms of these characters too; and what is put before it. */
const FORMULA = /^[=+\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20']/;

/** An id as `spreadsheetSafe` writes it. */
export const asText = (id: string): string => (FORMULA.test(id) ? `'${id}` : id);

/** The id that `spreadsheetSafe` wrote as `text`. */
export function withoutApostrophe(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text;
}

function* withoutFormulas(rows: Iterable<InteractionRow>): Generator<InteractionRow> {
  for (const row of rows) yield { ...row, user: asText(row.user), item: asText(row.item) };
}

function isWhole(column: keyof InteractionRow, wholeNumbers: readonly ValueColumn[]): boolean {
  return (wholeNumbers as readonly string[]).includes(column);
}

function* checked(
  rows: Iterable<InteractionRow>,
  columns: readonly (keyof InteractionRow)[],
  wholeNumbers: readonly ValueColumn[],
): Generator<InteractionRow> {
  const whole = columns.filter((column) => isWhole(column, wholeNumbers));
  for (const row of rows) {
    for (const column of columns) {
      if (row[column] === undefined || row[column] === '')
        fail(`output: expected a ${column} in every row, got none. Leave the column out.`);
    }
    for (const column of whole) {
      if (!Number.isSafeInteger(row[column]))
        fail(`output: expected a whole number as ${column}, got ${row[column]}. Write it with decimals.`);
    }
    yield row;
  }
}

function fail(message: string): never {
  throw new RecauditError('data', message);
}

/** Creates the temporary file, so that an unwritable folder is known before any work. */
async function claim(path: string, temporary: string): Promise<void> {
  try {
    await (await open(temporary, 'wx')).close();
  } catch (error) {
    throw storageError(path, error);
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function storageError(path: string, error: unknown): RecauditError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason = duckDbReason(error);
  const got =
    /no space left|file too large/i.test(reason) || code === 'ENOSPC' ? `a full disk (${reason})` : reason;
  return new RecauditError(
    'storage',
    `${path}: expected a place to write to, got ${got}. Choose another folder or free some space.`,
    { cause: error },
  );
}
