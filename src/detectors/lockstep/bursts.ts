/**
 * Clicks in a burst: more of an item's clicks close to them than the rest of the data has at that time.
 *
 *     k_e       other clicks of the item (with the same rating) within the window around click e
 *     mu_e      (all other such clicks) x (share of all clicks of the data within that window)
 *     burst(u)  log(1 + sum of the five largest S(k_e, mu_e) of u)        S as in links.ts
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { largestOf } from '../scoring.js';
import type { Audiences } from './audiences.js';
import { surprise } from './links.js';
import type { TimeWindow } from './occasions.js';

/** @param audiences made with the same timestamps and window */
export function burstsOf(
  { users, rowPointers, nonZeros }: InteractionMatrix,
  { of, placeOf, from, to, pointers }: Audiences,
  { timestamps, window }: TimeWindow,
  top: number,
): Float64Array {
  const times = timestamps.slice().sort();
  const countUpTo = (time: number, inclusive: boolean) => {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle] < time || (inclusive && times[middle] === time)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const largest = largestOf(top);
  return Float64Array.from({ length: users }, (_, u) => {
    largest.clear();
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
      const [place, audience] = [placeOf[e], of[e]];
      const near = countUpTo(timestamps[e] + window, true) - countUpTo(timestamps[e] - window, false);
      const others = pointers[audience + 1] - pointers[audience] - 1;
      largest.add(surprise(to[place] - from[place] - 1, (others * near) / nonZeros));
    }
    return Math.log1p(largest.values().reduce((sum, value) => sum + value, 0));
  });
}
