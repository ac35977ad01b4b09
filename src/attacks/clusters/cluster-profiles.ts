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
 * Fake user v holds targets in turn. The fake users that hold the same first target take the clusters in turn too, in an order
 * that is drawn for the target: so each target meets as many tastes as it has fake users.
 *
 * @returns ascending item indices; profile v has sizes[v] items, or all there are
 */
export function clusterProfiles(request: ClusterProfilesRequest): Int32Array[] {
  const { targets, sizes, tastes, targetsEach, seed } = request;
  const orders = new Map<number, Int32Array>();
  const met = new Map<number, number>();
  return targetsInTurn(targets, sizes.length, targetsEach).map((held, v) => {
    const [first] = held;
    if (!orders.has(first)) {
      const order = Int32Array.from(tastes.keys());
      orders.set(first, seed.child('order').child(first).stream().shuffle(order));
    }
    const order = orders.get(first) as Int32Array;
    const turn = met.get(first) ?? 0;
    met.set(first, turn + 1);
    const profile = new Set(held.slice(0, sizes[v]));
    const pushed = new Set(targets);
    for (const item of tastes[order[turn % order.length]]) {
      if (profile.size >= sizes[v]) break;
      if (!pushed.has(item)) profile.add(item);
    }
    // A profile of nearly all items: the other targets are what is left.
    for (const target of targets) if (profile.size < sizes[v]) profile.add(target);
    return ascending(profile);
  });
}
