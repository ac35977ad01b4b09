/**
 * Reads an interaction file into a `Dataset`. The result depends on the set of rows alone, not on their order or on
 * threads (but for `duplicates: 'first'`, which asks for the order).
 */

import { RecauditError } from '../../errors.js';
import { compressPairs } from '../compress-pairs.js';
import { createDataset, type Dataset } from '../dataset.js';
import { IdMap, sortedOrder } from '../ids.js';
import { InteractionMatrix } from '../interactions.js';
import { csvTable } from './csv/read-csv.js';
import { type Connection, type DataChunk, eachChunk, oneRow, withDuckDb } from './duckdb.js';
import { arrayTable } from './matrix/read-array.js';
import { matrixTable } from './matrix/read-matrix.js';
import { checkUserColumn, type ReadingFacts, readingFacts, similarIds } from './read-facts.js';
import { jsonTable } from './read-jsonl.js';
import { checkReadOptions, type ReadOptions } from './read-options.js';
import { parquetTable } from './read-parquet.js';
import type { SourceFile } from './source/source-file.js';
import { withSource } from './source/with-source.js';
import type { Database, TableFacts } from './table-facts.js';
import { textKind } from './text-kind.js';

export interface ReadResult {
  readonly dataset: Dataset;
  /** rows of the file, header excluded */
  readonly rows: number;
  /** rows left out because their rating is below the threshold */
  readonly belowThreshold: number;
  /** rows whose user-item pair another row has already */
  readonly duplicatesMerged: number;
  /** how the file was read, and what looks wrong in it */
  readonly reading: ReadingFacts;
}

/**
 * Reads a file of interactions, one a row (or a list of them a line).
 *
 * Ids are kept as their text. A user-item pair that occurs several times becomes one interaction: by default with its
 * earliest timestamp and its largest rating; `duplicates` chooses one of its rows instead.
 *
 * @param path a file, a folder or pattern of Parquet files, or `-` for standard input
 * @throws RecauditError `data` naming the file and line and column (Parquet: row and column); `config` for options
 *   that can never work
 * @example const { dataset } = await readInteractions('ratings.csv.gz', { ratingColumn: 'rating', threshold: 4 });
 */
export async function readInteractions(path: string, options: ReadOptions = {}): Promise<ReadResult> {
  checkReadOptions(options);
  const { encoding } = options;
  const label = encoding === undefined ? undefined : new TextDecoder(encoding).encoding;
  return withSource(path, label, (source) =>
    withDuckDb(source.parts, async (connection, api) => {
      const table = await readTable({ connection, api }, source, options);
      return collect(connection, source.path, options, table);
    }),
  );
}

async function readTable(database: Database, source: SourceFile, options: ReadOptions): Promise<TableFacts> {
  if (source.format === 'parquet') return parquetTable(database, source, options);
  if (source.format === 'npy') return arrayTable(database, source, options);
  if (source.format === 'npz') return matrixTable(database, source, options);
  const kind = options.format ?? (await textKind(source));
  if (kind === 'jsonl') return jsonTable(database, source, options);
  return kind === 'mtx' ? matrixTable(database, source, options) : csvTable(database, source, options);
}

/** From the checked table `raw` (user, item, and rating and timestamp where wanted) to the result. */
async function collect(
  connection: Connection,
  path: string,
  options: ReadOptions,
  table: TableFacts,
): Promise<ReadResult> {
  const has = await valueColumns(connection);
  const reading = await readingFacts(connection, path, table, has, options);
  const repeated = await chooseDuplicates(connection, options, has);
  const { rows, kept, where } = await aboveThreshold(connection, path, options);
  const users = await dictionary(connection, 'user', where);
  const items = await dictionary(connection, 'item', where);
  checkUserColumn(path, table, { users: users.ids.size, rows: kept });
  const columns = await readColumns(connection, kept, where, { users, items }, has);
  // The rows as text take more memory than all that follows.
  await connection.run('DROP TABLE raw');
  const csr = compressPairs(users.ids.size, items.ids.size, columns.users, columns.items);
  const size = csr.columns.length;
  const dataset = createDataset({
    interactions: InteractionMatrix.fromCsr(items.ids.size, csr.rowPointers, csr.columns),
    users: users.ids,
    items: items.ids,
    ...(columns.timestamps && { timestamps: merge(size, csr.positions, columns.timestamps, Math.min) }),
    ...(columns.ratings && { ratings: merge(size, csr.positions, columns.ratings, Math.max) }),
  });
  const similar = [...similarIds(path, 'user', users.ids.ids), ...similarIds(path, 'item', items.ids.ids)];
  return {
    dataset,
    rows: rows + repeated,
    belowThreshold: rows - kept,
    duplicatesMerged: repeated + kept - size,
    reading: { ...reading, warnings: [...reading.warnings, ...similar] },
  };
}

interface ValueColumns {
  readonly ratings: boolean;
  readonly timestamps: boolean;
}

async function valueColumns(connection: Connection): Promise<ValueColumns> {
  const reader = await connection.runAndReadAll('SELECT column_name FROM (DESCRIBE raw)');
  const names = new Set(reader.getRows().map(([name]) => String(name)));
  return { ratings: names.has('rating'), timestamps: names.has('timestamp') };
}

/** Under `latest` and `first`, leaves one row of each pair in `raw`. @returns the rows dropped */
async function chooseDuplicates(
  connection: Connection,
  { duplicates = 'max' }: ReadOptions,
  { ratings }: { ratings: boolean },
): Promise<number> {
  if (duplicates === 'max') return 0;
  const latest = `"timestamp" DESC${ratings ? ', rating DESC' : ''}, rowid`;
  const [before] = await oneRow(connection, 'SELECT count(*) FROM raw');
  await connection.run(
    `CREATE TEMP TABLE chosen AS SELECT * FROM raw
     QUALIFY row_number() OVER (PARTITION BY "user", item ORDER BY ${duplicates === 'latest' ? latest : 'rowid'}) = 1`,
  );
  await connection.run('DROP TABLE raw; ALTER TABLE chosen RENAME TO raw');
  const [after] = await oneRow(connection, 'SELECT count(*) FROM raw');
  return before - after;
}

async function aboveThreshold(connection: Connection, path: string, { threshold }: ReadOptions) {
  const where = threshold === undefined ? '' : `WHERE rating >= ${threshold}::DOUBLE`;
  const [rows, kept] = await oneRow(
    connection,
    `SELECT (SELECT count(*) FROM raw), (SELECT count(*) FROM raw ${where})`,
  );
  if (rows === 0)
    throw new RecauditError('data', `${path}: expected interactions, got no row. Check how it was written.`);
  if (kept === 0) {
    const [largest] = await oneRow(connection, 'SELECT max(rating) FROM raw');
    throw new RecauditError(
      'data',
      `${path}: expected ratings of at least ${threshold}, got ${largest} at most. Lower --threshold.`,
    );
  }
  return { rows, kept, where };
}

interface Dictionary {
  readonly ids: IdMap;
  /** the index of each code in `ids` */
  readonly ranks: Int32Array;
}

/** The distinct ids of a column: temporary codes in table `<column>_ids`, and each code's index in the sorted map. */
async function dictionary(
  connection: Connection,
  column: 'user' | 'item',
  where: string,
): Promise<Dictionary> {
  await connection.run(
    `CREATE TEMP TABLE ${column}_ids AS SELECT id, (row_number() OVER ())::INTEGER - 1 AS code
     FROM (SELECT DISTINCT "${column}" AS id FROM raw ${where})`,
  );
  const ids: string[] = [];
  // The dot in front: DuckDB's client takes a byte order mark off the start of a text.
  await eachChunk(connection, `SELECT '.' || id FROM ${column}_ids ORDER BY code`, (chunk) => {
    for (const text of chunk.getColumnValues(0) as string[]) ids.push(text.slice(1));
  });
  const order = sortedOrder(ids);
  const ranks = new Int32Array(ids.length);
  order.forEach((code, rank) => {
    ranks[code] = rank;
  });
  return { ids: IdMap.inOrder(Array.from(order, (code) => ids[code])), ranks };
}

async function readColumns(
  connection: Connection,
  count: number,
  where: string,
  ids: { readonly users: Dictionary; readonly items: Dictionary },
  has: ValueColumns,
) {
  const users = new Int32Array(count);
  const items = new Int32Array(count);
  const ratings = has.ratings ? new Float64Array(count) : undefined;
  const timestamps = has.timestamps ? new Float64Array(count) : undefined;
  const values = [ratings, timestamps].filter((array) => array !== undefined);
  let next = 0;
  await eachChunk(
    connection,
    `SELECT u.code, i.code ${has.ratings ? ', rating' : ''} ${has.timestamps ? ', "timestamp"' : ''}
     FROM raw JOIN user_ids u ON u.id = raw."user" JOIN item_ids i ON i.id = raw.item ${where}`,
    (chunk) => {
      copyColumn(chunk, 0, users, next, (code) => ids.users.ranks[code]);
      copyColumn(chunk, 1, items, next, (code) => ids.items.ranks[code]);
      values.forEach((target, k) => {
        copyColumn(chunk, 2 + k, target, next, (value) => value);
      });
      next += chunk.rowCount;
    },
  );
  return { users, items, ratings, timestamps };
}

function copyColumn(
  chunk: DataChunk,
  column: number,
  target: Int32Array | Float64Array,
  start: number,
  meaning: (value: number) => number,
): void {
  const vector = chunk.getColumnVector(column);
  for (let row = 0; row < chunk.rowCount; row++) target[start + row] = meaning(vector.getItem(row) as number);
}

function merge(
  size: number,
  positions: Int32Array,
  values: Float64Array,
  choose: (a: number, b: number) => number,
): Float64Array {
  const merged = new Float64Array(size).fill(Number.NaN);
  positions.forEach((position, row) => {
    const known = merged[position];
    merged[position] = Number.isNaN(known) ? values[row] : choose(known, values[row]);
  });
  return merged;
}
