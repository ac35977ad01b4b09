/**
 * What an attacker gains on a set of target items: the two hit ratios, ranks and exposure. Float64 throughout.
 *
 * A target that a user has clicked in training is in no list of unseen items, so it can be no hit for that user.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import {
  type Average,
  averageOverRealUsers,
  checkLength,
  eachRealUser,
  holds,
  type RankedLists,
} from './lists.js';

function anyHit(items: Int32Array, targets: Int32Array): number {
  for (const item of items) if (holds(targets, item)) return 1;
  return 0;
}

/**
 * `hr`@k: over real users who clicked none of the targets in training, the share with any target in the top k.
 *
 * @param lists ranked lists of items unseen in training
 * @param train training interactions of at least the real users
 * @param targets distinct item indices, ascending
 * @param k list length, at most `lists.top`
 * @param realUsers number of real users; they come first
 * @throws RecauditError('internal') when k is above the length of the lists
 * @example hitRatio(lists, train, Int32Array.of(7), 10, train.users).mean
 */
export function hitRatio(
  lists: RankedLists,
  train: InteractionMatrix,
  targets: Int32Array,
  k: number,
  realUsers: number,
): Average {
  return averageOverRealUsers(lists, k, realUsers, (user, items) => {
    const clicked = train.row(user);
    return targets.some((target) => holds(clicked, target)) ? null : anyHit(items, targets);
  });
}

/**
 * `hr`@k of each target by itself: over real users who had not clicked that target in training, the share with it in the
 * top k. A user who clicked another target of the set counts. For a set of one item it is `hitRatio`.
 *
 * One pass over the lists and the rows, whatever the number of targets.
 *
 * @returns in the order of `targets`
 * @throws RecauditError('internal') when k is above the length of the lists
 * @example itemHitRatios(lists, train, Int32Array.of(7, 9), 10, train.users)[0].mean
 */
export function itemHitRatios(
  lists: RankedLists,
  train: InteractionMatrix,
  targets: Int32Array,
  k: number,
  realUsers: number,
): Average[] {
  const places = new Map(Array.from(targets, (item, place) => [item, place]));
  const [hits, seen] = [new Int32Array(targets.length), new Int32Array(targets.length)];
  let all = 0;
  eachRealUser(lists, k, realUsers, (user, items) => {
    all++;
    const clicked = train.row(user);
    for (const item of clicked) {
      const place = places.get(item);
      if (place !== undefined) seen[place]++;
    }
    for (const item of items) {
      const place = places.get(item);
      if (place !== undefined && !holds(clicked, item)) hits[place]++;
    }
  });
  return Array.from(targets, (_, place) => {
    const users = all - seen[place];
    return { mean: users === 0 ? null : hits[place] / users, users };
  });
}

/**
 * `hr-authors`@k: over all real users with at least one test item, the share with any target in the top k. Users who
 * clicked a target stay in: that target cannot be a hit for them, another target can.
 *
 * @throws RecauditError('internal') when k is above the length of the lists
 */
export function hitRatioAuthors(
  lists: RankedLists,
  test: InteractionMatrix,
  targets: Int32Array,
  k: number,
  realUsers: number,
): Average {
  return averageOverRealUsers(lists, k, realUsers, (user, items) =>
    test.row(user).length === 0 ? null : anyHit(items, targets),
  );
}

/**
 * Exposure: share of all recommended slots, k for each real user, that hold a target.
 *
 * @throws RecauditError('internal') when k is above the length of the lists
 */
export function exposure(lists: RankedLists, targets: Int32Array, k: number, realUsers: number): Average {
  return averageOverRealUsers(lists, k, realUsers, (_user, items) => {
    let slots = 0;
    for (const item of items) if (holds(targets, item)) slots++;
    return slots / k;
  });
}

export interface TargetRanks {
  readonly mean: number | null;
  readonly median: number | null;
  /** pairs of a real user and a target that the user has not clicked */
  readonly pairs: number;
}

/**
 * Mean and median rank (from 1, among the user's unseen items) over all pairs of a real user and an unseen target.
 *
 * @param lists with `targetRanks`, one column for each of `targetCount` targets; 0 marks a seen target
 * @param columns which of these columns to use; default all
 * @throws RecauditError('internal') when the lists carry no ranks
 */
export function targetRanks(
  lists: RankedLists,
  targetCount: number,
  realUsers: number,
  columns: readonly number[] = Array.from({ length: targetCount }, (_, column) => column),
): TargetRanks {
  checkLength(lists, 1);
  const ranks = lists.targetRanks;
  if (ranks === undefined || ranks.length !== lists.users.length * targetCount) {
    throw new RecauditError(
      'internal',
      `target ranks: expected ${lists.users.length} x ${targetCount} ranks, got ${ranks?.length ?? 'none'}. Ask for targets when ranking.`,
    );
  }
  const found: number[] = [];
  lists.users.forEach((user, row) => {
    if (user >= realUsers) return;
    for (const column of columns) {
      const rank = ranks[row * targetCount + column];
      if (rank > 0) found.push(rank);
    }
  });
  if (found.length === 0) return { mean: null, median: null, pairs: 0 };
  const sorted = Float64Array.from(found).sort();
  const middle = sorted.length >> 1;
  return {
    mean: sorted.reduce((sum, rank) => sum + rank, 0) / sorted.length,
    median: sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
    pairs: sorted.length,
  };
}
