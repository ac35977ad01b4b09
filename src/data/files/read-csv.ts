/** CSV and TSV -> the table `raw`; faults with file, line and column. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';
import { type CsvDialect, csvDialect } from './csv-dialect.js';
import { type CsvRecord, csvRecords, fieldText, MAXIMUM_RECORD_BYTES } from './csv-records.js';
import { type Connection, duckDbReason, sqlText } from './duckdb.js';
import { createRawTable, EXPECTED, firstFault } from './raw-table.js';
import type { ColumnRole, ReadOptions } from './read-options.js';
import { checkCompression, type SourceFile, uncompressedBytes } from './read-source.js';

/** @throws RecauditError `data` for anything in the file that is no interaction */
export async function csvTable(connection: Connection, source: SourceFile, options: ReadOptions) {
  const dialect = await csvDialect(source, options);
  const compression = checkCompression(source).then(
    () => null,
    (error: unknown) => error,
  );
  const parsed = connection.run(readStatement(source, dialect)).then(
    () => null,
    (error: unknown) => error,
  );
  const [corrupt, failure] = await Promise.all([compression, parsed]);
  if (corrupt) throw corrupt;
  if (failure) throw await structuralError(source, dialect, failure);
  const { fault } = await firstFault(connection);
  if (fault) throw await valueError(source, dialect, fault.row, fault.role);
  return {
    hasRatings: dialect.columns.rating !== undefined,
    hasTimestamps: dialect.columns.timestamp !== undefined,
  };
}

function readStatement(source: SourceFile, { delimiter, names, width, columns }: CsvDialect): string {
  const types = Array.from({ length: width }, (_, column) => `'c${column}': 'VARCHAR'`).join(', ');
  const texts = Object.fromEntries(Object.entries(columns).map(([role, column]) => [role, `c${column}`]));
  return createRawTable(
    texts,
    `read_csv(${sqlText(source.absolutePath)}, auto_detect = false, delim = ${sqlText(delimiter)}, quote = '"',
      escape = '"', header = ${names !== null}, compression = '${source.compression}', hive_partitioning = false,
      max_line_size = ${MAXIMUM_RECORD_BYTES}, columns = {${types}})`,
  );
}

/** The first record that is not well formed; DuckDB's own reason where we find none. */
async function structuralError(
  source: SourceFile,
  dialect: CsvDialect,
  failure: unknown,
): Promise<RecauditError> {
  let lineEnd: string | undefined;
  for await (const record of csvRecords(uncompressedBytes(source), dialect.delimiter)) {
    lineEnd ??= record.lineEnd;
    const error = recordError(source, dialect, record, lineEnd);
    if (error) return error;
  }
  return new RecauditError(
    'data',
    `${source.path}: expected well-formed text, got "${duckDbReason(failure)}". Check the file around that place.`,
    { cause: failure },
  );
}

function recordError(
  source: SourceFile,
  { delimiter, names, width }: CsvDialect,
  record: CsvRecord,
  lineEnd: string,
) {
  const { fields, problem, line } = record;
  const at = (column: number, description: string, advice: string) =>
    new RecauditError('data', `${place(source, line, column, names)}: ${description}. ${advice}`);
  if (problem)
    return at(
      problem.field,
      `expected a field in quotes, got ${problem.got}`,
      'Double quotes inside quotes.',
    );
  if (fields.reduce((sum, field) => sum + field.length, 0) > MAXIMUM_RECORD_BYTES)
    return at(
      0,
      `expected a record below ${MAXIMUM_RECORD_BYTES} bytes, got a longer one`,
      'Check its quotes.',
    );
  if (record.lineEnd !== lineEnd && record.lineEnd !== '') {
    const [expected, got] = [lineEnd, record.lineEnd].map((end) => JSON.stringify(end));
    return new RecauditError(
      'data',
      `${source.path}:${line}: expected the line end ${expected} of line 1, got ${got}. Convert the file's line ends.`,
    );
  }
  if (fields.length === 0) return null;
  const count = fields.slice(width).every((field) => field.length === 0)
    ? Math.min(width, fields.length)
    : fields.length;
  if (count !== width) {
    const separator = JSON.stringify(delimiter);
    return new RecauditError(
      'data',
      `${source.path}:${line}: expected ${width} columns separated by ${separator}, got ${count}. ` +
        'Quote fields that hold the separator, or choose another with --delimiter.',
    );
  }
  const broken = fields.findIndex((field) => !isUtf8(field));
  if (broken >= 0) return at(broken, 'expected UTF-8 text, got other bytes', 'Convert the file to UTF-8.');
  return null;
}

async function valueError(source: SourceFile, dialect: CsvDialect, row: number, role: ColumnRole) {
  let ordinal = dialect.names ? -1 : 0;
  for await (const record of csvRecords(uncompressedBytes(source), dialect.delimiter)) {
    if (record.fields.length === 0 || ordinal++ !== row) continue;
    const column = dialect.columns[role] as number;
    const text = fieldText(record.fields[column]);
    const got = text === '' ? 'nothing' : quoted(text);
    return new RecauditError(
      'data',
      `${place(source, record.line, column, dialect.names)}: expected ${EXPECTED[role]}, got ${got}. ` +
        `Correct the line or choose another column with --${role}-column.`,
    );
  }
  return new RecauditError(
    'internal',
    `${source.path}: expected interaction ${row + 1}, got fewer. Report this as a bug.`,
  );
}

function place(source: SourceFile, line: number, column: number, names: readonly string[] | null): string {
  return `${source.path}:${line}, column ${column + 1}${names?.[column] ? ` (${names[column]})` : ''}`;
}

function isUtf8(field: Uint8Array): boolean {
  try {
    fieldText(field);
    return true;
  } catch {
    return false;
  }
}
