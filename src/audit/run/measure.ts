/** From ranked lists to the measures of a victim's result. */

import {
  exposure,
  hitRatio,
  hitRatioAuthors,
  itemHitRatios,
  ndcgAtK,
  type RankedLists,
  recallAtK,
  targetRanks,
  testHitRatioAtK,
} from '../../metrics/index.js';
import type { AuditData, ItemMeasures, QualityMeasures, TargetMeasures, VictimSpec } from '../types.js';

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

/** The median rank over the pairs of a real user and one of these targets; null where the lists have no ranks. */
type RanksOf = (targets: readonly number[]) => Pick<TargetMeasures, 'meanRank' | 'medianRank'>;

function ranksIn(lists: RankedLists, ranked: readonly number[], realUsers: number): RanksOf {
  if (lists.targetRanks === undefined) return () => ({ meanRank: null, medianRank: null });
  return (targets) => {
    const columns = targets.map((target) => ranked.indexOf(target));
    const { mean, median } = targetRanks(lists, ranked.length, realUsers, columns);
    return { meanRank: mean, medianRank: median };
  };
}

function measureItems(
  lists: RankedLists,
  train: AuditData['train'],
  set: readonly number[],
  k: number,
  ranksOf: RanksOf,
): ItemMeasures[] {
  const clicks = train.itemDegrees();
  const ratios = itemHitRatios(lists, train, Int32Array.from(set), k, train.users);
  return set.map((item, place) => ({
    item,
    clicks: clicks[item],
    hr: ratios[place].mean,
    hrUsers: ratios[place].users,
    medianRank: ranksOf([item]).medianRank,
  }));
}

/**
 * What an attacker has on one target set.
 *
 * @param set the set's items, ascending
 * @param ranked the targets whose ranks the lists carry, in their order; lists without ranks have ranks of null
 * @param spec with `perItem`, each target of a set of several is measured by itself too
 */
export function measureTargets(
  lists: RankedLists,
  { train, test }: AuditData,
  set: readonly number[],
  ranked: readonly number[],
  { top: k, perItem }: Pick<VictimSpec, 'top' | 'perItem'>,
): TargetMeasures {
  const targets = Int32Array.from(set);
  const realUsers = train.users;
  const hr = hitRatio(lists, train, targets, k, realUsers);
  const hrAuthors = hitRatioAuthors(lists, test, targets, k, realUsers);
  const ranksOf = ranksIn(lists, ranked, realUsers);
  return {
    targets: [...set],
    hr: hr.mean,
    hrUsers: hr.users,
    hrAuthors: hrAuthors.mean,
    hrAuthorsUsers: hrAuthors.users,
    exposure: exposure(lists, targets, k, realUsers).mean,
    ...ranksOf(set),
    ...(perItem && set.length > 1 && { items: measureItems(lists, train, set, k, ranksOf) }),
  };
}
