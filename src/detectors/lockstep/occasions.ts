/**
 * How often two users would do the same by chance: pairs of their clicks that could have been of one item, times the chance that such a
 * pair is (`links.ts` has the equation). What it is not: it counts no shared item.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { Audiences } from './audiences.js';

export interface Occasions {
  /** lambda_uv of two users */
  expected(u: number, v: number): number;
}

export interface TimeWindow {
  /** one an entry, in CSR order */
  readonly timestamps: Float64Array;
  readonly window: number;
}

/** @param time null: clicks at any two times could be the same @example occasionsOf(interactions, audiences, null).expected(0, 1) */
export function occasionsOf(
  interactions: InteractionMatrix,
  audiences: Audiences,
  time: TimeWindow | null,
): Occasions {
  return time === null ? atAnyTime(interactions, audiences) : withinWindow(interactions, audiences, time);
}

/** Ordered pairs of clicks of one item that are the same, by rating. */
function samePairs({ pointers, from, to, ratingOf, ratings }: Audiences): Float64Array {
  const pairs = new Float64Array(ratings);
  for (let audience = 0; audience + 1 < pointers.length; audience++)
    for (let place = pointers[audience]; place < pointers[audience + 1]; place++)
      pairs[ratingOf[audience]] += to[place] - from[place] - 1;
  return pairs;
}

const shares = (same: Float64Array, all: Float64Array) =>
  same.map((count, r) => (all[r] > 0 ? count / all[r] : 0));

function atAnyTime(interactions: InteractionMatrix, audiences: Audiences): Occasions {
  const { users, rowPointers } = interactions;
  const { of, ratingOf, ratings } = audiences;
  const counts = new Float64Array(users * ratings);
  const clicks = new Float64Array(ratings);
  const ownPairs = new Float64Array(ratings);
  for (let u = 0; u < users; u++) {
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) counts[u * ratings + ratingOf[of[e]]]++;
    for (let r = 0; r < ratings; r++) {
      clicks[r] += counts[u * ratings + r];
      ownPairs[r] += counts[u * ratings + r] ** 2;
    }
  }
  const perPair = shares(
    samePairs(audiences),
    clicks.map((count, r) => count ** 2 - ownPairs[r]),
  );
  return {
    expected(u, v) {
      let mean = 0;
      for (let r = 0; r < ratings; r++)
        mean += counts[u * ratings + r] * counts[v * ratings + r] * perPair[r];
      return mean;
    },
  };
}

function withinWindow(
  interactions: InteractionMatrix,
  audiences: Audiences,
  { timestamps, window }: TimeWindow,
): Occasions {
  const { users, rowPointers, nonZeros } = interactions;
  const { of, ratingOf, ratings } = audiences;
  const ratingAt = (e: number) => ratingOf[of[e]];
  const byTime = (a: number, b: number) => timestamps[a] - timestamps[b] || a - b;
  const everything = Int32Array.from({ length: nonZeros }, (_, e) => e);
  /** entries of each user by time, in the places of its row */
  const order = everything.slice();
  for (let u = 0; u < users; u++) order.subarray(rowPointers[u], rowPointers[u + 1]).sort(byTime);
  /** adds the ordered pairs of different entries at most a window apart, by rating */
  const addPairs = (entries: Int32Array, sign: number, out: Float64Array) => {
    const near = new Float64Array(ratings);
    let [first, last] = [0, 0];
    for (const e of entries) {
      while (last < entries.length && timestamps[entries[last]] - timestamps[e] <= window)
        near[ratingAt(entries[last++])]++;
      while (timestamps[e] - timestamps[entries[first]] > window) near[ratingAt(entries[first++])]--;
      out[ratingAt(e)] += sign * (near[ratingAt(e)] - 1);
    }
  };
  const all = new Float64Array(ratings);
  addPairs(everything.sort(byTime), 1, all);
  for (let u = 0; u < users; u++) addPairs(order.subarray(rowPointers[u], rowPointers[u + 1]), -1, all);
  const perPair = shares(samePairs(audiences), all);
  const near = new Float64Array(ratings);
  return {
    expected(u, v) {
      const [endOfU, endOfV] = [rowPointers[u + 1], rowPointers[v + 1]];
      let [first, last, mean] = [rowPointers[v], rowPointers[v], 0];
      near.fill(0);
      for (let n = rowPointers[u]; n < endOfU; n++) {
        const e = order[n];
        while (last < endOfV && timestamps[order[last]] - timestamps[e] <= window)
          near[ratingAt(order[last++])]++;
        while (first < last && timestamps[e] - timestamps[order[first]] > window)
          near[ratingAt(order[first++])]--;
        mean += near[ratingAt(e)] * perPair[ratingAt(e)];
      }
      return mean;
    },
  };
}
