/**
 * Splits the bytes of a CSV file into records, keeping the physical line of each. Used for the first records (which
 * delimiter, which header) and to find the line of an error; the bulk of a file is read by DuckDB, whose rules
 * these are: RFC 4180 with any delimiter, quotes doubled inside quotes, spaces around a quoted field dropped. (DuckDB lets
 * some malformed quoting pass; what it refuses is explained here.)
 */

import { RecauditError } from '../../../errors.js';

export interface CsvRecord {
  /** physical line on which the record starts, from 1 */
  readonly line: number;
  readonly fields: readonly Uint8Array[];
  /** which fields stood in quotes */
  readonly quoted: readonly boolean[];
  /** the bytes of a line that starts with `#`, where such lines are remarks; it then has no fields */
  readonly comment?: Uint8Array;
  /** `\n`, `\r\n`, `\r`, or empty at the end of the file */
  readonly lineEnd: string;
  /** its length in the file; of a record above `MAXIMUM_RECORD_BYTES`, what was read of it */
  readonly bytes: number;
  /** what is wrong with the quotes, and in which field (from 0) */
  readonly problem?: { readonly field: number; readonly got: string };
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const NOTHING = new Uint8Array(0);

/** Longest record: what DuckDB reads at most. A missing quote otherwise swallows the whole file. */
export const MAXIMUM_RECORD_BYTES = 2_000_000;

/** How a text file separates its fields. */
export interface CsvSyntax {
  readonly delimiter: string;
  /** whether a quote at the start of a field quotes */
  readonly quotes: boolean;
  /** whether lines that start with `#` are remarks */
  readonly comments: boolean;
}

/** What is wrong with the quotes of a record whose end was not seen. */
export const UNCLOSED = 'a quote that is never closed';

/**
 * The records of a file in order; the last one may be above `MAXIMUM_RECORD_BYTES`, and is then cut. A blank line is a record without
 * fields.
 *
 * @throws what `chunks` throws
 */
export async function* csvRecords(
  chunks: AsyncIterable<Uint8Array>,
  syntax: CsvSyntax,
): AsyncGenerator<CsvRecord> {
  for await (const batch of csvBatches(chunks, syntax)) yield* batch;
}

/** The same, by batches of some thousands. */
export async function* csvBatches(
  chunks: AsyncIterable<Uint8Array>,
  syntax: CsvSyntax,
): AsyncGenerator<CsvRecord[]> {
  const scanner = new RecordScanner(syntax);
  for await (const chunk of chunks) {
    yield [...scanner.push(chunk)];
    if (scanner.overlong) break;
  }
  yield [...scanner.finish()];
}

/** The text of a field. @throws TypeError when it is not UTF-8 */
export function fieldText(field: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(field);
}

/** Owns the unfinished record at the end of the bytes seen so far. */
class RecordScanner {
  readonly #syntax: ByteSyntax;
  readonly #comments: boolean;
  #pending: Uint8Array = new Uint8Array(0);
  #line = 1;
  #first = true;

  constructor({ delimiter, quotes, comments }: CsvSyntax) {
    if (delimiter.length === 0)
      throw new RecauditError('config', 'delimiter: expected a character, got none. Give one.');
    this.#syntax = { delimiter: new TextEncoder().encode(delimiter), quotes };
    this.#comments = comments;
  }

  get overlong(): boolean {
    return this.#pending.length > MAXIMUM_RECORD_BYTES;
  }

  /** The records that end within the bytes seen so far (a return at the very end waits for what follows it). */
  *push(chunk: Uint8Array): Generator<CsvRecord> {
    const waits = this.#pending.at(-1) === RETURN || this.#first;
    this.#pending = Buffer.concat([this.#pending, chunk]);
    // Without the end of a line nothing ends: a long record is scanned once, not with every chunk of it.
    if (!waits && !chunk.includes(NEWLINE) && !chunk.includes(RETURN)) return;
    if (this.#first) {
      if (this.#pending.length < 3) return;
      if (Buffer.from([0xef, 0xbb, 0xbf]).equals(this.#pending.subarray(0, 3)))
        this.#pending = this.#pending.subarray(3);
      this.#first = false;
    }
    yield* this.#scan(false);
  }

  *finish(): Generator<CsvRecord> {
    yield* this.#scan(true);
  }

  *#scan(atEnd: boolean): Generator<CsvRecord> {
    let start = 0;
    for (;;) {
      const isComment = this.#comments && this.#pending[start] === HASH;
      const scanned = isComment
        ? scanComment(this.#pending, start, atEnd)
        : scanRecord(this.#pending, start, this.#syntax, atEnd);
      if (!scanned) break;
      const { end, lines, fields, quoted, lineEnd, comment, problem } = scanned;
      const blank = fields.length === 1 && end - start === lineEnd.length;
      const record = { line: this.#line, fields: blank ? [] : fields, quoted, lineEnd, bytes: end - start };
      yield comment || problem
        ? { ...record, ...(comment && { comment }), ...(problem && { problem }) }
        : record;
      this.#line += lines;
      start = end;
    }
    this.#pending = this.#pending.subarray(start);
  }
}

interface Scanned extends Omit<CsvRecord, 'line' | 'bytes'> {
  readonly end: number;
  readonly lines: number;
}

interface ByteSyntax {
  readonly delimiter: Uint8Array;
  readonly quotes: boolean;
}

/** A line that is a remark. */
function scanComment(bytes: Uint8Array, start: number, atEnd: boolean): Scanned | undefined {
  const position = plainEnd(bytes, start, NOTHING);
  if (!atEnd && position >= bytes.length - 1) return undefined;
  const lineEnd = lineEndAt(bytes, position);
  const end = position + lineEnd.length;
  return {
    fields: [],
    quoted: [],
    comment: bytes.subarray(start, position),
    lineEnd,
    end,
    lines: lineEnd === '' ? 0 : 1,
  };
}

/** One record from `start`, or undefined while it is incomplete (or nothing is left). */
function scanRecord(
  bytes: Uint8Array,
  start: number,
  syntax: ByteSyntax,
  atEnd: boolean,
): Scanned | undefined {
  if (start >= bytes.length) return undefined;
  const { delimiter } = syntax;
  const fields: Uint8Array[] = [];
  const quoted: boolean[] = [];
  let problem: CsvRecord['problem'];
  let position = start;
  for (;;) {
    const field = scanField(bytes, position, syntax);
    if (field.problem) problem ??= { field: fields.length, got: field.problem };
    fields.push(field.value);
    quoted.push(field.quoted);
    position = field.end;
    if (position < bytes.length && matches(bytes, position, delimiter)) {
      position += delimiter.length;
      continue;
    }
    if (!atEnd && position >= bytes.length - 1) return undefined;
    const lineEnd = lineEndAt(bytes, position);
    const end = position + lineEnd.length;
    return {
      fields,
      quoted,
      lineEnd,
      end,
      lines: countLines(bytes, start, end),
      ...(problem && { problem }),
    };
  }
}

interface Field {
  readonly value: Uint8Array;
  readonly end: number;
  readonly quoted: boolean;
  readonly problem?: string;
}

function scanField(bytes: Uint8Array, start: number, { delimiter, quotes }: ByteSyntax): Field {
  let quote = start;
  while (bytes[quote] === SPACE && !matches(bytes, quote, delimiter)) quote++;
  if (bytes[quote] !== QUOTE || !quotes) {
    const end = plainEnd(bytes, start, delimiter);
    return { value: bytes.subarray(start, end), end, quoted: false };
  }
  const inside: number[] = [];
  let position = quote + 1;
  for (; position < bytes.length; position++) {
    if (bytes[position] !== QUOTE) inside.push(bytes[position]);
    else if (bytes[position + 1] === QUOTE) {
      inside.push(QUOTE);
      position++;
    } else break;
  }
  const value = Uint8Array.from(inside);
  if (position >= bytes.length) return { value, end: bytes.length, quoted: true, problem: UNCLOSED };
  position++;
  const end = plainEnd(bytes, position, delimiter);
  const rest = bytes.subarray(position, end);
  return {
    value,
    end,
    quoted: true,
    ...(rest.some((byte) => byte !== SPACE) && { problem: 'text after the closing quote' }),
  };
}

function plainEnd(bytes: Uint8Array, start: number, delimiter: Uint8Array): number {
  const first = delimiter.length > 0 ? delimiter[0] : -1;
  let end = start;
  for (; end < bytes.length; end++) {
    const byte = bytes[end];
    if (byte === NEWLINE || byte === RETURN) break;
    if (byte === first && (delimiter.length === 1 || matches(bytes, end, delimiter))) break;
  }
  return end;
}

function matches(bytes: Uint8Array, position: number, pattern: Uint8Array): boolean {
  for (let k = 0; k < pattern.length; k++) if (bytes[position + k] !== pattern[k]) return false;
  return true;
}

function lineEndAt(bytes: Uint8Array, position: number): string {
  if (bytes[position] === NEWLINE) return '\n';
  if (bytes[position] !== RETURN) return '';
  return bytes[position + 1] === NEWLINE ? '\r\n' : '\r';
}

function countLines(bytes: Uint8Array, start: number, end: number): number {
  let lines = 0;
  for (let p = start; p < end; p++) {
    if (bytes[p] === NEWLINE || (bytes[p] === RETURN && bytes[p + 1] !== NEWLINE)) lines++;
  }
  return lines;
}
