/** Text files that DuckDB does not read as they are: split here, counted a second time on the way. */

import { RecauditError } from '../../../errors.js';
import { uncompressedBytes } from '../packed/decompress.js';
import type { SourceFile } from '../source/source-file.js';
import type { TextRow } from '../text-rows.js';
import { RecordCounter } from './count-records.js';
import type { CsvDialect } from './csv-dialect.js';
import { recordError, swallowedError } from './csv-errors.js';
import { type CsvRecord, csvBatches } from './csv-records.js';

/** Owns what is counted while rows pass. */
export class CsvRows {
  readonly #source: SourceFile;
  readonly #dialect: CsvDialect;
  readonly #quotesAreRight: boolean;
  readonly #counter: RecordCounter;
  comments = 0;
  #rows = 0;
  #lineEnd: string | undefined;
  #headerPassed = false;

  constructor(source: SourceFile, dialect: CsvDialect, quotesAreRight: boolean) {
    this.#source = source;
    this.#dialect = dialect;
    this.#quotesAreRight = quotesAreRight;
    this.#counter = new RecordCounter(dialect);
  }

  /** @throws RecauditError `data` for the first record that is not well formed, or where the two counts differ */
  async *batches(positions: readonly number[]): AsyncGenerator<TextRow[]> {
    for await (const batch of csvBatches(this.#counted(), this.#dialect)) {
      const rows: TextRow[] = [];
      for (const record of batch) {
        const row = this.#row(record, positions);
        if (row) rows.push(row);
      }
      this.#rows += rows.length;
      yield rows;
    }
    this.#counter.finish();
    checkCounts(this.#source, this.#dialect, this.#counter, this.#rows + this.comments, this.#quotesAreRight);
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of uncompressedBytes(this.#source)) {
      this.#counter.push(chunk);
      yield chunk;
    }
  }

  #row(record: CsvRecord, positions: readonly number[]): TextRow | undefined {
    const { trim, headerRecord } = this.#dialect;
    if (record.comment) this.comments++;
    else {
      this.#lineEnd ??= record.lineEnd;
      const error = recordError(this.#source, this.#dialect, record, this.#lineEnd);
      if (error) throw error;
    }
    if (record.fields.length === 0) return undefined;
    if (headerRecord && !this.#headerPassed) {
      this.#headerPassed = true;
      return undefined;
    }
    const texts = positions.map((position) => {
      const text = textOf(record.fields[position]);
      return trim && !record.quoted[position] ? text.replace(/^ +| +$/g, '') : text;
    });
    return { line: record.line, texts };
  }
}

/**
 * @param read records that became rows, and remarks
 * @throws RecauditError `data` where not every record was read, or quotes hide some
 */
export function checkCounts(
  source: SourceFile,
  { headerRecord }: CsvDialect,
  counter: RecordCounter,
  read: number,
  quotesAreRight: boolean,
): void {
  if (counter.swallowed !== undefined && !quotesAreRight) throw swallowedError(source, counter.swallowed);
  const expected = counter.records - (headerRecord ? 1 : 0);
  if (expected === read) return;
  throw new RecauditError(
    'data',
    `${source.path}: expected ${expected} rows (counted apart from reading them), got ${read}. ` +
      'Check its quotes, or pass --no-quotes where they are plain text.',
  );
}

function textOf(field: Uint8Array): string {
  return Buffer.from(field.buffer, field.byteOffset, field.byteLength).toString('utf8');
}
