/** Fills the table `raw`, with other forms of numbers and dates where the plain ones do not fit. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';
import type { Connection } from './duckdb.js';
import {
  COMMON_DATES,
  createRawTable,
  DAY_FIRST,
  EXPECTED,
  firstFault,
  MONTH_FIRST,
  type RawInput,
  type ValueForms,
} from './raw-table.js';
import type { ColumnRole } from './read-options.js';

/** Where a value stands and what it is: for a message. */
export interface ValuePlace {
  readonly where: string;
  readonly text: string | null;
}

export type PlaceOf = (row: number, role: ColumnRole) => Promise<ValuePlace>;

export interface FilledTable {
  readonly rows: number;
  readonly warnings: readonly string[];
}

/**
 * @param first makes the table for the first time; the default runs the statement
 * @throws RecauditError `data` for the first row that is no interaction
 */
export async function fillRaw(
  connection: Connection,
  path: string,
  input: RawInput,
  placeOf: PlaceOf,
  first: (statement: string) => Promise<unknown> = (statement) => connection.run(statement),
): Promise<FilledTable> {
  await first(createRawTable(input, {}));
  let forms: ValueForms = {};
  const refill = async (next: ValueForms) => {
    await connection.run('DROP TABLE raw');
    await connection.run(createRawTable(input, next));
    forms = next;
    return firstFault(connection);
  };
  let found = await firstFault(connection);
  if (found.fault?.role === 'rating' && hasComma(await placeOf(found.fault.row, 'rating')))
    found = await refill({ ...forms, decimalComma: true });
  if (found.fault?.role === 'timestamp') {
    found = await refill({ ...forms, dates: COMMON_DATES });
    if (found.fault?.role === 'timestamp') found = await refillSlashed(path, forms, refill, () => found);
    if (found.fault?.role === 'rating' && hasComma(await placeOf(found.fault.row, 'rating')))
      found = await refill({ ...forms, decimalComma: true });
  }
  if (found.fault) throw valueError(await placeOf(found.fault.row, found.fault.role), found.fault.role);
  return { rows: found.rows, warnings: formWarnings(path, forms) };
}

type Found = Awaited<ReturnType<typeof firstFault>>;

/** Dates with slashes: the day or the month comes first, whichever lets every row be read. */
async function refillSlashed(
  path: string,
  forms: ValueForms,
  refill: (forms: ValueForms) => Promise<Found>,
  before: () => Found,
): Promise<Found> {
  const orders = [DAY_FIRST, MONTH_FIRST].map((order) => ({ ...forms, dates: [...COMMON_DATES, ...order] }));
  const results: Found[] = [];
  for (const next of orders) results.push(await refill(next));
  const reads = results.map(({ fault }) => fault?.role !== 'timestamp');
  if (reads[0] && reads[1])
    throw new RecauditError(
      'data',
      `${path}: expected dates that mean one day, got such as 01/02/2020 in every row, which could be January or February. ` +
        'Write them as 2020-01-02.',
    );
  if (reads[0]) return refill(orders[0]);
  if (reads[1]) return results[1];
  const further = results.map((result) => result.fault?.row ?? 0);
  if (Math.max(...further) <= (before().fault?.row ?? 0)) return results[1];
  return further[0] > further[1] ? refill(orders[0]) : results[1];
}

function hasComma({ text }: ValuePlace): boolean {
  return text !== null && /^\s*[+-]?\d+,\d+\s*$/.test(text);
}

function formWarnings(path: string, { decimalComma, dates }: ValueForms): string[] {
  const order = dates?.includes(DAY_FIRST[0])
    ? 'the day'
    : dates?.includes(MONTH_FIRST[0])
      ? 'the month'
      : undefined;
  return [
    ...(decimalComma ? [`${path}: commas in the ratings are read as decimal commas`] : []),
    ...(order ? [`${path}: dates are read with ${order} first, the only order that fits all rows`] : []),
  ];
}

function valueError({ where, text }: ValuePlace, role: ColumnRole): RecauditError {
  const got = text === null ? 'NULL' : text === '' ? 'nothing' : quoted(text);
  return new RecauditError(
    'data',
    `${where}: expected ${EXPECTED[role]}, got ${got}. ` +
      `Correct the ${where.includes(', row ') ? 'row' : 'line'} or choose another column with --${role}-column.`,
  );
}
