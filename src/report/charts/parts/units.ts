/** Values over the units of replication (a seed with a target set), which all charts of results are made of. */

import { RecauditError } from '../../../errors.js';
import {
  type Interval,
  mean,
  type PairedComparison,
  pairedComparison,
  tInterval,
} from '../../../metrics/index.js';
import { count } from '../../../text/numbers.js';

/** One value for each unit, in the order of the units; null where a task failed or there was no user to average over. */
export type UnitValues = readonly (number | null)[];

export interface Spread {
  /** the values that are there */
  readonly known: readonly number[];
  /** null without a value */
  readonly mean: number | null;
  /** t-interval at 95 %; null below 3 values and without spread */
  readonly interval: Interval | null;
}

/** @throws RecauditError('internal') where there is not one value for each unit */
export function checkUnits(where: string, values: UnitValues, units: readonly string[]): void {
  if (values.length !== units.length)
    throw new RecauditError(
      'internal',
      `${where}: expected ${units.length} values, one for each unit, got ${values.length}. Use null for a missing one.`,
    );
}

/** @throws RecauditError('internal') on no row @example checkRows('effect chart', rows) */
export function checkRows(where: string, rows: readonly unknown[]): void {
  if (rows.length === 0)
    throw new RecauditError(
      'internal',
      `${where}: expected at least one row, got none. Leave the figure out.`,
    );
}

export function spread(all: UnitValues): Spread {
  const known = all.filter((value) => value !== null);
  return { known, mean: known.length === 0 ? null : mean(known), interval: tInterval(known) };
}

/** How many units there are, where not every row has all of them. @example unitCount([4, 5]) // 'n = 4 to 5 units' */
export function unitCount(numbers: readonly number[]): string {
  const known = numbers.filter((number) => number > 0);
  const [least, most] = [Math.min(...known), Math.max(...known, 0)];
  return known.length === 0 || least === most
    ? `n = ${count(most, 'unit')}`
    : `n = ${least} to ${count(most, 'unit')}`;
}

/** `after` minus `before` over the units that have both; null where none has. */
export function paired(after: UnitValues, before: UnitValues): PairedComparison | null {
  const both = after.map((_, u) => u).filter((u) => after[u] !== null && before[u] !== null);
  if (both.length === 0) return null;
  return pairedComparison(
    both.map((u) => after[u] as number),
    both.map((u) => before[u] as number),
  );
}

/** Values of one property in the order in which they first appear. */
export function distinct<Row, Key>(rows: readonly Row[], key: (row: Row) => Key): Key[] {
  return [...new Set(rows.map(key))];
}

/** Median of values; the mean of the two in the middle where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
