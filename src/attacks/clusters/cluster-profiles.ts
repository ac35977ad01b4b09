/** Profiles of one taste each: some targets, and the items that express one cluster best. */

import type { SeedKey } from '../../rng.js';
import { ascending } from '../fillers.js';

export interface ClusterProfilesRequest {
  readonly targets: Int32Array;
  /** clicks of each fake user */
  readonly sizes: Int32Array;
  /** of each cluster all items, the most expressive first */
  readonly tastes: readonly Int32Array[];
  /** targets in each profile, as far as they fit */
  readonly targetsEach: number;
  readonly seed: SeedKey;
}

/**
 * The targets of each fake user: in turn, so that every target is in as many profiles as any other, or one more.
 *
 * @example targetsInTurn(Int32Array.of(3, 8), 3, 1).map(([target]) => target) // [3, 8, 3]
 */
export function targetsInTurn(targets: Int32Array, fakeUsers: number, each: number): number[][] {
  const held = Math.min(each, targets.length);
  return Array.from({ length: fakeUsers }, (_, v) =>
    Array.from({ length: held }, (_, n) => targets[(v * held + n) % targets.length]),
  );
}

/**
 * Each taste speaks for its own targets, and the fake users repeat these pairs: with C tastes in a drawn order and p = v modulo the
 * larger of C and the number of targets, fake user v has taste p modulo C, and the p-th targets in turn.
 *
 * @returns ascending item indices; profile v has sizes[v] items, or all there are
 */
export function clusterProfiles(request: ClusterProfilesRequest): Int32Array[] {
  const { targets, sizes, tastes, targetsEach, seed } = request;
  const order = seed.child('order').stream().shuffle(Int32Array.from(tastes.keys()));
  const held = targetsInTurn(targets, Math.max(order.length, targets.length), targetsEach);
  const pushed = new Set(targets);
  return Array.from(sizes, (size, v) => {
    const pair = v % held.length;
    const profile = new Set(held[pair].slice(0, size));
    for (const item of tastes[order[pair % order.length]]) {
      if (profile.size >= size) break;
      if (!pushed.has(item)) profile.add(item);
    }
    // A profile of nearly all items: the other targets are what is left.
    for (const target of targets) if (profile.size < size) profile.add(target);
    return ascending(profile);
  });
}
