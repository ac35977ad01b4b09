/** Users as findings: scores, how many honest users score as high, and why. */

import type { UnusualFeature, UserFinding } from '../../findings.js';
import type { Detection } from '../detection.js';
import { FEATURE_NAMES, type FeatureName } from '../features/features.js';
import { LINKS } from '../features/lockstep.js';
import { usualAt } from '../model/trend.js';
import type { Family } from '../simulation/family.js';
import { isAlarmed } from './items.js';

/** A feature is a reason where fewer than one user in a hundred is as far from usual, on the same side. */
const UNUSUAL = 0.01;
const MOST_REASONS = 4;

const WORDS: Readonly<Record<FeatureName, string>> = {
  incoherence: 'how little the items go together',
  novel: 'share of pairs of items that nobody else clicked together',
  isolated: 'share of items that nobody else clicked together with any of the others',
  twin: 'how exclusively two of the items are clicked by the same users',
  excess: 'how much more often than by chance the ten most linked pairs are clicked together',
  residual: 'share of the profile outside the main tastes of the data',
  leverage: 'weight of the profile in the main tastes of the data',
  nearest: 'similarity to the most similar user',
  near: 'similarity to the ten most similar users',
  lock: 'surprise of what is in common with the five closest users',
  propagated: 'the same, of the users linked to it too',
  meanPopularity: 'mean popularity of the items (log of clicks)',
  spreadPopularity: 'spread of the popularity of the items',
  leastPopularity: 'popularity of the least popular item (log of clicks)',
  spreadFit: 'how unevenly the items fit the profile',
  worstFit: 'how far the item that fits worst is from the others',
};

/** For each feature the values that one in a hundred users is below, and above. */
function limitsOf({ features: { corrected, sizes } }: Detection): readonly (readonly [number, number])[] {
  return FEATURE_NAMES.map((_, f) => {
    const values = Float64Array.from(sizes, (_size, u) => corrected[u * FEATURE_NAMES.length + f])
      .filter((_value, u) => sizes[u] > 0)
      .sort();
    const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
    return [at(UNUSUAL), at(1 - UNUSUAL)] as const;
  });
}

function unusual(
  { features }: Detection,
  user: number,
  limits: ReturnType<typeof limitsOf>,
): UnusualFeature[] {
  const { corrected, raw, trends, sizes } = features;
  return FEATURE_NAMES.flatMap((name, f) => {
    const deviations = corrected[user * FEATURE_NAMES.length + f];
    const [low, high] = limits[f];
    if (deviations >= low && deviations <= high) return [];
    const usual = usualAt(trends[name], sizes[user]).value;
    return [{ name, words: WORDS[name], observed: raw[name][user], usual, deviations }];
  })
    .sort((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations))
    .slice(0, MOST_REASONS);
}

/** Share of the users who are not removed that score at least as high, by user. */
function honestShares(scores: Float64Array, removal: ReadonlySet<number>): (user: number) => number {
  const honest = scores.filter((_, user) => !removal.has(user)).sort();
  return (user) => {
    let [low, high] = [0, honest.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (honest[middle] < scores[user]) low = middle + 1;
      else high = middle;
    }
    return honest.length === 0 ? 0 : (honest.length - low) / honest.length;
  };
}

export function userFindings(
  detection: Detection,
  families: readonly Family[],
  removal: readonly number[],
  review: number,
): UserFinding[] {
  const { scores, clicks, probabilities, features } = detection;
  const { matrix } = clicks;
  const removed = new Set(removal);
  const honestShare = honestShares(scores, removed);
  const limits = limitsOf(detection);
  return Array.from(scores.keys())
    .filter((user) => features.sizes[user] > 0)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .filter((user, n) => n < review || removed.has(user))
    .map((user) => {
      const strongest = families[clicks.scores.strongest[user]];
      const from = matrix.rowPointers[user];
      return {
        user,
        score: scores[user],
        honestShare: honestShare(user),
        clicks: features.sizes[user],
        items: Array.from(matrix.row(user), (item, n) => ({ item, probability: probabilities[from + n] }))
          .filter(({ item }) => isAlarmed(detection, item))
          .sort((a, b) => b.probability - a.probability || a.item - b.item),
        features: unusual(detection, user, limits),
        family: strongest === undefined ? null : { name: strongest.name, words: strongest.words },
        linked: Array.from(features.links.links.subarray(user * LINKS, (user + 1) * LINKS)).filter(
          (other) => other >= 0,
        ),
      };
    });
}
