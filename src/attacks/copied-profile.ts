/**
 * A real user's profile brought to a wanted size: what the copied controls inject and where a budgeted attack starts.
 * What it is not: it decides no size (`budget.ts`) and no click that has to be there.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import type { RandomStream } from '../rng.js';

export interface CopiedProfile {
  /** exactly the size asked, in no order */
  readonly clicks: ReadonlySet<number>;
  /** the profile copied was too small, and random items make it up */
  readonly filledUp: boolean;
}

/** Adds uniform items until the profile is full; by rejection while it is sparse, by shuffling what is left if not. */
export function fillUniformly(
  profile: Set<number>,
  size: number,
  items: number,
  stream: RandomStream,
): Set<number> {
  if (size <= items / 2) {
    while (profile.size < size) profile.add(stream.integer(items));
    return profile;
  }
  const rest = Int32Array.from({ length: items }, (_, item) => item).filter((item) => !profile.has(item));
  for (const item of stream.shuffle(rest).subarray(0, size - profile.size)) profile.add(item);
  return profile;
}

/**
 * Exactly `size` clicks: the forced ones, then a random part of the profile, then random items if it is too small.
 *
 * @param forced at most `size` items
 * @param items catalogue size, at least `size`
 * @example resizeProfile(train.row(7), 20, targets, train.items, seed.child(v).stream())
 */
export function resizeProfile(
  profile: Int32Array,
  size: number,
  forced: Iterable<number>,
  items: number,
  stream: RandomStream,
): CopiedProfile {
  const clicks = new Set(forced);
  for (const item of stream.shuffle(profile.slice())) {
    if (clicks.size >= size) break;
    clicks.add(item);
  }
  const filledUp = clicks.size < size;
  return { clicks: fillUniformly(clicks, size, items, stream), filledUp };
}

/**
 * Copies of real users at any size. The user is drawn uniformly among those with at least that many clicks; where no
 * one has, the largest profile is copied whole and filled up. Users are sorted once, here.
 *
 * @example const copy = profileCopier(train); copy(20, [], seed.child(v).stream()).clicks
 */
export function profileCopier(
  interactions: InteractionMatrix,
): (size: number, forced: Iterable<number>, stream: RandomStream) => CopiedProfile {
  const degrees = interactions.userDegrees();
  const bySize = Int32Array.from(degrees.keys()).sort((a, b) => degrees[b] - degrees[a] || a - b);
  return (size, forced, stream) => {
    const large = countAtLeast(bySize, degrees, size);
    const user = bySize[large > 0 ? stream.integer(large) : 0];
    return resizeProfile(interactions.row(user), size, forced, interactions.items, stream);
  };
}

/** How many users at the head of `bySize` (falling profile sizes) have at least `size` clicks. */
function countAtLeast(bySize: Int32Array, degrees: Int32Array, size: number): number {
  let low = 0;
  let high = bySize.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (degrees[bySize[middle]] >= size) low = middle + 1;
    else high = middle;
  }
  return low;
}
