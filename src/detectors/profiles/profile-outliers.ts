/**
 * `profile-outliers`: profiles that are unlike the others in any way.
 *
 *     left(u)  = sum over the features f of -log(share of users with f at most f(u));   right(u) alike with at least
 *     skew(u)  = sum over the features of the left term where f is skewed to the left, else of the right one
 *     score(u) = max(left, right, skew)                                       features: features.ts
 *
 * It knows no attack, so that largest, smallest and most peculiar honest users come first. It misses copies of real users.
 */

import { NO_OPTIONS, type NoOptions } from '../../options.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';
import { FEATURES, featureCost, profileFeatures } from './features.js';

/** @example await profileOutliers.score({ interactions, options: {}, seed, context }) */
export const profileOutliers: Detector<NoOptions> = {
  name: 'profile-outliers',
  title: 'profiles unlike the others in size, popularity of items or co-clicks',
  source:
    'Li, Zhao, Hu, Botta, Ionescu, Chen: ECOD: Unsupervised Outlier Detection Using Empirical Cumulative Distribution Functions, TKDE 2022',
  version: 1,
  options: NO_OPTIONS,
  defaults: {},
  presets: {},
  cost(shape) {
    const { operations, bytes } = featureCost(shape);
    return { operations: operations + 400 * shape.users, bytes: bytes + 40 * shape.users };
  },
  async score(request) {
    const { interactions } = request;
    const step = startScoring('profile-outliers', NO_OPTIONS, request);
    const table = await profileFeatures(interactions, step);
    const { users } = interactions;
    const [left, right, skew] = [0, 1, 2].map(() => new Float64Array(users));
    for (let f = 0; f < FEATURES.length; f++) {
      const values = Float64Array.from({ length: users }, (_, user) => table[user * FEATURES.length + f]);
      const tails = tailsOf(values);
      for (let user = 0; user < users; user++) {
        left[user] += tails.left[user];
        right[user] += tails.right[user];
        skew[user] += tails.skewness < 0 ? tails.left[user] : tails.right[user];
      }
    }
    return left.map((value, user) => Math.max(value, right[user], skew[user]));
  },
};

/** -log of the shares of values at most, and at least, each. */
function tailsOf(values: Float64Array) {
  const count = values.length;
  const sorted = values.slice().sort();
  const mean = values.reduce((sum, value) => sum + value / count, 0);
  const skewness = values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
  const [left, right] = [new Float64Array(count), new Float64Array(count)];
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  for (let first = 0; first < count; ) {
    let end = first;
    while (end < count && sorted[end] === sorted[first]) end++;
    for (let place = first; place < end; place++) {
      left[order[place]] = -Math.log(end / count);
      right[order[place]] = -Math.log((count - first) / count);
    }
    first = end;
  }
  return { left, right, skewness };
}
