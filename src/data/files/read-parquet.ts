/** Parquet -> the table `raw`; faults with file, row and column. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';
import { describeColumns, resolveColumns } from './column-roles.js';
import { type Connection, duckDbReason, literalPattern, oneRow, sqlName, sqlText } from './duckdb.js';
import { fillRaw } from './fill-raw.js';
import type { ColumnRole, ReadOptions } from './read-options.js';
import type { SourceFile } from './source/source-file.js';
import {
  columnsToRead,
  type Database,
  expressions,
  type ReadColumns,
  type TableFacts,
} from './table-facts.js';

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

const SCALAR =
  /^(VARCHAR|BOOLEAN|UUID|DATE|(U?(TINY|SMALL|BIG|HUGE)INT)|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|TIME.*)$/;

/** @throws RecauditError `data` for a broken file, a missing or nested column, and rows that are no interaction */
export async function parquetTable(
  { connection }: Database,
  source: SourceFile,
  options: ReadOptions,
): Promise<TableFacts> {
  const files = source.parts.map((part) => sqlText(literalPattern(part))).join(', ');
  const from = `read_parquet([${files}], binary_as_string = true, hive_partitioning = false)`;
  const columns = await describeFile(connection, source, from);
  const names = columns.map(({ name }) => name);
  const roles = resolveColumns(source.path, names, names.length, options);
  const used = columnsToRead(roles, options);
  checkTypes(source, columns, used);
  const read = expressions(used, (role, k) => expressionOf(columns[used.positions[k]], role));
  const place = async (row: number, role: ColumnRole) => {
    const column = columns[used.positions[used.roles.indexOf(role)]];
    const sql = `SELECT CAST(${sqlName(column.name)} AS VARCHAR) FROM ${from} LIMIT 1 OFFSET ${row}`;
    const value = (await connection.runAndReadAll(sql)).getRows()[0]?.[0] ?? null;
    const text = value === null ? null : String(value);
    return { where: `${source.path}, row ${row + 1}, column ${quoted(column.name)}`, text };
  };
  const [expected] = await attempt(source, () => rowsBySize(connection, files));
  if (expected === 0)
    throw invalid(
      source.path,
      `interactions, got no row (${describeColumns(names, names.length)})`,
      'Check how it was written.',
    );
  const filled = await fillRaw(connection, source.path, { ...read, from }, place, (statement) =>
    attempt(source, () => connection.run(statement)),
  );
  if (filled.rows !== expected)
    throw invalid(
      source.path,
      `${expected} rows as its footer says, got ${filled.rows}`,
      'Copy or write it again.',
    );
  return {
    format: source.parts.length > 1 ? `Parquet (${source.parts.length} files)` : 'Parquet',
    delimiter: null,
    encoding: null,
    header: null,
    columns: roles.facts,
    surveyed: used.surveyed,
    comments: 0,
    rows: filled.rows,
    warnings: [...roles.warnings, ...filled.warnings],
  };
}

/** Ids of floating point: -0 is 0, and what is no number is none. */
function expressionOf({ name, type }: ParquetColumn, role: ColumnRole): string {
  const column = sqlName(name);
  const isId = role === 'user' || role === 'item';
  if (!isId || !/^(FLOAT|DOUBLE)$/.test(type)) return `CAST(${column} AS VARCHAR)`;
  return `CASE WHEN isfinite(${column}) THEN CAST(${column} + 0 AS VARCHAR) END`;
}

/** Rows by the footers, which are read apart from the rows. */
async function rowsBySize(connection: Connection, files: string): Promise<number[]> {
  return oneRow(connection, `SELECT sum(num_rows) FROM parquet_file_metadata([${files}])`);
}

function invalid(path: string, problem: string, advice: string): RecauditError {
  return new RecauditError('data', `${path}: expected ${problem}. ${advice}`);
}

async function describeFile(
  connection: Connection,
  source: SourceFile,
  from: string,
): Promise<ParquetColumn[]> {
  const reader = await attempt(source, () => connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`));
  const columns = reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  if (columns.length >= 2) return columns;
  const got = describeColumns(
    columns.map(({ name }) => name),
    columns.length,
  );
  throw invalid(source.path, `at least two columns (user and item), got ${got}`, 'Add one.');
}

function checkTypes(source: SourceFile, columns: readonly ParquetColumn[], used: ReadColumns): void {
  for (const [k, role] of used.roles.entries()) {
    const { name, type } = columns[used.positions[k]];
    if (!SCALAR.test(type)) {
      throw new RecauditError(
        'data',
        `${source.path}, column ${quoted(name)}: expected text or numbers, got ${type}. Choose another with --${role}-column.`,
      );
    }
  }
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
