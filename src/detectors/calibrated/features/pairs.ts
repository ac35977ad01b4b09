/**
 * What the pairs of items in a profile say, with the user left out: q_i = p_i - 1 other clickers of i, c_ij of both, N users.
 *
 *     l_ij = log((c_ij + 0.1) / (q_i q_j / N + 0.1))
 *     fit of a click g_ui = mean over j in u of l_ij          novelty of a click = share of j in u with c_ij = 0
 *     incoherence_u = -mean over pairs of l_ij                novel_u = share of pairs with c_ij = 0
 *     isolated_u = share of clicks whose novelty is 1         twin_u = max J_ij log(1 + c_ij),  J_ij = c_ij / (q_i + q_j - c_ij)
 *     excess_u = mean of the ten largest c_ij log((c_ij + 1) / (q_i q_j / N + 1))
 *
 * No matrix of items x items: for each item, the rows of its clickers are counted into one dense row, and then visited. Work is
 * the sum of squared profile sizes.
 */

import type { InteractionMatrix } from '../../../data/interactions.js';

const SMOOTHING = 0.1;
const LARGEST = 10;

export interface PairStatistics {
  /** one value a user; NaN where a profile has no pair */
  readonly incoherence: Float64Array;
  readonly novel: Float64Array;
  readonly isolated: Float64Array;
  readonly twin: Float64Array;
  readonly excess: Float64Array;
  /** one value an entry, in CSR order; NaN where a profile has no pair */
  readonly fit: Float64Array;
  readonly novelty: Float64Array;
}

/** Called after some items, to report and to let messages in. */
export type Breath = (done: number, total: number) => Promise<void>;

/** Scratch of one item: what each other item has in common with it. */
interface Row {
  readonly counts: Int32Array;
  readonly lifts: Float64Array;
  readonly twins: Float64Array;
  readonly excesses: Float64Array;
  readonly touched: Int32Array;
}

/** Counts the later items of the item's clickers; returns how many there are. */
function countRow(matrix: InteractionMatrix, item: number, { counts, touched }: Row): number {
  const { rowPointers, columns } = matrix;
  const { columnPointers, rowIndices, csrPositions } = matrix.csc();
  let size = 0;
  for (let p = columnPointers[item]; p < columnPointers[item + 1]; p++) {
    const end = rowPointers[rowIndices[p] + 1];
    for (let e = csrPositions[p] + 1; e < end; e++) {
      const other = columns[e];
      if (counts[other]++ === 0) touched[size++] = other;
    }
  }
  return size;
}

function weighRow(row: Row, size: number, own: number, degrees: Int32Array, users: number): void {
  const { counts, lifts, twins, excesses, touched } = row;
  for (let n = 0; n < size; n++) {
    const other = touched[n];
    const common = counts[other] - 1;
    const others = degrees[other] - 1;
    const expected = (own * others) / users;
    lifts[other] = Math.log((common + SMOOTHING) / (expected + SMOOTHING));
    if (common === 0) {
      twins[other] = 0;
      excesses[other] = 0;
    } else {
      twins[other] = (common / (own + others - common)) * Math.log(1 + common);
      excesses[other] = common * Math.log((common + 1) / (expected + 1));
    }
  }
}

/** Puts a value among the largest of a user, which lie in falling order from `from`. */
function keepLargest(largest: Float64Array, from: number, value: number): void {
  let place = from + LARGEST - 1;
  if (value <= largest[place]) return;
  while (place > from && largest[place - 1] < value) {
    largest[place] = largest[place - 1];
    place--;
  }
  largest[place] = value;
}

/** @example (await pairStatistics(interactions)).incoherence // Float64Array, one a user */
export async function pairStatistics(matrix: InteractionMatrix, breathe?: Breath): Promise<PairStatistics> {
  const { users, items, rowPointers, columns } = matrix;
  const { columnPointers, rowIndices, csrPositions } = matrix.csc();
  const degrees = matrix.itemDegrees();
  const row: Row = {
    counts: new Int32Array(items),
    lifts: new Float64Array(items),
    twins: new Float64Array(items),
    excesses: new Float64Array(items),
    touched: new Int32Array(items),
  };
  const { counts, lifts, twins, excesses, touched } = row;
  const fit = new Float64Array(columns.length);
  const novelty = new Float64Array(columns.length);
  const twin = new Float64Array(users);
  const largest = new Float64Array(users * LARGEST);
  for (let item = 0; item < items; item++) {
    const size = countRow(matrix, item, row);
    weighRow(row, size, degrees[item] - 1, degrees, users);
    for (let p = columnPointers[item]; p < columnPointers[item + 1]; p++) {
      const user = rowIndices[p];
      const own = csrPositions[p];
      const end = rowPointers[user + 1];
      for (let e = own + 1; e < end; e++) {
        const other = columns[e];
        const lift = lifts[other];
        fit[own] += lift;
        fit[e] += lift;
        if (counts[other] === 1) {
          novelty[own]++;
          novelty[e]++;
        } else {
          if (twins[other] > twin[user]) twin[user] = twins[other];
          keepLargest(largest, user * LARGEST, excesses[other]);
        }
      }
    }
    for (let n = 0; n < size; n++) counts[touched[n]] = 0;
    if (item % 256 === 255) await breathe?.(item + 1, items);
  }
  return { fit, novelty, ...ofUsers(matrix, fit, novelty, twin, largest) };
}

/** Sums of clicks become means, in place; means of clicks become those of users. */
function ofUsers(
  { users, rowPointers }: InteractionMatrix,
  fit: Float64Array,
  novelty: Float64Array,
  twin: Float64Array,
  largest: Float64Array,
): Omit<PairStatistics, 'fit' | 'novelty'> {
  const [incoherence, novel, isolated, excess] = [0, 0, 0, 0].map(() =>
    new Float64Array(users).fill(Number.NaN),
  );
  for (let u = 0; u < users; u++) {
    const [from, to] = [rowPointers[u], rowPointers[u + 1]];
    const others = to - from - 1;
    if (others < 1) {
      twin[u] = Number.NaN;
      fit.fill(Number.NaN, from, to);
      novelty.fill(Number.NaN, from, to);
      continue;
    }
    let [lifts, unseen, alone] = [0, 0, 0];
    for (let e = from; e < to; e++) {
      fit[e] /= others;
      novelty[e] /= others;
      lifts += fit[e];
      unseen += novelty[e];
      if (novelty[e] === 1) alone++;
    }
    incoherence[u] = -lifts / (others + 1);
    novel[u] = unseen / (others + 1);
    isolated[u] = alone / (others + 1);
    const pairs = Math.min(LARGEST, (others * (others + 1)) / 2);
    let sum = 0;
    for (let n = 0; n < LARGEST; n++) sum += Math.max(0, largest[u * LARGEST + n]);
    excess[u] = sum / pairs;
  }
  return { incoherence, novel, isolated, twin, excess };
}
