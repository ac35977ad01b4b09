/** Parquet -> the table `raw`; faults with file, row and column. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';
import { type Connection, duckDbReason, sqlName, sqlText } from './duckdb.js';
import { createRawTable, EXPECTED, firstFault } from './raw-table.js';
import {
  type ColumnPositions,
  type ColumnRole,
  describeColumns,
  type ReadOptions,
  resolveColumns,
} from './read-options.js';
import type { SourceFile } from './read-source.js';

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

const SCALAR =
  /^(VARCHAR|BOOLEAN|UUID|DATE|(U?(TINY|SMALL|BIG|HUGE)INT)|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|TIME.*)$/;

/** @throws RecauditError `data` for a broken file, a missing or nested column, and rows that are no interaction */
export async function parquetTable(connection: Connection, source: SourceFile, options: ReadOptions) {
  const from = `read_parquet(${sqlText(source.absolutePath)}, binary_as_string = true, hive_partitioning = false)`;
  const columns = await describeFile(connection, source, from);
  const names = columns.map(({ name }) => name);
  if (columns.length < 2) {
    const got = describeColumns(names, names.length);
    throw new RecauditError(
      'data',
      `${source.path}: expected at least two columns (user and item), got ${got}. Add one.`,
    );
  }
  const positions = resolveColumns(source.path, names, names.length, options);
  checkTypes(source, columns, positions);
  const expressions = Object.entries(positions).map(([role, p]) => [
    role,
    `CAST(${sqlName(names[p])} AS VARCHAR)`,
  ]);
  const texts: Partial<Record<ColumnRole, string>> = Object.fromEntries(expressions);
  await attempt(source, () => connection.run(createRawTable(texts, from)));
  const { rows, fault } = await firstFault(connection);
  if (rows === 0) {
    const got = describeColumns(names, names.length);
    throw new RecauditError(
      'data',
      `${source.path}: expected interactions, got no row (${got}). Check how it was written.`,
    );
  }
  if (fault)
    throw await valueError(
      connection,
      source,
      fault.row,
      fault.role,
      texts,
      from,
      columns[positions[fault.role] as number],
    );
  return { hasRatings: positions.rating !== undefined, hasTimestamps: positions.timestamp !== undefined };
}

async function describeFile(
  connection: Connection,
  source: SourceFile,
  from: string,
): Promise<ParquetColumn[]> {
  const reader = await attempt(source, () => connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`));
  return reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

function checkTypes(source: SourceFile, columns: readonly ParquetColumn[], positions: ColumnPositions): void {
  for (const [role, position] of Object.entries(positions)) {
    const { name, type } = columns[position];
    if (!SCALAR.test(type)) {
      throw new RecauditError(
        'data',
        `${source.path}, column ${quoted(name)}: expected text or numbers, got ${type}. Choose another with --${role}-column.`,
      );
    }
  }
}

async function valueError(
  connection: Connection,
  source: SourceFile,
  row: number,
  role: ColumnRole,
  texts: Readonly<Partial<Record<ColumnRole, string>>>,
  from: string,
  column: ParquetColumn,
): Promise<RecauditError> {
  const reader = await connection.runAndReadAll(`SELECT ${texts[role]} FROM ${from} LIMIT 1 OFFSET ${row}`);
  const value = reader.getRows()[0]?.[0];
  const got = value === null ? 'NULL' : value === '' ? 'nothing' : quoted(String(value));
  return new RecauditError(
    'data',
    `${source.path}, row ${row + 1}, column ${quoted(column.name)}: expected ${EXPECTED[role]}, got ${got}. ` +
      `Correct the row or choose another column with --${role}-column.`,
  );
}

async function attempt<T>(source: SourceFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new RecauditError(
      'data',
      `${source.path}: expected a whole Parquet file, got "${duckDbReason(cause)}". Copy or write it again.`,
      { cause },
    );
  }
}
