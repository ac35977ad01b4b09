/**
 * ItemCF: items like the ones a user clicked (Sarwar et al. 2001, as the paper uses it). Every clicked item j speaks for
 * its own k most similar items N(j):
 *
 *     score(u, i) = sum over j clicked by u, i in N(j), of s_ji        s_ji: jaccard or cosine of who clicked them
 *
 * What it is not: the variant that keeps the k clicked items most similar to the candidate.
 */

import { neighbourRecommender } from './neighbours/neighbour-recommender.js';
import { itemRows } from './neighbours/neighbours.js';

/** Defaults are the authors' values. @example const fitted = await itemCf.fit(train, itemCf.defaults, SeedKey.root(1), { kernels }); */
export const itemCf = neighbourRecommender({
  name: 'item-cf',
  title: 'items similar to the clicked ones (ItemCF in the paper)',
  source:
    'Sarwar, Karypis, Konstan, Riedl: Item-Based Collaborative Filtering Recommendation Algorithms, WWW 2001',
  // 2: equal scores by popularity.
  version: 2,
  of: 'items',
  neighbours: 50,
  similarity: 'jaccard',
  presets: {
    // 300 items of a dense matrix: nearly all of them have something to say.
    synthetic: { neighbours: 200 },
    // Recall@50 on the Gowalla 15-core: 0.311 for 0.304.
    tuned: { similarity: 'cosine' },
  },
  rowsOf: itemRows,
  scoresOf({ k, indices, similarities }, { rowPointers, columns, items }) {
    return (users, out) => {
      out.fill(0);
      for (let j = 0; j < users.length; j++) {
        const base = j * items;
        for (let e = rowPointers[users[j]]; e < rowPointers[users[j] + 1]; e++) {
          const first = columns[e] * k;
          for (let n = first; n < first + k && indices[n] >= 0; n++)
            out[base + indices[n]] += similarities[n];
        }
      }
    };
  },
});
