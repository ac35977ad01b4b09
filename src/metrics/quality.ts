/**
 * How well real users are served: Recall@k, NDCG@k and test HR@k against their held-out items. Float64 throughout.
 *
 * All three average over real users with at least one test item; a `realUsers` bound keeps fake users out.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import { type Average, averageOverRealUsers, holds, type RankedLists } from './lists.js';

/** Discount of the p-th place (from 0): 1 / log2(p + 2). */
function discount(place: number): number {
  return 1 / Math.log2(place + 2);
}

function hits(items: Int32Array, tested: Int32Array): number {
  let count = 0;
  for (const item of items) if (holds(tested, item)) count++;
  return count;
}

/**
 * Recall@k = mean over users of (test items in the top k) / (number of test items).
 *
 * @param lists ranked lists of items unseen in training
 * @param test held-out interactions, one row for each real user
 * @param k list length, at most `lists.top`
 * @param realUsers number of real users; they come first
 * @throws RecauditError('internal') when k is above the length of the lists
 * @example recallAtK(lists, test, 50, train.users).mean
 */
export function recallAtK(
  lists: RankedLists,
  test: InteractionMatrix,
  k: number,
  realUsers: number,
): Average {
  return averageOverRealUsers(lists, k, realUsers, (user, items) => {
    const tested = test.row(user);
    return tested.length === 0 ? null : hits(items, tested) / tested.length;
  });
}

/**
 * NDCG@k: sum over hits of 1 / log2(place + 1), places from 1, divided by the same sum of an ideal list, which has
 * min(k, number of test items) hits.
 *
 * @throws RecauditError('internal') when k is above the length of the lists
 */
export function ndcgAtK(lists: RankedLists, test: InteractionMatrix, k: number, realUsers: number): Average {
  return averageOverRealUsers(lists, k, realUsers, (user, items) => {
    const tested = test.row(user);
    if (tested.length === 0) return null;
    let gain = 0;
    let ideal = 0;
    for (let place = 0; place < k; place++) {
      if (holds(tested, items[place])) gain += discount(place);
      if (place < tested.length) ideal += discount(place);
    }
    return gain / ideal;
  });
}

/**
 * Test HR@k: share of users with test items who find at least one of them in their top k. With one held-out item a
 * user, this is the paper's measure on the synthetic data.
 *
 * @throws RecauditError('internal') when k is above the length of the lists
 */
export function testHitRatioAtK(
  lists: RankedLists,
  test: InteractionMatrix,
  k: number,
  realUsers: number,
): Average {
  return averageOverRealUsers(lists, k, realUsers, (user, items) => {
    const tested = test.row(user);
    return tested.length === 0 ? null : Number(hits(items, tested) > 0);
  });
}
