/** What the ranking kernels read and write. What it is not: it ranks nothing. */

import type { FloatArray } from './operands.js';

/** What a ranking is asked for, whatever the scores come from. */
export interface RankingInput<A extends FloatArray> {
  /** number of items */
  readonly n: number;
  /** users to rank for, in the order of the output */
  readonly rows: Int32Array;
  /** seen items of the j-th requested row: `seenItems[seenPointers[j] .. seenPointers[j + 1])`, ascending */
  readonly seenPointers: Int32Array;
  readonly seenItems: Int32Array;
  /** list length */
  readonly top: number;
  /** rows.length x top: unseen items by falling score, ties to the lower index; -1 pads a short list */
  readonly outItems: Int32Array;
  /** the scores of `outItems` (0 in padding), when given */
  readonly outScores?: A;
  /** items whose rank is wanted */
  readonly targets?: Int32Array;
  /** rows.length x targets.length: 1-based rank among the unseen items, 0 where the user has seen the target */
  readonly outRanks?: Int32Array;
}

/** Scores users_u . items_i. */
export interface TopKInput<A extends FloatArray> extends RankingInput<A> {
  /** user factors, one row a user of the table; `rows` are rows of it */
  readonly users: A;
  /** item factors, n x k */
  readonly items: A;
  readonly k: number;
}

/** Scores as they are. */
export interface TopKScoresInput<A extends FloatArray> extends RankingInput<A> {
  /** rows.length x n: row j holds the scores of user rows[j]. Read only. */
  readonly scores: A;
}
