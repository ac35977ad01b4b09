/** CSV and TSV -> the table `raw`; faults with file, line and column. Every record is counted apart from DuckDB. */

import { RecauditError } from '../../../errors.js';
import { duckDbReason, literalPattern, sqlText } from '../duckdb.js';
import { type FilledTable, fillRaw, type ValuePlace } from '../fill-raw.js';
import { uncompressedBytes } from '../packed/decompress.js';
import { listTable } from '../read-lists.js';
import type { ColumnRole, ReadOptions } from '../read-options.js';
import type { SourceFile } from '../source/source-file.js';
import {
  columnsToRead,
  type Database,
  expressions,
  type ReadColumns,
  type TableFacts,
} from '../table-facts.js';
import { fillTextRows, textAt } from '../text-rows.js';
import { RecordCounter } from './count-records.js';
import { type CsvDialect, csvDialect } from './csv-dialect.js';
import { placeOf, structuralError, swallowedError } from './csv-errors.js';
import { csvRecords, fieldText, MAXIMUM_RECORD_BYTES } from './csv-records.js';
import { CsvRows } from './csv-rows.js';

/** @throws RecauditError `data` for anything in the file that is no interaction */
export async function csvTable(
  database: Database,
  source: SourceFile,
  options: ReadOptions,
): Promise<TableFacts> {
  const dialect = await csvDialect(source, options);
  if (dialect.kind === 'lists') return listTable(database, source, dialect);
  const columns = columnsToRead(dialect.roles, options);
  const quotesAreRight = options.quotes === true;
  const direct = suitsDuckDb(source, dialect)
    ? await readDirectly(database, source, dialect, columns, quotesAreRight)
    : undefined;
  const { filled, comments } =
    direct ?? (await readByRows(database, source, dialect, columns, quotesAreRight));
  const { names, headerWhy, delimiter, roles, warnings } = dialect;
  return {
    format: delimiter === '\t' ? 'TSV' : 'CSV',
    delimiter,
    encoding: source.encoding,
    header: { present: names !== null, why: headerWhy },
    columns: roles.facts,
    surveyed: columns.surveyed,
    comments,
    rows: filled.rows,
    warnings: [
      ...warnings,
      ...filled.warnings,
      ...(comments > 0
        ? [`${source.path}: ${comments} lines that start with # are remarks and are not read`]
        : []),
    ],
  };
}

interface Reading {
  readonly filled: FilledTable;
  readonly comments: number;
}

/** Whether DuckDB can read the file as it is. */
function suitsDuckDb(source: SourceFile, { trim, comments }: CsvDialect): boolean {
  const { encoding, compression } = source;
  return encoding === 'utf-8' && compression !== 'zip' && !trim && !comments;
}

/** @returns undefined where DuckDB refuses or loses a record that is well formed */
async function readDirectly(
  { connection }: Database,
  source: SourceFile,
  dialect: CsvDialect,
  columns: ReadColumns,
  quotesAreRight: boolean,
): Promise<Reading | undefined> {
  const input = {
    ...expressions(columns, (_, k) => `c${columns.positions[k]}`),
    from: readFunction(source, dialect),
  };
  const counter = new RecordCounter(dialect);
  const first = async (statement: string) => {
    const parsing = connection.run(statement).then(
      () => false,
      (error: unknown) => refusal(source, error),
    );
    let counted: boolean;
    try {
      counted = await countRecords(source, counter);
      if (!counted) connection.interrupt();
    } catch (error) {
      connection.interrupt();
      await parsing;
      throw error;
    }
    const outcome = await parsing;
    if (outcome instanceof RecauditError) throw outcome;
    const hidden = counter.swallowed !== undefined && !quotesAreRight;
    if (outcome || !counted || hidden || counter.unclosed) throw new Refused();
    const reader = await connection.runAndReadAll('SELECT count(*) FROM raw');
    const expected = counter.records - (dialect.headerRecord ? 1 : 0);
    if (Number(reader.getRows()[0][0]) !== expected) throw new Refused();
  };
  try {
    const place = (row: number, role: ColumnRole) => placeInFile(source, dialect, columns, row, role);
    return { filled: await fillRaw(connection, source.path, input, place, first), comments: 0 };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  const error = await structuralError(source, dialect);
  if (error) throw error;
  if (counter.swallowed !== undefined && !quotesAreRight) throw swallowedError(source, counter.swallowed);
  await connection.run('DROP TABLE IF EXISTS raw');
  return undefined;
}

class Refused extends Error {}

/** True for text that DuckDB does not read; an error where the machine is too small for it. */
function refusal(source: SourceFile, error: unknown): true | RecauditError {
  const reason = duckDbReason(error);
  if (!/out of memory|too many open files|cannot allocate/i.test(reason)) return true;
  return new RecauditError(
    'data',
    `${source.path}: expected room for its rows, got "${reason}". Raise the limit of memory or of open files (ulimit -v, ulimit -n).`,
    { cause: error },
  );
}

/** @returns false where a record is so long that DuckDB refuses it: the rest need not be unpacked */
async function countRecords(source: SourceFile, counter: RecordCounter): Promise<boolean> {
  for await (const chunk of uncompressedBytes(source)) {
    counter.push(chunk);
    if (counter.longest > 2 * MAXIMUM_RECORD_BYTES) return false;
  }
  counter.finish();
  return true;
}

function readFunction(source: SourceFile, { delimiter, headerRecord, width, quotes }: CsvDialect): string {
  const types = Array.from({ length: width }, (_, column) => `'c${column}': 'VARCHAR'`).join(', ');
  const quote = quotes ? `'"'` : `''`;
  return `read_csv(${sqlText(literalPattern(source.absolutePath))}, auto_detect = false, delim = ${sqlText(delimiter)}, quote = ${quote},
      escape = ${quote}, header = ${headerRecord}, compression = '${source.compression}', hive_partitioning = false,
      max_line_size = ${MAXIMUM_RECORD_BYTES}, columns = {${types}})`;
}

async function readByRows(
  { connection, api }: Database,
  source: SourceFile,
  dialect: CsvDialect,
  columns: ReadColumns,
  quotesAreRight: boolean,
): Promise<Reading> {
  const rows = new CsvRows(source, dialect, quotesAreRight);
  await fillTextRows(connection, api, columns.roles, rows.batches(columns.positions));
  const input = { ...expressions(columns, (role) => `"${role}"`), from: 'text_rows' };
  const place = async (row: number, role: ColumnRole): Promise<ValuePlace> => {
    const { line, text } = await textAt(connection, row, role);
    const column = columns.positions[columns.roles.indexOf(role)];
    return { where: placeOf(source, line, column, dialect.names), text };
  };
  const filled = await fillRaw(connection, source.path, input, place);
  return { filled, comments: rows.comments };
}

async function placeInFile(
  source: SourceFile,
  dialect: CsvDialect,
  { roles, positions }: ReadColumns,
  row: number,
  role: ColumnRole,
): Promise<ValuePlace> {
  const column = positions[roles.indexOf(role)];
  let ordinal = dialect.headerRecord ? -1 : 0;
  for await (const record of csvRecords(uncompressedBytes(source), dialect)) {
    if (record.fields.length === 0 || ordinal++ !== row) continue;
    return {
      where: placeOf(source, record.line, column, dialect.names),
      text: fieldText(record.fields[column]),
    };
  }
  return { where: `${source.path}, row ${row + 1}`, text: null };
}
