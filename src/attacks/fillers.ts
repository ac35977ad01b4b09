/** What simple attacks share: the targets of a profile, random fillers, and what crafting costs that learns nothing. */

import type { Cost } from '../compute.js';
import type { RandomStream } from '../rng.js';
import type { AttackCostRequest, Goal } from './types.js';

/** The targets of a goal; none where it has none. */
export function targetsOf(goal: Goal): Int32Array {
  return goal.kind === 'untargeted' ? new Int32Array(0) : goal.targets;
}

/** The targets of one profile: all, or a random part where the profile is smaller than the target set. */
export function startWithTargets(targets: Int32Array, size: number, stream: RandomStream): Set<number> {
  if (size >= targets.length) return new Set(targets);
  return new Set(stream.shuffle(targets.slice()).subarray(0, size));
}

/** A profile as item indices, ascending. */
export function ascending(profile: Iterable<number>): Int32Array {
  return Int32Array.from(profile).sort();
}

/** Of attacks that draw profiles and train nothing. */
export function drawingCost({
  shape,
  fakeUsers,
}: Pick<AttackCostRequest<object>, 'shape' | 'fakeUsers'>): Cost {
  return { operations: 100 * fakeUsers * shape.items, bytes: 16 * shape.interactions };
}
