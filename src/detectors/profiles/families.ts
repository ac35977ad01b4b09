/**
 * Simple fake profiles to learn from, made for the very file that is scored: sizes are drawn from its users, targets from its items. What
 * it is not: the attacks that an audit runs; these have targets and a budget of their own each.
 */

import { fillUniformly, profileCopier } from '../../attacks/copied-profile.js';
import { ascending, startWithTargets } from '../../attacks/fillers.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import type { RandomStream, SeedKey } from '../../rng.js';

/** random: uniform fillers; bandwagon: half popular ones; copied: a real profile; segment: what is clicked with the targets. */
export const FAMILIES = ['random', 'bandwagon', 'copied', 'segment'] as const;
export type Family = (typeof FAMILIES)[number];

export interface Simulated {
  readonly profiles: readonly Int32Array[];
  readonly targets: Int32Array;
}

/** Share of items that bandwagon fillers come from. */
const POPULAR = 0.01;

/**
 * So many profiles of a family that push the same targets: every target is in 80 % of them, in the mean.
 *
 * @example simulate(interactions, 'bandwagon', { fakes: 60, targets: 5 }, seed).profiles
 */
export function simulate(
  interactions: InteractionMatrix,
  family: Family,
  { fakes, targets: count }: { readonly fakes: number; readonly targets: number },
  seed: SeedKey,
): Simulated {
  const { users, items } = interactions;
  const sizes = interactions.userDegrees().filter((size) => size > 0);
  if (items === 0 || sizes.length === 0) return { profiles: [], targets: new Int32Array(0) };
  const targets = seed.child('targets').stream().sample(items, Math.min(count, items)).sort();
  const fill = fillerOf(interactions, family, targets);
  const profiles = Array.from({ length: fakes }, (_, v) => {
    const stream = seed.child(v).stream();
    const size = Math.max(2, sizes[stream.integer(sizes.length)]);
    const pushed = targets.filter(() => stream.uniform() < 0.8);
    const start = startWithTargets(
      pushed.length > 0 ? pushed : targets.slice(0, 1),
      Math.min(size, items),
      stream,
    );
    return ascending(fill(start, Math.min(size, items), stream));
  });
  return { profiles: users === 0 ? [] : profiles, targets };
}

type Fill = (profile: Set<number>, size: number, stream: RandomStream) => Iterable<number>;

function fillerOf(interactions: InteractionMatrix, family: Family, targets: Int32Array): Fill {
  const { items } = interactions;
  switch (family) {
    case 'random':
      return (profile, size, stream) => fillUniformly(profile, size, items, stream);
    case 'bandwagon':
      return bandwagon(interactions);
    case 'copied': {
      const copy = profileCopier(interactions);
      return (profile, size, stream) => copy(size, profile, stream).clicks;
    }
    case 'segment':
      return segment(interactions, targets);
    default:
      return family satisfies never;
  }
}

function bandwagon(interactions: InteractionMatrix): Fill {
  const popularity = interactions.itemDegrees();
  const order = Int32Array.from(popularity.keys()).sort((a, b) => popularity[b] - popularity[a] || a - b);
  const popular = order.slice(0, Math.max(10, Math.round(POPULAR * order.length)));
  return (profile, size, stream) => {
    const half = profile.size + Math.floor((size - profile.size) / 2);
    for (const item of stream.shuffle(popular.slice())) {
      if (profile.size >= half) break;
      profile.add(item);
    }
    return fillUniformly(profile, size, interactions.items, stream);
  };
}

/** Items drawn from the profiles of users who clicked a target; uniform ones where that is too few. */
function segment(interactions: InteractionMatrix, targets: Int32Array): Fill {
  const { columnPointers, rowIndices } = interactions.csc();
  const audience = Array.from(targets).flatMap((target) =>
    Array.from(rowIndices.subarray(columnPointers[target], columnPointers[target + 1])),
  );
  return (profile, size, stream) => {
    for (let tries = 0; audience.length > 0 && profile.size < size && tries < 20 * size; tries++) {
      const row = interactions.row(audience[stream.integer(audience.length)]);
      profile.add(row[stream.integer(row.length)]);
    }
    return fillUniformly(profile, size, interactions.items, stream);
  };
}
