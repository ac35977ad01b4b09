/** What is wrong with a record of a text file, with its line and column. */

import { isUtf8 } from 'node:buffer';
import { RecauditError } from '../../../errors.js';
import { uncompressedBytes } from '../packed/decompress.js';
import type { SourceFile } from '../source/source-file.js';
import type { CsvDialect } from './csv-dialect.js';
import { type CsvRecord, csvRecords, MAXIMUM_RECORD_BYTES, UNCLOSED } from './csv-records.js';
import { notUtf8 } from './csv-sample.js';

/** The first record that is not well formed, or undefined where all are. */
export async function structuralError(
  source: SourceFile,
  dialect: CsvDialect,
): Promise<RecauditError | undefined> {
  let lineEnd: string | undefined;
  for await (const record of csvRecords(uncompressedBytes(source), dialect)) {
    lineEnd ??= record.lineEnd;
    const error = recordError(source, dialect, record, lineEnd);
    if (error) return error;
  }
  return undefined;
}

const NOT_CLOSED_SOON = `a quote that is not closed within ${MAXIMUM_RECORD_BYTES} bytes`;

/** @param lineEnd of line 1 */
export function recordError(
  source: SourceFile,
  { delimiter, names, width }: CsvDialect,
  record: CsvRecord,
  lineEnd: string,
): RecauditError | null {
  const { fields, problem, line } = record;
  const overlong = record.bytes > MAXIMUM_RECORD_BYTES;
  const at = (column: number, description: string, advice: string) =>
    new RecauditError('data', `${placeOf(source, line, column, names)}: ${description}. ${advice}`);
  if (problem)
    return at(
      problem.field,
      `expected a field in quotes, got ${overlong && problem.got === UNCLOSED ? NOT_CLOSED_SOON : problem.got}`,
      'Double quotes inside quotes, or pass --no-quotes where they are plain text.',
    );
  if (overlong)
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
  const count = fields.length > width && isBlankFrom(fields, width) ? width : fields.length;
  if (count !== width)
    return new RecauditError(
      'data',
      `${source.path}:${line}: expected ${width} columns separated by ${JSON.stringify(delimiter)}, got ${count}. ` +
        'Quote fields that hold the separator, or choose another with --delimiter.',
    );
  const broken = fields.findIndex((field) => !isUtf8(field));
  return broken >= 0 ? notUtf8(placeOf(source, line, broken, names)) : null;
}

function isBlankFrom(fields: readonly Uint8Array[], start: number): boolean {
  for (let k = start; k < fields.length; k++) if (fields[k].length > 0) return false;
  return true;
}

/** `clicks.csv:7, column 2 (item)` */
export function placeOf(
  source: SourceFile,
  line: number,
  column: number,
  names: readonly string[] | null,
): string {
  return `${source.path}:${line}, column ${column + 1}${names?.[column] ? ` (${names[column]})` : ''}`;
}

/** Quotes that hold whole records: a quote that is plain text swallows all rows up to the next one. */
export function swallowedError(source: SourceFile, line: number): RecauditError {
  return new RecauditError(
    'data',
    `${source.path}:${line}: expected quotes that end with their field, got a field in quotes with lines in it that look like ` +
      'rows. Pass --no-quotes where quotes are plain text, or --quotes where the field is right.',
  );
}
