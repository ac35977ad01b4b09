/**
 * What an audience says about an item. The share e of fakes among the clickers that explains their clicks best is worth
 *
 *     T = max over e of  sum over clickers u of log(1 - e + e exp(w_ui)),   e in {0, 0.01, ..., 0.95}
 *
 * (a mean over the clickers would drown a few fakes in the many real clickers of a popular item; this sum does not), and it makes each
 * clicker fake with probability pi_u = e exp(w) / (1 - e + e exp(w)). Beside T stand what tells a pushed item from a community that is
 * odd for reasons of its own: how the item fits the profiles of those who look fake, and what is usual around the item.
 */

import { quantile } from '../../../data/popularity.js';
import type { Clicks } from './audience.js';

const SHARES: readonly number[] = [0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 0.95];
/** Items with fewer clickers are not tested: a few clicks prove nothing. */
export const LEAST_CLICKERS = 5;
const TYPICAL = 0.4;

export const ITEM_FEATURES = [
  'evidence',
  'share',
  'mean',
  'typical',
  'around',
  'misfit',
  'novelty',
  'linked',
  'meanMisfit',
  'meanLinked',
] as const;

export interface Evidence {
  /** T */
  readonly evidence: number;
  /** e; 0 where no share explains the clicks better than none */
  readonly share: number;
}

/** @param weights w of the item's clickers @example evidenceOf([6, 6, 6, -1, -1]).share // 0.6 */
export function evidenceOf(weights: ArrayLike<number>): Evidence {
  let best: Evidence = { evidence: 0, share: 0 };
  const gains = Float64Array.from(weights, (weight) => Math.exp(weight) - 1);
  for (const share of SHARES) {
    let sum = 0;
    for (let n = 0; n < gains.length; n++) sum += Math.log1p(share * gains[n]);
    if (sum > best.evidence) best = { evidence: sum, share };
  }
  return best;
}

/** Probability that a click of weight w is a fake's, where a share of the clickers is fake. @example posterior(2, 0.1) */
export function posterior(weight: number, share: number): number {
  const odds = share * Math.exp(weight);
  return odds / (1 - share + odds);
}

/** Clicks with w, one an entry. */
export interface WeighedClicks {
  readonly clicks: Clicks;
  readonly weights: Float64Array;
}

/** One value for each of ITEM_FEATURES, from the entries of an item's clickers, all of them or a part. */
export function itemFeatures(
  item: number,
  entries: ArrayLike<number>,
  { clicks: { features, owners, scores: users, usual }, weights }: WeighedClicks,
): number[] {
  const count = entries.length;
  const around = usual[item];
  const scores = Float64Array.from(entries, (entry) => users.z0[owners[entry]]).sort();
  const own = Float64Array.from(entries, (entry) => weights[entry]);
  const { evidence, share } = evidenceOf(own);
  let [total, misfit, novelty, linked, allMisfit, allLinked, sum] = [0, 0, 0, 0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    const entry = entries[n];
    const probability = posterior(own[n], Math.max(share, 0.01));
    total += probability;
    misfit += probability * features.misfit[entry];
    novelty += probability * features.novelty[entry];
    linked += probability * features.linked[entry];
    allMisfit += features.misfit[entry];
    allLinked += features.linked[entry];
    sum += scores[n];
  }
  return [
    Math.log1p(evidence),
    Math.sqrt(share),
    sum / count - around,
    quantile(scores, TYPICAL) - around,
    around,
    misfit / total,
    novelty / total,
    linked / total,
    allMisfit / count,
    allLinked / count,
  ];
}
