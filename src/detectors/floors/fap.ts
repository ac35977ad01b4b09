/**
 * `fap`: fraudulent action propagation, a walk between users and items that starts at known fakes.
 *
 *     w_ui = 1 + |r - m_u| / m_u + |r - m_i| / m_i + |r - m| / m      (1 without ratings; m: means of user, item, all)
 *     P(i) <- sum over the users of i of w_ui P(u) / sum of their w;    P(u) <- sum over the items of u of w_ui P(i) / sum of their w
 *     score(u) = P(u) after the rounds; known fakes stay at 1
 *
 * Both steps are averages, so P = 1 everywhere is where the walk would end: the number of rounds is an option and not a tolerance, and
 * scores have an order and no scale. A floor: it needs known fakes, and looks perfect when these are taken from the labels. Here they
 * come from the request, and never from anything else.
 */

import { defaultsOf, type OptionTable } from '../../options.js';
import { knownFakesOf, startScoring } from '../scoring.js';
import type { DetectionRequest, Detector } from '../types.js';

export interface FapOptions {
  readonly rounds: number;
}

const FAP_OPTIONS: OptionTable<FapOptions> = {
  rounds: {
    type: 'integer',
    default: 5,
    min: 1,
    max: 100,
    unit: 'rounds',
    help: 'times from users to items and back',
  },
};

/** @example await fap.score({ interactions, knownFakes: [3, 17], options: { rounds: 5 }, seed, context }) */
export const fap: Detector<FapOptions> = {
  name: 'fap',
  title: 'a walk from known fakes over shared items: a floor that is told some of the answer',
  kind: 'floor',
  needs: 'knownFakes',
  source:
    'Zhang, Tan, Zhang, Liu, Chua, Ma: Catch the Black Sheep: Unified Framework for Shilling Attack Detection, IJCAI 2015',
  version: 1,
  reads: 'originals',
  options: FAP_OPTIONS,
  defaults: defaultsOf(FAP_OPTIONS),
  presets: {},
  cost: ({ users, items, interactions }, { rounds }) => ({
    operations: (8 * rounds + 12) * interactions,
    bytes: 8 * interactions + 16 * (users + items),
  }),
  async score(request) {
    const { interactions, options } = request;
    const step = startScoring('fap', FAP_OPTIONS, request);
    const seeds = knownFakesOf('fap', request);
    const { users, items, rowPointers, columns } = interactions;
    const weights = edgeWeights(request);
    const fraud = new Float64Array(users);
    for (const user of seeds) fraud[user] = 1;
    for (let round = 0; round < options.rounds; round++) {
      await step('walking', round, options.rounds);
      const [sums, totals] = [new Float64Array(items), new Float64Array(items)];
      for (let u = 0; u < users; u++)
        for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
          sums[columns[e]] += weights[e] * fraud[u];
          totals[columns[e]] += weights[e];
        }
      for (let u = 0; u < users; u++) {
        let [sum, total] = [0, 0];
        for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
          sum += (weights[e] * sums[columns[e]]) / totals[columns[e]];
          total += weights[e];
        }
        fraud[u] = total === 0 ? 0 : sum / total;
      }
      for (const user of seeds) fraud[user] = 1;
    }
    await step('walking', options.rounds, options.rounds);
    return fraud;
  },
};

/** w of each entry, in CSR order. A mean of 0 adds nothing: its deviation has no scale. */
function edgeWeights({ interactions, originals }: DetectionRequest<FapOptions>): Float64Array {
  const { users, items, rowPointers, columns, nonZeros } = interactions;
  const ratings = originals?.ratings;
  const weights = new Float64Array(nonZeros).fill(1);
  if (ratings === undefined) return weights;
  const [ofItem, itemClicks] = [new Float64Array(items), interactions.itemDegrees()];
  ratings.forEach((rating, e) => {
    ofItem[columns[e]] += rating / itemClicks[columns[e]];
  });
  const all = ratings.reduce((sum, rating) => sum + rating / nonZeros, 0);
  const away = (rating: number, mean: number) => (mean === 0 ? 0 : Math.abs(rating - mean) / Math.abs(mean));
  for (let u = 0; u < users; u++) {
    const own = ratings.subarray(rowPointers[u], rowPointers[u + 1]);
    const mean = own.reduce((sum, rating) => sum + rating / own.length, 0);
    own.forEach((rating, n) => {
      const e = rowPointers[u] + n;
      weights[e] += away(rating, mean) + away(rating, ofItem[columns[e]]) + away(rating, all);
    });
  }
  return weights;
}
