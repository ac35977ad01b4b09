/**
 * How strongly an item is recommended to an audience, as an outer objective to be raised. Users who have clicked the item
 * are no audience: it is never recommended to them. Three goals, each a mean over the audience's users v, with the item's
 * score s_v and theta_v the score it must beat to stand among v's top k unseen items:
 *
 *     score          s_v
 *     hits           sigmoid((s_v - theta_v) / tau), tau = smoothing * mean |theta_v|; theta and tau are constants
 *     cross-entropy  log softmax of the item among all items: equation 3 of the paper with the sign turned
 *
 * `hits` is a hit ratio that can be differentiated: what matters is the users for whom the item is near their list.
 * Cross-entropy counts each user's whole list of scores, also where the item has no chance.
 */

import type { OuterObjective, ScoreModel } from '../autodiff/index.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { createFactorObjective, type FactorsIn } from './factor-objective.js';

export const ITEM_GOALS = ['hits', 'score', 'cross-entropy'] as const;
export type ItemGoal = (typeof ITEM_GOALS)[number];

/** Users to whom the item can be recommended, with what they have seen. */
export interface Audience {
  /** distinct users without a click on the item, in kernel memory */
  readonly users: Int32Array;
  /** seen items of the j-th of them: `seenItems[seenPointers[j] .. seenPointers[j + 1])`, ascending; in kernel memory */
  readonly seenPointers: Int32Array;
  readonly seenItems: Int32Array;
}

export interface ItemTarget {
  readonly item: number;
  readonly audience: Audience;
  readonly goal: ItemGoal;
  /** k, the length of a list: what `hits` is about */
  readonly top: number;
  /** tau as a share of the mean |theta| */
  readonly smoothing: number;
}

/** Users ranked at once. */
const BLOCK = 4096;

/** The scores at the end of each user's list: of the k-th best unseen item, and of the next. -Infinity where there is none. */
export interface ListEdges {
  readonly last: Float64Array;
  readonly next: Float64Array;
}

/**
 * @param users m x k, one row for each user of `seen`
 * @example listEdges(kernels, { users, m, items, n, k }, audience, 50)
 */
export function listEdges<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, m, items, n, k }: Pick<FactorsIn<A>, 'users' | 'm' | 'items' | 'n' | 'k'>,
  { seenPointers, seenItems }: Omit<Audience, 'users'>,
  top: number,
): ListEdges {
  const listed = Math.min(n, top + 1);
  const block = Math.min(m, BLOCK);
  const outItems = kernels.allocateIndices(block * listed);
  const outScores = kernels.allocate(block * listed);
  const rows = kernels.allocateIndices(block);
  const edges = { last: new Float64Array(m), next: new Float64Array(m) };
  try {
    for (let start = 0; start < m; start += block) {
      const count = Math.min(block, m - start);
      for (let j = 0; j < count; j++) rows[j] = start + j;
      kernels.topK({
        users,
        items,
        k,
        n,
        rows: rows.subarray(0, count),
        seenPointers: seenPointers.subarray(start, start + count + 1),
        seenItems,
        top: listed,
        outItems: outItems.subarray(0, count * listed),
        outScores: outScores.subarray(0, count * listed) as A,
      });
      const at = (j: number, place: number) => {
        const entry = j * listed + place;
        return place < listed && outItems[entry] >= 0 ? outScores[entry] : Number.NEGATIVE_INFINITY;
      };
      for (let j = 0; j < count; j++) {
        edges.last[start + j] = at(j, top - 1);
        edges.next[start + j] = at(j, top);
      }
    }
  } finally {
    for (const array of [outItems, outScores, rows]) kernels.release(array);
  }
  return edges;
}

/** Scores are equal within the rounding of float32: they may come from two kernels. */
const ROUNDING = 1e-6;

/**
 * The score that the item must beat to stand in a list: the last one of the list without it.
 *
 * @param score the item's own
 */
export function thresholdOf(score: number, last: number, next: number): number {
  return score >= last - ROUNDING * Math.abs(last) ? next : last;
}

/** Of each user of the edges. */
export function thresholdsOf(scores: ArrayLike<number>, { last, next }: ListEdges): Float64Array {
  return last.map((score, v) => thresholdOf(scores[v], score, next[v]));
}

/** Of thresholds that exist. */
function meanSize(thresholds: ArrayLike<number>): number {
  const finite = Array.from(thresholds).filter(Number.isFinite);
  return finite.reduce((sum, theta) => sum + Math.abs(theta), 0) / Math.max(1, finite.length);
}

/** A goal by the scores of the item: its value, and its derivative by each score. */
export interface ScoreGoal {
  readonly value: number;
  readonly slopes: Float64Array;
}

/**
 * @param thresholds of `hits`; `score` reads none
 * @example itemGoal({ goal: 'hits', smoothing: 0.1 }, scores, thresholds).slopes
 */
export function itemGoal(
  { goal, smoothing }: { readonly goal: Exclude<ItemGoal, 'cross-entropy'>; readonly smoothing: number },
  scores: ArrayLike<number>,
  thresholds: ArrayLike<number>,
): ScoreGoal {
  const m = scores.length;
  const slopes = new Float64Array(m);
  if (goal === 'score') {
    let sum = 0;
    for (let v = 0; v < m; v++) sum += scores[v];
    return { value: sum / Math.max(1, m), slopes: slopes.fill(1 / Math.max(1, m)) };
  }
  const tau = smoothing * meanSize(thresholds);
  let hits = 0;
  for (let v = 0; v < m; v++) {
    const share = tau > 0 ? sigmoid((scores[v] - thresholds[v]) / tau) : 0;
    hits += share;
    slopes[v] = tau > 0 ? (share * (1 - share)) / (tau * m) : 0;
  }
  return { value: hits / Math.max(1, m), slopes };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The objective, larger where the item is pushed more.
 *
 * @example
 * const objective = createItemObjective(kernels, optimum.scores, { item, audience, goal: 'hits', top: 50, smoothing: 0.1 });
 */
export function createItemObjective<A extends FloatArray>(
  kernels: Kernels<A>,
  scores: ScoreModel<A>,
  target: ItemTarget,
): OuterObjective<A> {
  const { goal, audience } = target;
  return createFactorObjective(kernels, scores, audience.users, (factors) =>
    goal === 'cross-entropy'
      ? crossEntropy(kernels, factors, target.item)
      : byScores(kernels, factors, { ...target, goal }),
  );
}

function crossEntropy<A extends FloatArray>(
  kernels: Kernels<A>,
  { realUsers: _, ...factors }: FactorsIn<A>,
  item: number,
): number {
  const targets = kernels.allocateIndices(1);
  targets[0] = item;
  const scale = -1 / factors.m;
  try {
    return scale * kernels.softmaxCrossEntropy({ ...factors, targets, scale });
  } finally {
    kernels.release(targets);
  }
}

/** The item's factors alone, and each user's, are moved by a goal of the item's scores. */
function byScores<A extends FloatArray>(
  kernels: Kernels<A>,
  factors: FactorsIn<A>,
  target: ItemTarget & { readonly goal: Exclude<ItemGoal, 'cross-entropy'> },
): number {
  const { users, m, items, k, gradUsers, gradItems } = factors;
  const { item, goal } = target;
  const [q, scores, slopes, ofItem] = [k, m, m, k].map((length) => kernels.allocate(length));
  try {
    for (let d = 0; d < k; d++) q[d] = items[item * k + d];
    kernels.matmul(m, 1, k, users, false, q, false, scores);
    const thresholds =
      goal === 'hits' ? thresholdsOf(scores, listEdges(kernels, factors, target.audience, target.top)) : [];
    const reached = itemGoal(target, scores, thresholds);
    slopes.set(reached.slopes);
    kernels.matmul(m, k, 1, slopes, false, q, false, gradUsers);
    kernels.fill(gradItems, 0);
    kernels.matmul(1, k, m, slopes, false, users, false, ofItem);
    for (let d = 0; d < k; d++) gradItems[item * k + d] = ofItem[d];
    return reached.value;
  } finally {
    for (const array of [q, scores, slopes, ofItem]) kernels.release(array);
  }
}
