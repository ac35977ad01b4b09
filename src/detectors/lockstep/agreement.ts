/**
 * How much a user's ratings agree with the others' of the same items, and how much those who gave the same ratings are suspected. What
 * it is not: lockstep; it looks at no pair of users.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { Audiences } from './audiences.js';

/** An agreement of so many usual ratings is added to each user's own. */
const PRIOR = 1;

/**
 *     agreement(u) = -(sum over the rated items i of |r_ui - mean of the others' r_i| + d) / (items + 1)
 *
 * over the items that others rated too; d is the mean deviation of all, one pseudo-item, so that who rated few such items is near the
 * usual.
 */
export function agreementOf(interactions: InteractionMatrix, ratings: Float64Array): Float64Array {
  const { users, items, rowPointers, columns, nonZeros } = interactions;
  const clicks = interactions.itemDegrees();
  const sums = new Float64Array(items);
  for (let e = 0; e < nonZeros; e++) sums[columns[e]] += ratings[e];
  const [deviation, compared] = [new Float64Array(users), new Int32Array(users)];
  for (let u = 0; u < users; u++)
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
      const others = clicks[columns[e]] - 1;
      if (others === 0) continue;
      deviation[u] += Math.abs(ratings[e] - (sums[columns[e]] - ratings[e]) / others);
      compared[u]++;
    }
  const [all, pairs] = [deviation.reduce((a, b) => a + b, 0), compared.reduce((a, b) => a + b, 0)];
  const usual = pairs === 0 ? 0 : all / pairs;
  return deviation.map((sum, u) => -(sum + PRIOR * usual) / (compared[u] + PRIOR));
}

/**
 *     audience(u) = mean over the clicks e of u of (sum of z_v over the others who did the same) / (their number + 1)
 */
export function audienceOf(
  { users, rowPointers }: InteractionMatrix,
  { placeOf, from, to, users: members }: Audiences,
  z: Float64Array,
): Float64Array {
  // Running sums over the members give the sum of any range.
  const sums = new Float64Array(members.length + 1);
  members.forEach((user, place) => {
    sums[place + 1] = sums[place] + z[user];
  });
  return Float64Array.from({ length: users }, (_, u) => {
    let total = 0;
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
      const place = placeOf[e];
      total += (sums[to[place]] - sums[from[place]] - z[u]) / (to[place] - from[place] - 1 + PRIOR);
    }
    return total / Math.max(1, rowPointers[u + 1] - rowPointers[u]);
  });
}
