/** How a text file is laid out: its delimiter, whether line 1 is a header, and the columns to read. */

import { RecauditError } from '../../errors.js';
import { type CsvRecord, csvRecords, fieldText, MAXIMUM_RECORD_BYTES } from './csv-records.js';
import {
  type ColumnPositions,
  choosesByName,
  describeColumns,
  KNOWN_NAMES,
  plainName,
  type ReadOptions,
  resolveColumns,
} from './read-options.js';
import { type SourceFile, uncompressedBytes } from './read-source.js';

export interface CsvDialect {
  readonly delimiter: string;
  /** header names, or null without a header */
  readonly names: readonly string[] | null;
  /** number of columns */
  readonly width: number;
  readonly columns: ColumnPositions;
}

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/**
 * Decides the layout from the first two records.
 *
 * @throws RecauditError `data` for fewer than two columns, an ambiguous header, a missing column, no interactions
 */
export async function csvDialect(source: SourceFile, options: ReadOptions): Promise<CsvDialect> {
  const { path } = source;
  const delimiter =
    options.delimiter === '\\t' ? '\t' : (options.delimiter ?? (await guessDelimiter(source)));
  const [first, second] = await firstTwoRecords(source, delimiter);
  if (!first) throw invalid(path, 'expected interactions, got blank lines only', 'Check how it was written.');
  if (first.line > 1)
    throw invalid(`${path}:1`, 'expected a header or an interaction, got a blank line', 'Remove it.');
  const fields = texts(path, first);
  const width = fields.at(-1) === '' && fields.length > 2 ? fields.length - 1 : fields.length;
  if (width < 2) {
    throw invalid(
      `${path}:1`,
      `expected at least two columns (user and item) separated by ${JSON.stringify(delimiter)}, got one`,
      'Choose the separator with --delimiter.',
    );
  }
  const header =
    options.header ?? (choosesByName(options) || guessHeader(path, fields, second && texts(path, second)));
  if (header && !second) {
    const got = describeColumns(fields, width);
    throw invalid(
      path,
      `expected interactions, got a header only (${got})`,
      'Check how it was written, or pass --no-header.',
    );
  }
  const names = header ? fields.slice(0, width).map((name) => name.trim()) : null;
  return { delimiter, names, width, columns: resolveColumns(path, names, width, options) };
}

/** Tab and `::` are unmistakable; of comma, semicolon and bar only one may occur outside quotes in line 1. */
async function guessDelimiter(source: SourceFile): Promise<string> {
  if (/\.(tsv|tab)(\.|$)/i.test(source.path)) return '\t';
  const line = await firstLine(source);
  const certain = ['\t', '::'].find((delimiter) => line.includes(delimiter));
  if (certain) return certain;
  const possible = [',', ';', '|'].filter((delimiter) => line.includes(delimiter));
  if (possible.length > 1) {
    throw invalid(
      `${source.path}:1`,
      `expected one kind of separator, got ${possible.map((delimiter) => JSON.stringify(delimiter)).join(' and ')}`,
      'Choose one with --delimiter.',
    );
  }
  return possible[0] ?? (line.includes(' ') ? ' ' : ',');
}

/** Line 1 without its quoted parts. */
async function firstLine(source: SourceFile): Promise<string> {
  let start = '';
  for await (const chunk of uncompressedBytes(source)) {
    start += Buffer.from(chunk).toString('latin1');
    const line = /^[^\r\n]*(?=[\r\n])/.exec(start.replace(/"[^"]*"/g, ''));
    if (line) return line[0];
    if (start.length > MAXIMUM_RECORD_BYTES) break;
  }
  return start.replace(/"[^"]*"/g, '');
}

async function firstTwoRecords(source: SourceFile, delimiter: string): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(uncompressedBytes(source), delimiter)) {
    if (record.fields.length > 0) records.push(record);
    if (records.length === 2) break;
  }
  return records;
}

function texts(path: string, record: CsvRecord): string[] {
  return record.fields.map((field, column) => {
    try {
      return fieldText(field);
    } catch {
      throw invalid(
        `${path}:${record.line}, column ${column + 1}`,
        'expected UTF-8 text, got other bytes',
        'Convert the file to UTF-8.',
      );
    }
  });
}

/**
 * A line with a number in it is data. Else it is a header if the next line has numbers, or if it holds a
 * conventional name. Else nobody can tell.
 */
function guessHeader(path: string, first: readonly string[], second: readonly string[] | undefined): boolean {
  if (first.some((field) => NUMBER.test(field))) return false;
  if (first.some((field) => KNOWN_NAMES.has(plainName(field)))) return true;
  if (second?.some((field) => NUMBER.test(field))) return true;
  throw invalid(
    `${path}:1`,
    'expected a line that is clearly a header or clearly an interaction, got ' +
      describeColumns(first, first.length),
    'Pass --header or --no-header.',
  );
}

function invalid(where: string, problem: string, advice: string): RecauditError {
  return new RecauditError('data', `${where}: ${problem}. ${advice}`);
}
