/**
 * Whether an attack would have been noticed: a rule that was fixed before any result was seen (decision 23). On one unit a detector
 * notices an attack if one of the two holds:
 *
 *     items   it alarms a target that it does not alarm without the attack, and at most k other items, where k is the least number
 *             that a Poisson number with the promised false items as mean exceeds with a probability of at most 5 %
 *     users   its removal list holds at least half of the fake users, and at least half of who is on it is fake
 *
 * What it is not: a verdict of a floor, or of a detector that gives scores alone. Those have none.
 */

import type { DetectionArm, DetectorSummary } from '../../summary/detection-summary-types.js';

const TOO_MANY = 0.05;
const HALF = 0.5;

/**
 * How many other items may be alarmed: one in twenty files without fakes has more, if the detector keeps its promise.
 *
 * @param expected false items on average
 * @example [0, 0.2, 1].map(allowedItems) // [0, 1, 3]
 */
export function allowedItems(expected: number): number {
  let probability = Math.exp(-expected);
  let atMost = probability;
  let allowed = 0;
  while (1 - atMost > TOO_MANY) {
    allowed++;
    probability *= expected / allowed;
    atMost += probability;
  }
  return allowed;
}

/** On each unit whether it would have been noticed; null where a result is missing. */
export function noticedUnits(
  { measures, finished }: DetectionArm,
  expectedFalseItems: number,
): (boolean | null)[] {
  const allowed = allowedItems(expectedFalseItems);
  const { newTargets, otherItems, removalRecall, removalPrecision } = measures;
  return finished.map((there, unit) => {
    if (!there) return null;
    const byUsers = (removalRecall.values[unit] ?? 0) >= HALF && (removalPrecision.values[unit] ?? 0) >= HALF;
    if (byUsers) return true;
    const found = newTargets.values[unit];
    return found === null ? null : found >= 1 && (otherItems.values[unit] ?? 0) <= allowed;
  });
}

export interface Noticed {
  /** units on which it would have been noticed, of those that have a result */
  readonly units: number;
  readonly of: number;
}

/**
 * Null for floors, for scores alone, and where nothing was tested.
 *
 * @example noticedOf(detector, detector.arms[0]) // { units: 3, of: 3 }
 */
export function noticedOf(detector: DetectorSummary, arm: DetectionArm): Noticed | null {
  const { floor, alarms, tooSmall, expectedFalseItems } = detector;
  if (floor || !alarms || tooSmall || expectedFalseItems === null) return null;
  const known = noticedUnits(arm, expectedFalseItems).filter((noticed) => noticed !== null);
  return { units: known.filter((noticed) => noticed).length, of: known.length };
}
