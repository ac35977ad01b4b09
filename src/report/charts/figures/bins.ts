/**
 * Bins for counts (clicks of an item, clicks of a user), which have long tails: of equal width while the counts are
 * small or near each other, doubling otherwise; with a bin of its own for 0. Bins are drawn with equal width, so that a bar's height and its
 * area say the same.
 */

import { integer } from '../../../text/numbers.js';

export interface Bin {
  /** smallest and largest count in it */
  readonly low: number;
  readonly high: number;
}

/** Up to this range, or where the largest count is below so many times the least, bins have equal width. */
const LINEAR_RANGE = 48;
const LINEAR_RATIO = 32;
const MOST_BINS = 16;

/** Counts are stored exactly below 64, then in 32 equal steps of each doubling: bins hold whole steps. */
const stepAt = (count: number) => (count < 64 ? 1 : 2 ** (Math.floor(Math.log2(count)) - 5));

/** @param counts whole numbers of 0 or more @example binsFor([1, 5]).length // 5 */
export function binsFor(counts: readonly number[]): Bin[] {
  const [least, most] = counts.reduce(([a, b], c) => [Math.min(a, c), Math.max(b, c)], [Infinity, 0]);
  const step = stepAt(most);
  const width = [1, 2, 3, 4, 5, 8, 16, step].find(
    (w) => w % step === 0 && (most - least + 1) / w <= MOST_BINS,
  );
  if (width !== undefined && (most - least <= LINEAR_RANGE || most < LINEAR_RATIO * least)) {
    const first = width === 1 ? least : least - (least % width);
    const number = Math.floor((most - first) / width) + 1;
    return Array.from({ length: number }, (_, i) => ({
      low: first + i * width,
      high: first + (i + 1) * width - 1,
    }));
  }
  const bins: Bin[] = least === 0 ? [{ low: 0, high: 0 }] : [];
  let low = 2 ** Math.floor(Math.log2(Math.max(1, least)));
  for (; low <= most; low *= 2) bins.push({ low, high: 2 * low - 1 });
  return bins;
}

/** @example binName({ low: 4, high: 7 }) // '4 to 7' */
export function binName({ low, high }: Bin): string {
  return low === high ? integer(low) : `${integer(low)} to ${integer(high)}`;
}

export interface Counted {
  readonly count: number;
  /** how many have this count */
  readonly number: number;
}

/** Share of the whole in each bin, from 0 to 1. */
export function binShares(bins: readonly Bin[], counted: readonly Counted[]): number[] {
  const total = counted.reduce((sum, { number }) => sum + number, 0);
  const shares = bins.map(() => 0);
  for (const { count, number } of counted) {
    const bin = bins.findIndex(({ high }) => count <= high);
    shares[bin] += number / total;
  }
  return shares;
}

/** Median of counts given with their numbers: the lower one of two in the middle. */
export function countedMedian(counted: readonly Counted[]): number {
  const sorted = [...counted].sort((a, b) => a.count - b.count);
  let left = sorted.reduce((sum, { number }) => sum + number, 0) / 2;
  for (const { count, number } of sorted) {
    left -= number;
    if (left <= 0) return count;
  }
  return sorted[sorted.length - 1].count;
}
