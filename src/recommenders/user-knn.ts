/**
 * User-kNN: what similar users clicked. With N(u) the k users most similar to u,
 *
 *     score(u, i) = sum over v in N(u) who clicked i of s_uv           s_uv: cosine or jaccard of what they clicked
 */

import { neighbourRecommender } from './neighbours/neighbour-recommender.js';
import { userRows } from './neighbours/neighbours.js';

/** @example const fitted = await userKnn.fit(train, userKnn.defaults, SeedKey.root(1), { kernels }); */
export const userKnn = neighbourRecommender({
  name: 'user-knn',
  title: 'what similar users clicked',
  source: 'Sarwar, Karypis, Konstan, Riedl: Analysis of Recommendation Algorithms for E-Commerce, EC 2000',
  // 2: equal scores by popularity.
  version: 2,
  of: 'users',
  neighbours: 100,
  similarity: 'cosine',
  presets: { synthetic: {} },
  rowsOf: userRows,
  scoresOf({ k, indices, similarities }, { rowPointers, columns, items }) {
    return (users, out) => {
      out.fill(0);
      for (let j = 0; j < users.length; j++) {
        const base = j * items;
        const first = users[j] * k;
        for (let n = first; n < first + k && indices[n] >= 0; n++) {
          const weight = similarities[n];
          const end = rowPointers[indices[n] + 1];
          for (let e = rowPointers[indices[n]]; e < end; e++) out[base + columns[e]] += weight;
        }
      }
    };
  },
});
