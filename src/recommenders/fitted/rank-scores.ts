/**
 * Ranked lists of models that score whole rows: every item for some users at a time. What it is not: for scores that are
 * a dot product of factors, `rankByFactors` needs no users x items scores at all.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { RankingInput } from '../../kernels/ranking-types.js';
import type { Kernels } from '../../kernels/types.js';
import type { RankedLists, RankRequest } from '../types.js';
import { type ItemOrder, popularityOrder } from './popularity-order.js';
import { rankWith } from './rank.js';

/**
 * Writes score(users[j], i) to out[j * items + i], for all j and i. `out` is kernel memory and holds anything before;
 * `users` are rows of the training matrix, in kernel memory.
 */
export type ScoreRows = (users: Int32Array, out: Float32Array) => void;

/**
 * Seconds to write one score of one user, put it in its place by popularity, and rank it: memory, not arithmetic, takes them. With a load of
 * 5 on 2 cores it took 4.4 ns on 14,007 items and 3.7 ns on 120,722 (the lists of `popularity`, best of 4); the order by popularity is most of it.
 */
export const SCORE_SECONDS = 3e-9;

/** Most bytes of scores at once; one user's row where even that is longer. */
const SCORE_BYTES = 2 ** 25;
const FLOAT = 4;

/** Users whose scores are held at once: all of them, or a number that 64 (the kernel's chunk) divides where it can. */
export function usersAtOnce(users: number, items: number): number {
  const most = Math.max(1, Math.floor(SCORE_BYTES / (FLOAT * Math.max(1, items))));
  return Math.min(users, most < 64 ? most : most - (most % 64));
}

/**
 * Ranks every requested user's unseen items by falling score, equal scores by popularity. At most 32 MiB of scores are held
 * at once (one row, where a row is longer). Users without clicks are not scored: they get the items by popularity.
 *
 * @param train whose rows are the seen items
 * @param order that equal scores are ranked by; null, that of the indices, is for scores that are equal by rounding alone
 * @throws RecauditError `config` for users, targets or a list length that the data do not have, `numeric` when a score
 *   is not finite
 * @example
 * const counts = train.itemDegrees();
 * rankByScores(kernels, train, request, (users, out) => users.forEach((_, j) => out.set(counts, j * train.items)));
 */
export function rankByScores(
  kernels: Kernels<Float32Array>,
  train: InteractionMatrix,
  request: RankRequest,
  scoreRows: ScoreRows,
  order: ItemOrder | null = popularityOrder(train),
): RankedLists {
  return rankWith(kernels, train, request, { order }, (ranking) => {
    const count = ranking.rows.length;
    const step = usersAtOnce(count, ranking.n);
    const scores = kernels.allocate(step * ranking.n);
    try {
      for (let first = 0; first < count; first += step) {
        const part = partOf(ranking, first, Math.min(first + step, count));
        const out = scores.subarray(0, part.rows.length * ranking.n);
        scoreRows(part.rows, out);
        if (order !== null) toPlaces(out, order.items);
        kernels.topKScores({ ...part, scores: out });
      }
    } finally {
      kernels.release(scores);
    }
  });
}

/** From the order of the items to that of places, row by row, in place. */
function toPlaces(scores: Float32Array, items: Int32Array): void {
  const n = items.length;
  const row = new Float32Array(n);
  for (let first = 0; first < scores.length; first += n) {
    row.set(scores.subarray(first, first + n));
    for (let place = 0; place < n; place++) scores[first + place] = row[items[place]];
  }
}

/** The ranking of requested users [first, end) alone, over the same memory. */
function partOf(ranking: RankingInput<Float32Array>, first: number, end: number): RankingInput<Float32Array> {
  const { rows, seenPointers, top, outItems, targets, outRanks } = ranking;
  return {
    ...ranking,
    rows: rows.subarray(first, end),
    seenPointers: seenPointers.subarray(first, end + 1),
    outItems: outItems.subarray(first * top, end * top),
    ...(targets && outRanks && { outRanks: outRanks.subarray(first * targets.length, end * targets.length) }),
  };
}
