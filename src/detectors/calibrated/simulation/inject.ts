/**
 * Simulated fakes in the file itself: for each family three groups. Two push two to five targets together, as
 * most groups do; the users of the third push one target each. Profile sizes are drawn from the real ones.
 */

import { drawProfileSizes } from '../../../attacks/budget.js';
import type { ComputeContext } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import type { RandomStream, SeedKey } from '../../../rng.js';
import { clickedItem } from './draws.js';
import type { Draft, Family } from './family.js';

const MOST_TARGETS = 5;
/** Groups of a family. Real ones may be larger: few clicks of others on the targets make a small group stand out as a large one does. */
const GROUPS: readonly Group[] = [
  { name: 'little-clicked targets together', share: 1 / 2, together: true, clicked: 0 },
  { name: 'well-clicked targets together', share: 1 / 4, together: true, clicked: 1 },
  { name: 'one target each', share: 1 / 4, together: false, clicked: 1 / 2 },
];
/** Each target of a group that pushes several is in a share of the profiles between this and 1. */
const LEAST_HELD = 0.5;

interface Group {
  readonly name: string;
  /** of the family's fakes */
  readonly share: number;
  /** whether its users push the same two to five targets, or one of up to five each */
  readonly together: boolean;
  /** how likely a target is drawn by its clicks; the others are drawn uniformly */
  readonly clicked: number;
}

export interface SimulatedFake {
  /** index into the families */
  readonly family: number;
  readonly targets: Int32Array;
  readonly profile: Int32Array;
}

function drawTargets(
  matrix: InteractionMatrix,
  count: number,
  clicked: number,
  stream: RandomStream,
): Int32Array {
  const targets = new Set<number>();
  while (targets.size < Math.min(count, matrix.items))
    targets.add(stream.uniform() < clicked ? clickedItem(matrix, stream) : stream.integer(matrix.items));
  return Int32Array.from(targets).sort();
}

/** The targets of one profile: one of them, or each with probability `held` and at least one. */
function targetsOfOne(targets: Int32Array, held: number | null, stream: RandomStream): Int32Array {
  const one = targets[stream.integer(targets.length)];
  if (held === null) return Int32Array.of(one);
  return targets.filter((target) => target === one || stream.uniform() < held);
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
    let left = count;
    for (const { name: groupName, share, together, clicked } of GROUPS) {
      const branch = seed.child(name).child(groupName);
      const stream = branch.child('targets').stream();
      const several = 2 + stream.integer(MOST_TARGETS - 1);
      const targetCount = together ? several : 1 + stream.integer(MOST_TARGETS);
      const targets = drawTargets(interactions, targetCount, clicked, stream);
      const held = together ? LEAST_HELD + (1 - LEAST_HELD) * stream.uniform() : null;
      const group = Math.min(left, Math.max(1, Math.round(share * count)));
      left -= group;
      const sizes = drawProfileSizes(interactions, group, 1, branch.child('sizes'));
      const drafts: Draft[] = Array.from(sizes, (size) => {
        const own = targetsOfOne(targets, held, stream);
        return { targets: own, size: Math.max(size, own.length + 1) };
      });
      const profiles = await craft({ interactions, degrees, drafts, seed: branch.child('fillers'), context });
      profiles.forEach((profile) => {
        // An attack may give a profile other targets of its group.
        const own = targets.filter((target) => profile.has(target));
        fakes.push({ family, targets: own, profile: Int32Array.from(profile).sort() });
      });
    }
  }
  return fakes;
}
