/** How a text file is laid out: its delimiter, whether line 1 is a header, and the columns to read. */

import { RecauditError } from '../../../errors.js';
import { HEADER_NAMES, ITEM_NAMES, plainName, USER_NAMES } from '../column-names.js';
import { type ColumnRoles, describeColumns, resolveColumns } from '../column-roles.js';
import { choosesByName, type ReadOptions } from '../read-options.js';
import type { SourceFile } from '../source/source-file.js';
import type { CsvSyntax } from './csv-records.js';
import { type CsvSample, csvSample, firstLine, type SampleRecord } from './csv-sample.js';
import { listsIn, recordShape } from './csv-shapes.js';

export interface CsvDialect extends CsvSyntax {
  readonly kind: 'table' | 'lists';
  /** header names, or null without a header */
  readonly names: readonly string[] | null;
  /** whether the first record is the header (it may stand in a remark) */
  readonly headerRecord: boolean;
  /** why there is a header, or none */
  readonly headerWhy: string;
  /** number of columns */
  readonly width: number;
  readonly roles: ColumnRoles;
  /** whether blanks around fields without quotes belong to the separator, as in `user, item` */
  readonly trim: boolean;
  /** whether a line reads like a record of this file */
  readonly looksLikeRecord: (line: Uint8Array) => boolean;
  readonly warnings: readonly string[];
}

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/**
 * Decides the layout from the first records.
 *
 * @throws RecauditError `data` for fewer than two columns, an ambiguous header, a missing column, no interactions
 */
export async function csvDialect(source: SourceFile, options: ReadOptions): Promise<CsvDialect> {
  const { path } = source;
  const quotes = options.quotes ?? true;
  const { line, comments } = await firstLine(source, quotes);
  const delimiter = options.delimiter === '\\t' ? '\t' : (options.delimiter ?? guessDelimiter(source, line));
  const syntax = { delimiter, quotes, comments };
  const sample = await csvSample(source, syntax);
  const [first] = sample.records;
  if (!first) throw invalid(path, 'expected interactions, got blank lines only', 'Check how it was written.');
  if (first.line > 1 && !comments)
    throw invalid(`${path}:1`, 'expected a header or an interaction, got a blank line', 'Remove it.');
  if (listsIn(source, delimiter, sample.records, options)) return listsDialect(path, syntax);
  const width = widthOf(first);
  if (width < 2)
    throw invalid(
      `${path}:${first.line}`,
      `expected at least two columns (user and item) separated by ${JSON.stringify(delimiter)}, got one`,
      'Choose the separator with --delimiter.',
    );
  return tableDialect(path, syntax, sample, width, options);
}

function tableDialect(
  path: string,
  syntax: CsvSyntax,
  sample: CsvSample,
  width: number,
  options: ReadOptions,
): CsvDialect {
  const [first, second] = sample.records;
  const remarked = namesInRemark(sample, syntax.delimiter, width);
  const { header, why } = remarked
    ? { header: false, why: 'a remark holds the names' }
    : headerOf(path, sample.records, options);
  if (header && !second)
    throw invalid(
      path,
      `expected interactions, got a header only (${describeColumns(first.fields, width)})`,
      'Check how it was written, or pass --no-header.',
    );
  const names = header ? first.fields.slice(0, width).map((name) => name.trim()) : remarked;
  const data = sample.records.slice(header ? 1 : 0);
  const roles = resolveColumns(path, names, width, options);
  const trim =
    data.every((record) => isSpaced(record)) && data.some(({ fields }) => fields[1]?.startsWith(' '));
  return {
    ...syntax,
    kind: 'table',
    names,
    headerRecord: header,
    headerWhy: why,
    width,
    roles,
    trim,
    looksLikeRecord: recordShape(data, syntax.delimiter, width, roles.positions),
    warnings: [
      ...guessedHeader(path, names, why),
      ...roles.warnings,
      ...unreadNumbers(path, names, data, width, roles),
    ],
  };
}

function listsDialect(path: string, syntax: CsvSyntax): CsvDialect {
  return {
    ...syntax,
    quotes: false,
    kind: 'lists',
    names: null,
    headerRecord: false,
    headerWhy: 'lists have none',
    width: 2,
    roles: resolveColumns(path, null, 2, {}),
    trim: false,
    looksLikeRecord: () => false,
    warnings: [],
  };
}

function widthOf({ fields }: SampleRecord): number {
  return fields.at(-1) === '' && fields.length > 2 ? fields.length - 1 : fields.length;
}

/** Every field but the first follows a blank, or stands in quotes. */
function isSpaced({ fields, quoted }: SampleRecord): boolean {
  return fields.every((field, k) => k === 0 || field === '' || quoted[k] || /^ +[^ ]/.test(field));
}

/** Tab and `::` are unmistakable; of comma, semicolon and bar only one may occur outside quotes in line 1. */
function guessDelimiter(source: SourceFile, line: string): string {
  if (/\.(tsv|tab)(\.|$)/i.test(source.path)) return '\t';
  const certain = ['\t', '::'].find((delimiter) => line.includes(delimiter));
  if (certain) return certain;
  const possible = [',', ';', '|'].filter((delimiter) => line.includes(delimiter));
  if (possible.length > 1)
    throw invalid(
      `${source.path}:1`,
      `expected one kind of separator, got ${possible.map((delimiter) => JSON.stringify(delimiter)).join(' and ')}`,
      'Choose one with --delimiter.',
    );
  return possible[0] ?? (line.includes(' ') ? ' ' : ',');
}

/** The names in the last remark before the data, where it has as many as the data have columns. */
function namesInRemark({ comment }: CsvSample, delimiter: string, width: number): string[] | null {
  const names =
    comment
      ?.trim()
      .split(delimiter)
      .map((name) => name.trim()) ?? [];
  return names.length === width && names.some((name) => HEADER_NAMES.has(plainName(name))) ? names : null;
}

function headerOf(path: string, records: readonly SampleRecord[], options: ReadOptions) {
  if (options.header !== undefined) return { header: options.header, why: 'as asked' };
  if (choosesByName(options)) return { header: true, why: 'a column is chosen by its name' };
  return guessHeader(path, records);
}

/**
 * Line 1 is a header if it names a user and an item column; else a line with a number in it is data; else it is a
 * header if it holds one conventional name, or if a column has numbers alone below it. Else nobody can tell.
 */
function guessHeader(path: string, [first, ...rest]: readonly SampleRecord[]) {
  const plain = first.fields.map(plainName);
  const named = (names: readonly string[]) =>
    plain.some((name) => names.includes(name) && HEADER_NAMES.has(name));
  if (named(USER_NAMES) && named(ITEM_NAMES)) return { header: true, why: 'it holds usual names' };
  if (first.fields.some((field) => NUMBER.test(field)))
    return { header: false, why: 'line 1 holds a number' };
  if (plain.some((name) => HEADER_NAMES.has(name))) return { header: true, why: 'it holds usual names' };
  const numbers = first.fields.findIndex(
    (_, column) => rest.length > 0 && rest.every(({ fields }) => NUMBER.test(fields[column] ?? '')),
  );
  if (numbers >= 0)
    return { header: true, why: `column ${numbers + 1} holds numbers below line 1, and none in it` };
  throw invalid(
    `${path}:${first.line}`,
    'expected a line that is clearly a header or clearly an interaction, got ' +
      describeColumns(first.fields, first.fields.length),
    'Pass --header or --no-header.',
  );
}

function guessedHeader(path: string, names: readonly string[] | null, why: string): string[] {
  if (!names || !why.startsWith('column')) return [];
  return [`${path}: line 1 is read as a header, for ${why}. Pass --no-header where it is an interaction`];
}

/** Columns of numbers that no name explains and nothing reads. */
function unreadNumbers(
  path: string,
  names: readonly string[] | null,
  data: readonly SampleRecord[],
  width: number,
  { positions }: ColumnRoles,
): string[] {
  if (names) return [];
  const used = new Set<number | undefined>(Object.values(positions));
  const unread = Array.from({ length: width }, (_, column) => column).filter(
    (column) => !used.has(column) && data.every(({ fields }) => NUMBER.test(fields[column] ?? '')),
  );
  if (unread.length === 0) return [];
  const list = unread.map((column) => column + 1).join(', ');
  return [
    `${path}: numbers in column ${list} are not read. ` +
      'Name them with --rating-column and --timestamp-column, or pass --format lists where they are items',
  ];
}

function invalid(where: string, problem: string, advice: string): RecauditError {
  return new RecauditError('data', `${where}: ${problem}. ${advice}`);
}
