/**
 * Distributions of counts such as clicks of an item: a coarse form of bounded size, how far two are apart, and how unequal
 * one is. What it is not: a metric of ranked lists.
 */

import { RecauditError } from '../errors.js';

/** How often each value was seen; values are whole, from 0 to 2^31. */
export type Counted = ReadonlyMap<number, number>;

/** Steps of a doubling. */
const STEPS_LOG2 = 5;

/**
 * The least number of the step that a whole number is in: itself below 64, else one of 32 equal steps of its doubling.
 * A distribution over the numbers to n so has at most 32 (log2(n) - 3) values.
 *
 * @example countStep(63) // 63
 * @example countStep(65) // 64, which stands for 64 and 65
 */
export function countStep(value: number): number {
  const doubling = 31 - Math.clz32(Math.max(1, value));
  if (doubling <= STEPS_LOG2) return value;
  const width = 2 ** (doubling - STEPS_LOG2);
  return Math.floor(value / width) * width;
}

/** The doubling a count is in: 0, 1, 2 to 3, 4 to 7, ... are numbered from 0. */
function doublingOf(value: number): number {
  return 32 - Math.clz32(value);
}

function total(counted: Counted): number {
  let sum = 0;
  for (const number of counted.values()) sum += number;
  if (sum > 0) return sum;
  throw new RecauditError('internal', 'distribution: expected at least one value, got none');
}

/**
 * Largest distance of the cumulative distributions, in [0, 1].
 *
 * @throws RecauditError('internal') where one has no value
 * @example kolmogorovSmirnov(new Map([[1, 1], [2, 1]]), new Map([[2, 4]])) // 0.5
 */
export function kolmogorovSmirnov(a: Counted, b: Counted): number {
  const [ofA, ofB] = [total(a), total(b)];
  let [below, most] = [0, 0];
  for (const value of [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => x - y)) {
    below += (a.get(value) ?? 0) / ofA - (b.get(value) ?? 0) / ofB;
    most = Math.max(most, Math.abs(below));
  }
  return Math.min(1, most);
}

/**
 * Jensen-Shannon divergence in bits of the shares of 0, 1, 2 to 3, 4 to 7, ...: with m = (p + q) / 2,
 * sum over bins of (p log2(p / m) + q log2(q / m)) / 2, in [0, 1]. Bins of equal relative width, because over single values
 * a small sample is far from everything.
 *
 * @throws RecauditError('internal') where one has no value
 * @example jensenShannon(new Map([[2, 1]]), new Map([[3, 5]])) // 0
 */
export function jensenShannon(a: Counted, b: Counted): number {
  const [p, q] = [sharesOfDoublings(a), sharesOfDoublings(b)];
  let divergence = 0;
  for (let bin = 0; bin < Math.max(p.length, q.length); bin++) {
    const [x, y] = [p[bin] ?? 0, q[bin] ?? 0];
    const middle = (x + y) / 2;
    for (const share of [x, y]) if (share > 0) divergence += (share * Math.log2(share / middle)) / 2;
  }
  return Math.min(1, Math.max(0, divergence));
}

function sharesOfDoublings(counted: Counted): number[] {
  const sum = total(counted);
  const shares: number[] = [];
  for (const [value, number] of counted) {
    const bin = doublingOf(value);
    while (shares.length <= bin) shares.push(0);
    shares[bin] += number / sum;
  }
  return shares;
}

/**
 * Gini coefficient of n counts x_1 <= ... <= x_n: 2 sum(i x_i) / (n sum(x)) - (n + 1) / n. 0 where all are equal (or 0),
 * (n - 1) / n where one has everything.
 *
 * @example gini([1, 1, 1, 1]) // 0
 * @example gini([0, 0, 0, 8]) // 0.75
 */
export function gini(counts: ArrayLike<number>): number {
  const sorted = Float64Array.from(counts).sort();
  let [sum, weighted] = [0, 0];
  sorted.forEach((count, i) => {
    sum += count;
    weighted += (i + 1) * count;
  });
  if (sum === 0) return 0;
  return Math.max(0, (2 * weighted) / (sorted.length * sum) - (sorted.length + 1) / sorted.length);
}
