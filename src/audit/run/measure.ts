/** From ranked lists to the measures of a victim's result. */

import {
  exposure,
  hitRatio,
  hitRatioAuthors,
  ndcgAtK,
  type RankedLists,
  recallAtK,
  targetRanks,
  testHitRatioAtK,
} from '../../metrics/index.js';
import type { AuditData, QualityMeasures, TargetMeasures } from '../types.js';

/** How well real users are served: Recall@k, NDCG@k and test HR@k over real users with test items. */
export function measureQuality(
  lists: RankedLists,
  test: AuditData['test'],
  k: number,
  realUsers: number,
): QualityMeasures {
  const recall = recallAtK(lists, test, k, realUsers);
  return {
    recall: recall.mean,
    ndcg: ndcgAtK(lists, test, k, realUsers).mean,
    testHitRatio: testHitRatioAtK(lists, test, k, realUsers).mean,
    users: recall.users,
  };
}

/**
 * What an attacker has on one target set.
 *
 * @param set the set's items, ascending
 * @param ranked the targets whose ranks the lists carry, in their order; lists without ranks have ranks of null
 */
export function measureTargets(
  lists: RankedLists,
  { train, test }: AuditData,
  set: readonly number[],
  ranked: readonly number[],
  k: number,
): TargetMeasures {
  const targets = Int32Array.from(set);
  const realUsers = train.users;
  const hr = hitRatio(lists, train, targets, k, realUsers);
  const hrAuthors = hitRatioAuthors(lists, test, targets, k, realUsers);
  const columns = set.map((target) => ranked.indexOf(target));
  const unknown = { mean: null, median: null };
  const ranks =
    lists.targetRanks === undefined ? unknown : targetRanks(lists, ranked.length, realUsers, columns);
  return {
    targets: [...set],
    hr: hr.mean,
    hrUsers: hr.users,
    hrAuthors: hrAuthors.mean,
    hrAuthorsUsers: hrAuthors.users,
    exposure: exposure(lists, targets, k, realUsers).mean,
    meanRank: ranks.mean,
    medianRank: ranks.median,
  };
}
