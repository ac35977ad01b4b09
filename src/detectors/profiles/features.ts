/**
 * What a profile looks like: its size, how popular its items are, and how often others clicked them together. Each user is left out of
 * the counts of his own items. What it is not: it judges no user.
 *
 *     size          log(1 + n)
 *     sizeAway      |log(1 + n) - mean of log(1 + n)|                                the LengthVar of Chirita et al., in logarithms
 *     popularity    mean of log p_i over the items, p_i without the user's own click; spread, least and upper quartile beside
 *     novelPairs    share of the pairs of items that nobody else clicked together    (Burke et al. call such things co-rating outliers)
 *     lift          mean over the pairs of log((c_ij + .1) / (p_i p_j / N + .1)), c_ij users who clicked both, without the user
 *
 * Chirita, Nejdl, Zamfir: Preventing Shilling Attacks in Online Recommender Systems, WIDM 2005; Burke, Mobasher, Williams, Bhaumik:
 * Classification Features for Attack Detection in Collaborative Recommender Systems, KDD 2006, without what needs ratings. Costs
 * sum of n_u^2 for the pairs.
 */

import type { TrainingShape } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import type { Step } from '../scoring.js';

export const FEATURES = [
  'size',
  'sizeAway',
  'popularity',
  'popularitySpread',
  'leastPopularity',
  'upperPopularity',
  'novelPairs',
  'lift',
] as const;

/** users x FEATURES.length, row-major; a user without clicks, or pairs, has zeros there. */
export type FeatureTable = Float64Array;

/** Items between two looks at the signal. */
const BATCH = 256;
/** Added to counts of pairs, so that one that nobody clicked has a logarithm. */
const SMOOTHING = 0.1;

export function featureCost({ users, items, interactions, squares }: TrainingShape) {
  const pairs = squares?.users ?? (3 * interactions ** 2) / Math.max(1, users);
  return {
    operations: 12 * pairs + 30 * interactions,
    bytes: 8 * (FEATURES.length + 2) * users + 16 * items,
  };
}

/** @example const table = await profileFeatures(interactions, step); table[user * FEATURES.length] // size */
export async function profileFeatures(interactions: InteractionMatrix, step: Step): Promise<FeatureTable> {
  const { users } = interactions;
  const width = FEATURES.length;
  const table = new Float64Array(users * width);
  const popularity = interactions.itemDegrees();
  const sizes = Float64Array.from(interactions.userDegrees(), (clicks) => Math.log1p(clicks));
  const usual = sizes.reduce((sum, size) => sum + size / users, 0);
  for (let user = 0; user < users; user++) {
    const logs = Float64Array.from(interactions.row(user), (item) => Math.log1p(popularity[item] - 1)).sort();
    const mean = logs.reduce((sum, log) => sum + log / logs.length, 0);
    const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2 / logs.length, 0);
    const some = logs.length > 0;
    const upper = some ? logs[Math.floor(0.75 * (logs.length - 1))] : 0;
    const own = [
      sizes[user],
      Math.abs(sizes[user] - usual),
      mean,
      Math.sqrt(variance),
      some ? logs[0] : 0,
      upper,
    ];
    table.set(own, user * width);
  }
  const { novel, lift } = await pairFeatures(interactions, popularity, step);
  for (let user = 0; user < users; user++) table.set([novel[user], lift[user]], user * width + 6);
  return table;
}

/** Means over the ordered pairs of a user's items: c_ij from the profiles of the users of i, one item at a time. */
async function pairFeatures(interactions: InteractionMatrix, popularity: Int32Array, step: Step) {
  const { users, items, rowPointers, columns } = interactions;
  const { columnPointers, rowIndices } = interactions.csc();
  const [novel, lift] = [new Float64Array(users), new Float64Array(users)];
  const together = new Int32Array(items);
  for (let item = 0; item < items; item++) {
    if (item % BATCH === 0) await step('pairs of items', item, items);
    const audience = rowIndices.subarray(columnPointers[item], columnPointers[item + 1]);
    // The only user of an item is left out of its count: all his pairs with it are new.
    for (const user of audience)
      for (let e = rowPointers[user]; e < rowPointers[user + 1]; e++) together[columns[e]]++;
    for (const user of audience)
      for (let e = rowPointers[user]; e < rowPointers[user + 1]; e++) {
        const other = columns[e];
        if (other === item) continue;
        const count = together[other] - 1;
        const expected = ((popularity[item] - 1) * (popularity[other] - 1)) / users;
        if (count === 0) novel[user]++;
        lift[user] += Math.log((count + SMOOTHING) / (expected + SMOOTHING));
      }
    for (const user of audience)
      for (let e = rowPointers[user]; e < rowPointers[user + 1]; e++) together[columns[e]] = 0;
  }
  await step('pairs of items', items, items);
  for (let user = 0; user < users; user++) {
    const size = rowPointers[user + 1] - rowPointers[user];
    const pairs = Math.max(1, size * (size - 1));
    novel[user] /= pairs;
    lift[user] /= pairs;
  }
  return { novel, lift };
}
