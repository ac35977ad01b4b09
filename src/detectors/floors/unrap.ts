/**
 * `unrap`: the Hv score, how much of a row neither its own mean nor those of the columns explain.
 *
 *     Hv(u) = sum over all items of (r_ui - m_i - m_u + m)^2 / sum over all items of (r_ui - m_u)^2
 *
 * r_ui: the rating (1 without ratings), 0 where there is none; m_i, m_u, m: means of column, row and matrix. A row of one value
 * scores 0. Sums over all items come from sums over the clicks and over the column means, so nothing is filled in.
 *
 * A floor, made for ratings. What follows in the paper, a target found from the ten highest scores and a window that slides down to
 * choose who rated it, gives a set and no ranking; it is left out.
 */

import { NO_OPTIONS, type NoOptions } from '../../options.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';

/** @example await unrap.score({ interactions, originals, options: {}, seed, context }) */
export const unrap: Detector<NoOptions> = {
  name: 'unrap',
  title: 'what of a row the means of rows and columns leave unexplained (Hv): a floor made for ratings',
  kind: 'floor',
  source:
    "Bryan, O'Mahony, Cunningham: Unsupervised Retrieval of Attack Profiles in Collaborative Recommender Systems, RecSys 2008",
  version: 1,
  reads: 'originals',
  options: NO_OPTIONS,
  defaults: {},
  presets: {},
  cost: ({ users, items, interactions }) => ({ operations: 8 * interactions, bytes: 16 * users + 8 * items }),
  async score(request) {
    const { interactions, originals } = request;
    startScoring('unrap', NO_OPTIONS, request);
    const { users, items, rowPointers, columns, nonZeros } = interactions;
    const rating = (e: number) => originals?.ratings?.[e] ?? 1;
    const columnMeans = new Float64Array(items);
    for (let e = 0; e < nonZeros; e++) columnMeans[columns[e]] += rating(e) / users;
    const [sumOfMeans, sumOfSquares] = [
      columnMeans.reduce((sum, mean) => sum + mean, 0),
      columnMeans.reduce((sum, mean) => sum + mean * mean, 0),
    ];
    const mean = items === 0 ? 0 : sumOfMeans / items;
    return Float64Array.from({ length: users }, (_, user) => {
      let [sum, squares, along] = [0, 0, 0];
      for (let e = rowPointers[user]; e < rowPointers[user + 1]; e++) {
        sum += rating(e);
        squares += rating(e) ** 2;
        along += rating(e) * columnMeans[columns[e]];
      }
      const variation = items === 0 ? 0 : squares - (sum * sum) / items;
      if (!(variation > 1e-12 * squares)) return 0;
      // sum of (r - m_i - c)^2 with c = m_u - m, a constant of the row
      const c = sum / items - mean;
      const unexplained = squares - 2 * (along + c * sum) + sumOfSquares + 2 * c * sumOfMeans + items * c * c;
      return Math.max(0, unexplained) / variation;
    });
  },
};
