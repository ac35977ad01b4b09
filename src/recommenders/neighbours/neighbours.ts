/**
 * The most similar rows of a sparse binary matrix, row by row: never rows x rows, dense or sparse. Items' nearest items
 * for `item-cf`, users' nearest users for `user-knn`. What it is not: a recommender.
 *
 * Plain TypeScript on one thread: the work is counting into an array that stays in cache, with no arithmetic to
 * vectorise.
 */

import { type ComputeContext, letMessagesIn, type TrainingShape } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { interrupted } from '../../errors.js';
import { BestList } from './best-list.js';

export const SIMILARITIES = ['jaccard', 'cosine'] as const;

/** With c common clicks of rows that have a and b: jaccard c / (a + b - c), cosine c / sqrt(a b). */
export type Similarity = (typeof SIMILARITIES)[number];

/** Clicks by users and by items, or by items and by users. */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  /** length rows + 1: entries of row r are positions pointers[r] to pointers[r + 1] of `indices` */
  readonly pointers: Int32Array;
  readonly indices: Int32Array;
  /** the same entries by columns */
  readonly columnPointers: Int32Array;
  readonly rowIndices: Int32Array;
}

/** k neighbours of each row by falling similarity, ties to the lower index. */
export interface Neighbours {
  readonly k: number;
  /** rows x k; -1 pads where fewer rows have anything in common */
  readonly indices: Int32Array;
  /** rows x k; 0 in padding */
  readonly similarities: Float32Array;
}

export function userRows(train: InteractionMatrix): SparseRows {
  const { users: rows, items: columns, rowPointers: pointers, columns: indices } = train;
  const { columnPointers, rowIndices } = train.csc();
  return { rows, columns, pointers, indices, columnPointers, rowIndices };
}

export function itemRows(train: InteractionMatrix): SparseRows {
  const { users, items, rowPointers, columns } = train;
  const { columnPointers, rowIndices } = train.csc();
  return {
    rows: items,
    columns: users,
    pointers: columnPointers,
    indices: rowIndices,
    columnPointers: rowPointers,
    rowIndices: columns,
  };
}

/** Rows between two reports of progress. */
const REPORT_ROWS = 1024;
const LEAST_REPORTS = 8;

/**
 * For each row the k most similar other rows; a row is no neighbour of itself, nor of one it has nothing in common with.
 * Time: one count for every pair of entries in one column (the sum of squared column sizes). Memory: the result.
 *
 * @param what for progress and errors, e.g. `item-cf`
 * @throws RecauditError `interrupted` when the signal fires
 * @example const { indices } = await nearestRows('item-cf', itemRows(train), { k: 50, similarity: 'jaccard' }, context)
 */
export async function nearestRows(
  what: string,
  matrix: SparseRows,
  { k, similarity }: { readonly k: number; readonly similarity: Similarity },
  { onProgress, signal }: Pick<ComputeContext, 'onProgress' | 'signal'>,
): Promise<Neighbours> {
  const { rows } = matrix;
  const found = { k, indices: new Int32Array(rows * k).fill(-1), similarities: new Float32Array(rows * k) };
  const common = createCounter(matrix);
  const best = new BestList(k);
  const step = Math.max(1, Math.min(REPORT_ROWS, Math.ceil(rows / LEAST_REPORTS)));
  for (let first = 0; first < rows; first += step) {
    const end = Math.min(first + step, rows);
    for (let row = first; row < end; row++) {
      common.offerTo(best, row, similarity);
      best.take(found.indices, found.similarities, row * k);
    }
    onProgress?.({ phase: `fit ${what}`, done: end, total: rows });
    await letMessagesIn();
    if (signal?.aborted) throw interrupted(`fitting ${what}`);
  }
  if (similarity === 'cosine')
    for (let n = 0; n < rows * k; n++) found.similarities[n] = Math.sqrt(found.similarities[n]);
  return found;
}

/** From this share of all rows on, candidates are found by looking at every row rather than by listing the reached ones. */
const LOOK_AT_ALL = 1 / 2;
/** Keeps the quick test below on the safe side of rounding. */
const BELOW = 1 - 2 ** -40;

/** Counts what a row has in common with every other. */
function createCounter({ rows, pointers, indices, columnPointers, rowIndices }: SparseRows) {
  const counts = new Int32Array(rows);
  const reached = new Int32Array(rows);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const sizes = all.map((row) => pointers[row + 1] - pointers[row]);

  const pairsOf = (row: number): number => {
    let pairs = 0;
    for (let e = pointers[row]; e < pointers[row + 1]; e++)
      pairs += columnPointers[indices[e] + 1] - columnPointers[indices[e]];
    return pairs;
  };

  const count = (row: number): void => {
    for (let e = pointers[row]; e < pointers[row + 1]; e++) {
      const end = columnPointers[indices[e] + 1];
      for (let p = columnPointers[indices[e]]; p < end; p++) counts[rowIndices[p]]++;
    }
  };

  const countReached = (row: number): number => {
    let found = 0;
    for (let e = pointers[row]; e < pointers[row + 1]; e++) {
      const end = columnPointers[indices[e] + 1];
      for (let p = columnPointers[indices[e]]; p < end; p++) {
        if (counts[rowIndices[p]]++ === 0) reached[found++] = rowIndices[p];
      }
    }
    return found;
  };

  /** The rows to look at, their counts in place. */
  const candidatesOf = (row: number): Int32Array => {
    if (pairsOf(row) < LOOK_AT_ALL * rows) return reached.subarray(0, countReached(row));
    count(row);
    return all;
  };

  return {
    /** Offers every other row that shares a column with `row`. The cosine is offered squared: exact for equal cosines. */
    offerTo(best: BestList, row: number, similarity: Similarity): void {
      const jaccard = similarity === 'jaccard';
      const candidates = candidatesOf(row);
      counts[row] = 0;
      let bound = 0;
      for (let n = 0; n < candidates.length; n++) {
        const other = candidates[n];
        const c = counts[other];
        counts[other] = 0;
        const above = jaccard ? c : c * c;
        const below = jaccard ? sizes[row] + sizes[other] - c : sizes[row] * sizes[other];
        if (above <= bound * below) continue;
        best.offer(above / below, other);
        bound = BELOW * best.bound;
      }
    },
  };
}

/** Mean of squared sizes over the squared mean size: 2.2 for the users and 3.1 for the items of the Gowalla 15-core. */
const UNEVENNESS = 3;
/** A count, measured where nearly all of them fall on rows counted before: 2 to 4 ns. */
const PAIR_SECONDS = 2e-9;
/** A pair of rows with something in common, measured where most have one thing: listed, compared, offered, cleared; 7 to 12 ns. */
const CANDIDATE_SECONDS = 9e-9;

/**
 * Seconds of `nearestRows`, an estimate. It counts the pairs of entries in one column, most of which a few heavy columns make, and then looks
 * at each pair of rows with something in common. How many these are is not known without counting: as many as if the pairs
 * of entries fell on pairs of rows at random.
 *
 * @param by whose clicks are the columns
 */
export function nearestSeconds(by: 'users' | 'items', shape: TrainingShape): number {
  const { interactions, squares } = shape;
  const pairs = squares?.[by] ?? (UNEVENNESS * interactions * interactions) / Math.max(1, shape[by]);
  const rows = shape[by === 'users' ? 'items' : 'users'];
  const candidates = rows === 0 ? 0 : rows * rows * -Math.expm1(-pairs / (rows * rows));
  return PAIR_SECONDS * pairs + CANDIDATE_SECONDS * candidates;
}
