/**
 * Paired comparisons over units of replication: mean, standard deviation, t-interval, two-sided p, minimum detectable
 * effect and sign consistency. Student's t, central and non-central, comes from jstat.
 *
 * The unit is (seed, target set), never a user: users share one trained model. What it is not: a metric of lists.
 */

import jstat from 'jstat';
import { RecauditError } from '../errors.js';

const { studentt, noncentralt } = jstat.jStat;

/** Below this many units an interval says more about its assumptions than about the data: none is given. */
export const LEAST_UNITS = 3;

/** Significance level of every test (two-sided), and the power of the minimum detectable effect. */
export const SIGNIFICANCE = 0.05;
export const POWER = 0.8;

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** coverage, 0.95 */
  readonly level: number;
}

export interface PairedComparison {
  /** a - b of each unit */
  readonly differences: readonly number[];
  readonly units: number;
  readonly mean: number;
  /** null below 2 units */
  readonly standardDeviation: number | null;
  /** null below 3 units, and where they show no spread */
  readonly interval: Interval | null;
  /** two-sided p of the paired t-test; null where there is no interval */
  readonly p: number | null;
  /** see `minimumDetectableEffect`; null where there is no interval */
  readonly minimumDetectableEffect: number | null;
  /** every unit's difference is above 0 */
  readonly allAbove: boolean;
  /** every unit's difference is below 0 */
  readonly allBelow: boolean;
}

/** Arithmetic mean. @throws RecauditError('internal') on no value */
export function mean(values: readonly number[]): number {
  if (values.length === 0)
    throw new RecauditError('internal', 'mean: expected at least one value, got none. Check the units.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (divisor n - 1); null below 2 values. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Below this a spread is rounding: one user in ten million is a share of 1e-7, and mean ranks are good to about 1e-11. */
const NO_SPREAD = 1e-9;

/** Whether values differ by more than rounding. Where they do not, nothing is known of their variance. */
export function hasSpread(values: readonly number[]): boolean {
  const deviation = standardDeviation(values);
  return deviation !== null && deviation >= NO_SPREAD;
}

/** The t-interval mean +- t(n - 1) sd / sqrt(n) at 95 %; null below 3 values and without spread. */
export function tInterval(values: readonly number[]): Interval | null {
  const deviation = standardDeviation(values);
  if (values.length < LEAST_UNITS || deviation === null || !hasSpread(values)) return null;
  const centre = mean(values);
  const half = (studentt.inv(1 - SIGNIFICANCE / 2, values.length - 1) * deviation) / Math.sqrt(values.length);
  return { low: centre - half, high: centre + half, level: 1 - SIGNIFICANCE };
}

/**
 * Where one more value of the same normal population lies in 95 of 100 cases: mean +- t(n - 1) sd sqrt(1 + 1 / n). Null below 3 values and
 * without spread.
 *
 * @example predictionInterval([0.5, 0.6, 0.55, 0.7, 0.4]) // { low: 0.21, high: 0.89, level: 0.95 }
 */
export function predictionInterval(values: readonly number[]): Interval | null {
  const interval = tInterval(values);
  if (interval === null) return null;
  const centre = (interval.low + interval.high) / 2;
  const half = (interval.high - centre) * Math.sqrt(values.length + 1);
  return { low: centre - half, high: centre + half, level: interval.level };
}

/** Power of the two-sided t-test on n differences whose true mean is `effect` standard deviations. */
function power(effect: number, n: number): number {
  const critical = studentt.inv(1 - SIGNIFICANCE / 2, n - 1);
  const centrality = effect * Math.sqrt(n);
  return 1 - noncentralt.cdf(critical, n - 1, centrality) + noncentralt.cdf(-critical, n - 1, centrality);
}

/**
 * The minimum detectable effect: the true mean difference that the two-sided paired t-test at 5 % finds with a
 * probability of 80 %, for n units whose differences have standard deviation sd (exact, by the non-central t). The
 * sd is the one that was measured, so this is what this design could have seen, not what it was planned for.
 *
 * @returns in the units of the differences; null below 3 units
 * @example minimumDetectableEffect(1, 10) // 0.996
 */
export function minimumDetectableEffect(sd: number, n: number): number | null {
  if (n < LEAST_UNITS) return null;
  let low = 0;
  let high = 8; // n = 3 needs 3.26, and more units need less
  for (let halving = 0; halving < 50; halving++) {
    const middle = (low + high) / 2;
    if (power(middle, n) < POWER) low = middle;
    else high = middle;
  }
  return high * sd;
}

/** Two-sided p of the one-sample t-test of mean 0. */
function pValue(values: readonly number[], deviation: number): number {
  const t = (mean(values) * Math.sqrt(values.length)) / deviation;
  return Math.min(1, 2 * studentt.cdf(-Math.abs(t), values.length - 1));
}

/**
 * Compares a with b unit by unit.
 *
 * @param a one value a unit; `b` the other arm's values, in the same order of units
 * @throws RecauditError('internal') on no unit or unequal lengths
 * @example pairedComparison([0.6, 0.7, 0.5], [0.1, 0.1, 0.2]).interval
 */
export function pairedComparison(a: readonly number[], b: readonly number[]): PairedComparison {
  if (a.length !== b.length || a.length === 0) {
    throw new RecauditError(
      'internal',
      `paired comparison: expected as many units on both sides, got ${a.length} and ${b.length}. Pair them first.`,
    );
  }
  const differences = a.map((value, unit) => value - b[unit]);
  const deviation = standardDeviation(differences);
  const interval = tInterval(differences);
  return {
    differences,
    units: differences.length,
    mean: mean(differences),
    standardDeviation: deviation,
    interval,
    p: interval === null || deviation === null ? null : pValue(differences, deviation),
    minimumDetectableEffect:
      interval === null || deviation === null ? null : minimumDetectableEffect(deviation, differences.length),
    allAbove: differences.every((difference) => difference > 0),
    allBelow: differences.every((difference) => difference < 0),
  };
}

/**
 * The rule for "clearly better": the paired difference is above 0 on every unit, against every one of the comparisons given
 * (an audit gives the clean run and the cost-matched controls). Null where there is nothing to compare with.
 */
export function clearlyBetter(againstControls: readonly PairedComparison[]): boolean | null {
  return againstControls.length === 0 ? null : againstControls.every(({ allAbove }) => allAbove);
}
