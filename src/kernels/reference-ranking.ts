/** Top-k lists and target ranks in plain TypeScript: every score, then a sort. The definition, not the fast way. */

import { RecauditError } from '../errors.js';
import type { RankingInput, TopKInput, TopKScoresInput } from './ranking-types.js';
import type { FloatArray } from './types.js';

/** `score(j, i)`: of the j-th requested user and item i. */
function rank<A extends FloatArray>(
  name: string,
  { n, rows, seenPointers, seenItems, top, outItems, outScores, targets, outRanks }: RankingInput<A>,
  score: (j: number, i: number) => number,
): void {
  const scores = new Float64Array(n);
  for (let j = 0; j < rows.length; j++) {
    for (let i = 0; i < n; i++) {
      scores[i] = score(j, i);
      if (Number.isFinite(scores[i])) continue;
      throw new RecauditError(
        'numeric',
        `${name}: expected finite scores, got ${scores[i]} for user ${rows[j]}, item ${i}`,
      );
    }
    const seen = new Set(seenItems.subarray(seenPointers[j], seenPointers[j + 1]));
    const ranked: number[] = [];
    for (let i = 0; i < n; i++) if (!seen.has(i)) ranked.push(i);
    ranked.sort((a, b) => scores[b] - scores[a] || a - b);
    for (let r = 0; r < top; r++) {
      outItems[j * top + r] = r < ranked.length ? ranked[r] : -1;
      if (outScores) outScores[j * top + r] = r < ranked.length ? scores[ranked[r]] : 0;
    }
    if (targets && outRanks) {
      for (let t = 0; t < targets.length; t++)
        outRanks[j * targets.length + t] = ranked.indexOf(targets[t]) + 1;
    }
  }
}

function topK<A extends FloatArray>(input: TopKInput<A>): void {
  const { users, items, k, rows } = input;
  rank('topK', input, (j, i) => {
    let score = 0;
    for (let l = 0; l < k; l++) score += users[rows[j] * k + l] * items[i * k + l];
    return score;
  });
}

function topKScores<A extends FloatArray>(input: TopKScoresInput<A>): void {
  rank('topKScores', input, (j, i) => input.scores[j * input.n + i]);
}

export function createReferenceRanking<A extends FloatArray>() {
  return { topK: topK<A>, topKScores: topKScores<A> };
}
