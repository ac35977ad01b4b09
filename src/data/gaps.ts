/**
 * Users and items of whom a split leaves nothing to learn from or to test on: common under splits by time (decision 21). What it is
 * not: a check; data with such users and items are good data.
 */

import type { InteractionMatrix } from './interactions.js';

export interface Gaps {
  /** users without a training row: no recommender knows anything of them, and they take no part in averages */
  readonly usersWithoutClicks: number;
  /** items without a click in training */
  readonly itemsWithoutClicks: number;
  /** of these, items with a click in test: no recommender can tell them from any other item without clicks */
  readonly testOnlyItems: number;
  /** users with a training row and no test item: they take no part in Recall, NDCG and test HR */
  readonly usersWithoutTestItems: number;
}

/** @example gapsOf(train, test).usersWithoutClicks // 189 of the 942 of MovieLens 100K, the latest 20 % of clicks in test */
export function gapsOf(train: InteractionMatrix, test: InteractionMatrix): Gaps {
  const [trainClicks, testClicks] = [train.itemDegrees(), test.itemDegrees()];
  const [trained, tested] = [train.userDegrees(), test.userDegrees()];
  const count = (degrees: Int32Array, counts: (index: number) => boolean) =>
    degrees.reduce((sum, degree, index) => sum + (degree === 0 && counts(index) ? 1 : 0), 0);
  return {
    usersWithoutClicks: count(trained, () => true),
    itemsWithoutClicks: count(trainClicks, () => true),
    testOnlyItems: count(trainClicks, (item) => testClicks[item] > 0),
    usersWithoutTestItems: count(tested, (user) => trained[user] > 0),
  };
}

/** Whether any user or item has no click in training. */
export function hasColdStart(train: InteractionMatrix): boolean {
  return train.userDegrees().includes(0) || train.itemDegrees().includes(0);
}

/** The users who have clicks, ascending. @example usersWithClicks(InteractionMatrix.fromRows(2, [[0], [], [1]])) // [0, 2] */
export function usersWithClicks(train: InteractionMatrix): Int32Array {
  const users = Int32Array.from({ length: train.users }, (_, user) => user);
  return users.filter((user) => train.rowPointers[user] < train.rowPointers[user + 1]);
}
