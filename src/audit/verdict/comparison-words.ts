/**
 * One comparison in words: its direction, its interval or why there is none, what it could have found.
 *
 * What it is not: it weighs no comparison against another (`control-words.ts`, `verdict.ts`).
 */

import { hasSpread, LEAST_UNITS, mean, type PairedComparison } from '../../metrics/index.js';
import { count, points, pointsInterval, pointsSize } from '../../text/numbers.js';
import { type Arm, isAttackArm } from '../arms.js';
import type { Comparison, Measure, VictimSummary } from '../summary/summary-types.js';

/** The attack against another arm, in the summary of one attack. */
export function find(victim: VictimSummary, against: Arm, measure: Measure): Comparison | undefined {
  return victim.comparisons.find((c) => isAttackArm(c.arm) && c.against === against && c.measure === measure);
}

/** Mean of an arm over the units of a comparison, so that the two means differ by the mean difference. */
export function meanOver(victim: VictimSummary, arm: Arm, { measure, unitIndices }: Comparison): number {
  const { values } = victim.arms.find((entry) => entry.arm === arm)!.measures[measure];
  return mean(unitIndices.map((unit) => values[unit] as number));
}

/** True difference that the test finds with 80 % power, and never finer than one user. Null where there is no interval. */
export function detectable({ minimumDetectableEffect }: Comparison, users: number): number | null {
  if (minimumDetectableEffect === null) return null;
  return Math.max(minimumDetectableEffect, users > 0 ? 1 / users : 0);
}

/**
 * `above`, `below`: where the interval lies. `unclear`: it includes 0, or no unit differed at all. `no-spread`: all
 * units differ by the same amount, from which no interval can be had. `too-few-units`: under 3.
 */
export type Direction = 'above' | 'below' | 'unclear' | 'no-spread' | 'too-few-units';

export function direction({
  interval,
  units,
  differences,
}: Pick<PairedComparison, 'interval' | 'units' | 'differences'>): Direction {
  if (interval === null && units < LEAST_UNITS) return 'too-few-units';
  if (interval === null) return hasSpread([0, ...differences]) ? 'no-spread' : 'unclear';
  if (interval.low > 0) return 'above';
  return interval.high < 0 ? 'below' : 'unclear';
}

function range({ differences }: Comparison): string {
  return `${points(Math.min(...differences))} to ${points(Math.max(...differences))}`;
}

function withoutInterval(comparison: Comparison, metric: string, other: string): string {
  const { units, mean: change } = comparison;
  switch (direction(comparison)) {
    case 'too-few-units': {
      const spread = units === 1 ? 'on the only unit' : `over ${count(units, 'unit')} (${range(comparison)})`;
      return `Against ${other}, ${metric} differed by ${points(change)} ${spread}; with fewer than ${LEAST_UNITS} units no interval can be given.`;
    }
    case 'no-spread':
      return `Against ${other}, ${metric} was ${change > 0 ? 'higher' : 'lower'} by the same ${pointsSize(change)} on all ${units} units; as the units show no spread, no interval can be given.`;
    default:
      return `Against ${other}, no effect on ${metric} could be shown: it did not differ on any of ${units} units; as the units show no spread, no interval can be given.`;
  }
}

/**
 * One comparison in words.
 *
 * @param other what is compared with, e.g. `the clean run`
 * @param users that the metric averages over; 0: not known
 */
export function compareInWords(
  comparison: Comparison,
  metric: string,
  { other, users = 0 }: { readonly other: string; readonly users?: number },
): string {
  const { mean: change, interval } = comparison;
  if (interval === null) return withoutInterval(comparison, metric, other);
  const least = detectable(comparison, users);
  const side = direction(comparison);
  if (side === 'unclear') {
    return `Against ${other}, no effect on ${metric} could be shown (${points(change)}, ${pointsInterval(interval)})${least === null ? '' : `; a true effect of ${pointsSize(least)} would be found in 4 of 5 such audits`}.`;
  }
  return `Against ${other}, ${metric} was ${side === 'above' ? 'higher' : 'lower'} by ${pointsSize(change)} (${pointsInterval(interval)}${least === null ? '' : `; a true effect of ${pointsSize(least)} would be found in 4 of 5 such audits, a smaller one less often`}).`;
}
