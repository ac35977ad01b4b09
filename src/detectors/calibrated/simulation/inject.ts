/**
 * Simulated fakes in the file itself: for each family two groups, one that pushes several targets together, as most groups do, and
 * one whose users push one target each. Profile sizes are drawn from the real ones, targets half uniformly and half by clicks.
 */

import { drawProfileSizes } from '../../../attacks/budget.js';
import type { ComputeContext } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import type { RandomStream, SeedKey } from '../../../rng.js';
import { clickedItem } from './draws.js';
import type { Draft, Family } from './family.js';

const MOST_TARGETS = 5;
/** Each target is in this share of the profiles of a group that pushes several. */
const HELD = 0.65;

export interface SimulatedFake {
  /** index into the families */
  readonly family: number;
  readonly targets: Int32Array;
  readonly profile: Int32Array;
}

function drawTargets(matrix: InteractionMatrix, count: number, stream: RandomStream): Int32Array {
  const targets = new Set<number>();
  while (targets.size < Math.min(count, matrix.items))
    targets.add(stream.uniform() < 0.5 ? stream.integer(matrix.items) : clickedItem(matrix, stream));
  return Int32Array.from(targets).sort();
}

/** The targets of one profile: one of them, or each with probability HELD and at least one. */
function targetsOfOne(targets: Int32Array, together: boolean, stream: RandomStream): Int32Array {
  const one = targets[stream.integer(targets.length)];
  if (!together) return Int32Array.of(one);
  return targets.filter((target) => target === one || stream.uniform() < HELD);
}

/**
 * @param families with their indices: what `SimulatedFake.family` says
 * @param count fakes of each family
 * @example await simulatedFakes(interactions, [[0, FAMILIES[0]]], 60, seed, { kernels })
 */
export async function simulatedFakes(
  interactions: InteractionMatrix,
  families: readonly (readonly [index: number, family: Family])[],
  count: number,
  seed: SeedKey,
  context: ComputeContext,
): Promise<SimulatedFake[]> {
  const degrees = interactions.itemDegrees();
  const fakes: SimulatedFake[] = [];
  for (const [family, { name, craft }] of families) {
    for (const together of [true, false]) {
      const branch = seed.child(name).child(together ? 'together' : 'one each');
      const stream = branch.child('targets').stream();
      const targets = drawTargets(interactions, 1 + stream.integer(MOST_TARGETS), stream);
      const sizes = drawProfileSizes(interactions, Math.ceil(count / 2), 1, branch.child('sizes'));
      const drafts: Draft[] = Array.from(sizes, (size) => {
        const own = targetsOfOne(targets, together, stream);
        return { targets: own, size: Math.max(size, own.length + 1) };
      });
      const profiles = await craft({ interactions, degrees, drafts, seed: branch.child('fillers'), context });
      profiles.forEach((profile, v) => {
        fakes.push({ family, targets: drafts[v].targets, profile: Int32Array.from(profile).sort() });
      });
    }
  }
  return fakes;
}
