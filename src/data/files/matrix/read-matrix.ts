/** Sparse matrices: Matrix Market (.mtx) and scipy's .npz -> the table `raw`. Users are rows, items columns. */

import { RecauditError } from '../../../errors.js';
import { fileLines } from '../csv/lines.js';
import { fillRaw } from '../fill-raw.js';
import { uncompressedBytes } from '../packed/decompress.js';
import type { ColumnRole, ReadOptions } from '../read-options.js';
import type { SourceFile } from '../source/source-file.js';
import type { Database, TableFacts } from '../table-facts.js';
import { fillTextRows, type TextRow, textAt } from '../text-rows.js';
import { npzMatrix } from './npz.js';

const BATCH = 1 << 14;

/** A matrix as rows of text, and how many entries it says to have. */
interface Entries {
  readonly format: string;
  readonly hasValues: boolean;
  readonly batches: AsyncIterable<readonly TextRow[]>;
  expected(): number;
}

/** @throws RecauditError `data` for a matrix of another form, or with other entries than it says */
export async function matrixTable(
  { connection, api }: Database,
  source: SourceFile,
  options: ReadOptions,
): Promise<TableFacts> {
  const entries = source.format === 'npz' ? await npzEntries(source) : await marketEntries(source);
  const wanted = options.threshold !== undefined || options.ratingColumn !== undefined;
  if (wanted && !entries.hasValues)
    throw invalid(
      source,
      'a matrix with values for the threshold',
      'a pattern without values',
      'Leave --threshold out.',
    );
  const roles: ColumnRole[] = ['user', 'item', ...(entries.hasValues ? (['rating'] as const) : [])];
  const leaves = entries.hasValues && options.threshold === undefined;
  const stored = { zeros: 0, negative: 0 };
  await fillTextRows(
    connection,
    api,
    roles,
    leaves ? withoutZeros(source, entries.batches, stored) : entries.batches,
  );
  const place = async (row: number, role: ColumnRole) => {
    const { line, text } = await textAt(connection, row, role);
    return { where: `${source.path}${source.format === 'npz' ? `, entry ${line}` : `:${line}`}`, text };
  };
  const surveyed = entries.hasValues && !wanted && options.survey === true;
  const input = {
    texts: { user: '"user"', item: 'item', ...(wanted && { rating: 'rating' }) },
    survey: surveyed ? { rating: 'rating' } : {},
    from: 'text_rows',
  };
  const { rows, warnings } = await fillRaw(connection, source.path, input, place);
  if (rows + stored.zeros !== entries.expected())
    throw invalid(
      source,
      `${entries.expected()} entries as it says`,
      String(rows + stored.zeros),
      'Write it again.',
    );
  if (rows === 0 && stored.zeros > 0)
    throw invalid(
      source,
      'clicks',
      `${stored.zeros} entries that are all 0`,
      'Where a 0 is a rating, pass --threshold 0.',
    );
  return {
    format: entries.format,
    delimiter: null,
    encoding: null,
    header: null,
    columns: [],
    surveyed: surveyed ? ['rating'] : [],
    comments: 0,
    rows,
    warnings: [...warnings, ...storedNotices(source.path, stored)],
  };
}

interface Stored {
  zeros: number;
  negative: number;
}

/** A matrix says by 0 that there was no click, whether it stores the 0 or not. @throws RecauditError `data` for NaN */
async function* withoutZeros(
  source: SourceFile,
  batches: AsyncIterable<readonly TextRow[]>,
  stored: Stored,
): AsyncGenerator<TextRow[]> {
  for await (const batch of batches)
    yield batch.filter(({ line, texts }) => {
      const value = Number(texts[2]);
      if (Number.isNaN(value))
        throw invalid(
          source,
          `a number in entry or line ${line}`,
          String(texts[2]),
          'Remove it, or write 0.',
        );
      if (value < 0) stored.negative++;
      if (value === 0) stored.zeros++;
      return value !== 0;
    });
}

function storedNotices(path: string, { zeros, negative }: Stored): string[] {
  return [
    ...(zeros > 0
      ? [
          `${path}: ${zeros} stored zeros are no clicks and are left out. Where a 0 is a rating, pass --threshold 0`,
        ]
      : []),
    ...(negative > 0
      ? [`${path}: ${negative} stored values are negative and count as clicks; --threshold leaves them out`]
      : []),
  ];
}

async function npzEntries(source: SourceFile): Promise<Entries> {
  const { rows, columns, values } = await npzMatrix(source);
  async function* batches() {
    for (let start = 0; start < rows.length; start += BATCH) {
      const count = Math.min(BATCH, rows.length - start);
      yield Array.from({ length: count }, (_, k) => {
        const entry = start + k;
        return { line: entry + 1, texts: [rows[entry], columns[entry], values[entry]].map(String) };
      });
    }
  }
  const format = 'scipy sparse matrix (.npz); ids are its indices, from 0';
  return { format, hasValues: true, batches: batches(), expected: () => columns.length };
}

async function marketEntries(source: SourceFile): Promise<Entries> {
  const lines = fileLines(uncompressedBytes(source), source.path);
  const first = (await lines.next()).value as { line: number; text: string }[];
  const banner = first[0].text.toLowerCase().split(/\s+/);
  const [, object, layout, field, symmetry] = banner;
  if (object !== 'matrix' || layout !== 'coordinate' || field === 'complex' || symmetry !== 'general')
    throw invalid(
      source,
      'a general matrix of coordinates',
      `"${first[0].text.trim()}"`,
      "Write it by scipy.io.mmwrite(name, matrix.tocoo(), symmetry='general').",
    );
  const width = field === 'pattern' ? 2 : 3;
  let expected = -1;
  async function* batches(): AsyncGenerator<TextRow[]> {
    for await (const batch of prepend(first.slice(1), lines)) {
      const rows: TextRow[] = [];
      for (const { line, text } of batch) {
        if (text.trim() === '' || text.startsWith('%')) continue;
        const parts = text.trim().split(/\s+/);
        const size = expected < 0;
        if (parts.length !== (size ? 3 : width))
          throw invalid(
            source,
            `${size ? 'rows, columns and entries' : `${width} numbers`} in line ${line}`,
            `"${text.slice(0, 60)}"`,
            'Write it again.',
          );
        if (size) expected = Number(parts[2]);
        else rows.push({ line, texts: parts });
      }
      yield rows;
    }
  }
  const format = 'Matrix Market (.mtx); ids are its indices, from 1';
  return { format, hasValues: width === 3, batches: batches(), expected: () => expected };
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

function invalid(source: SourceFile, expected: string, got: string, advice: string): RecauditError {
  return new RecauditError('data', `${source.path}: expected ${expected}, got ${got}. ${advice}`);
}
