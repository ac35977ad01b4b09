/** The first records of a text file as text: what its layout is decided from. */

import { RecauditError } from '../../../errors.js';
import { uncompressedBytes } from '../packed/decompress.js';
import type { SourceFile } from '../source/source-file.js';
import {
  type CsvRecord,
  type CsvSyntax,
  csvRecords,
  fieldText,
  MAXIMUM_RECORD_BYTES,
} from './csv-records.js';

export interface SampleRecord {
  readonly line: number;
  readonly fields: readonly string[];
  readonly quoted: readonly boolean[];
}

export interface CsvSample {
  readonly records: readonly SampleRecord[];
  /** the last remark before the first record, without its `#` */
  readonly comment: string | undefined;
}

const SAMPLE_RECORDS = 500;
const SAMPLE_BYTES = 1 << 18;

/** @throws RecauditError `data` for text that is not UTF-8, and for quotes in line 1 that nobody can follow */
export async function csvSample(source: SourceFile, syntax: CsvSyntax): Promise<CsvSample> {
  const records: SampleRecord[] = [];
  let comment: string | undefined;
  let bytes = 0;
  for await (const record of csvRecords(uncompressedBytes(source), syntax)) {
    if (record.comment && records.length === 0) comment = fieldText(record.comment.subarray(1));
    if (record.fields.length === 0) continue;
    if (record.problem && records.length === 0) throw quoteError(source.path, record);
    records.push({
      line: record.line,
      fields: texts(source.path, record, records.length === 0),
      quoted: record.quoted,
    });
    bytes += record.fields.reduce((sum, field) => sum + field.length, 0);
    if (records.length === SAMPLE_RECORDS || bytes > SAMPLE_BYTES) break;
  }
  return { records, comment };
}

/** Line 1 (after remarks) without its quoted parts, and whether remarks stand before it. */
export async function firstLine(
  source: SourceFile,
  quotes: boolean,
): Promise<{ line: string; comments: boolean }> {
  let start = '';
  const unquoted = (text: string) => (quotes ? text.replace(/"[^"]*"/g, '') : text);
  for await (const chunk of uncompressedBytes(source)) {
    start += Buffer.from(chunk).toString('latin1');
    const rest = start.replace(/^(?:#[^\r\n]*[\r\n]+)+/, '');
    const line = rest.startsWith('#') ? null : /^[^\r\n]*(?=[\r\n])/.exec(unquoted(rest));
    if (line) return { line: line[0], comments: rest !== start };
    if (start.length > MAXIMUM_RECORD_BYTES) break;
  }
  const rest = start.replace(/^(?:#[^\r\n]*[\r\n]+)+/, '');
  return { line: unquoted(rest).split(/[\r\n]/)[0], comments: rest !== start };
}

/** Only line 1 decides the layout by its text; what is wrong further down is told with its column. */
function texts(path: string, record: CsvRecord, isFirst: boolean): string[] {
  return record.fields.map((field, column) => {
    try {
      return isFirst ? fieldText(field) : Buffer.from(field).toString('utf8');
    } catch {
      throw notUtf8(`${path}:${record.line}, column ${column + 1}`);
    }
  });
}

/** Bytes that are no UTF-8: most often the text of an older encoding. */
export function notUtf8(where: string): RecauditError {
  return new RecauditError(
    'data',
    `${where}: expected UTF-8 text, got other bytes. Name its encoding, such as --encoding latin1, or convert the file to UTF-8.`,
  );
}

function quoteError(path: string, { line, problem }: CsvRecord): RecauditError {
  return new RecauditError(
    'data',
    `${path}:${line}, column ${(problem?.field ?? 0) + 1}: expected a field in quotes, got ${problem?.got}. ` +
      'Double quotes inside quotes, or pass --no-quotes where they are plain text.',
  );
}
