/**
 * One sweep of alternating least squares for WRMF (Hu, Koren, Volinsky 2008; the loss is equation 5 of the paper).
 *
 * With Q fixed, every user's factors are the solution of one system; sums run over the user's clicks:
 *
 *     (Q^T Q + lambda I + (alpha - 1) sum_i q_i q_i^T) p_u = alpha sum_i q_i,
 *
 * and every item's of the same with P fixed. A user or item without a click gets exactly 0.
 *
 * The systems are solved exactly. Some steps of conjugate gradient would take fewer operations, but the partial
 * hypergradient is the derivative of the exact solution, and the factorisations run at the matrix product's rate.
 */

import { type CsrRows, createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, RowSystems, SparsePattern } from '../../kernels/types.js';

export interface AlsProblem {
  readonly users: number;
  readonly items: number;
  /** rows from here on are fake */
  readonly realUsers: number;
  readonly interactions: CsrRows;
  /** K */
  readonly factors: number;
  /** alpha */
  readonly positiveWeight: number;
  /** lambda */
  readonly regularisation: number;
}

/** What the sweeps of one problem work on, in kernel memory. */
export interface AlsData<A extends FloatArray> {
  readonly problem: AlsProblem;
  /** users x items */
  readonly pattern: SparsePattern;
  /** alpha at every click */
  readonly values: A;
  /** one value a click */
  readonly scores: A;
  /** K x K */
  readonly gramP: A;
  readonly gramQ: A;
}

export function createAlsData<A extends FloatArray>(kernels: Kernels<A>, problem: AlsProblem): AlsData<A> {
  const { users, items, factors: k } = problem;
  const everyone = Int32Array.from({ length: users }, (_, user) => user);
  const pattern = createPattern(kernels, problem.interactions, everyone, items);
  const values = kernels.allocate(pattern.nonZeros);
  kernels.fill(values, problem.positiveWeight);
  const scores = kernels.allocate(pattern.nonZeros);
  return { problem, pattern, values, scores, gramP: kernels.allocate(k * k), gramQ: kernels.allocate(k * k) };
}

export function releaseAlsData<A extends FloatArray>(kernels: Kernels<A>, data: AlsData<A>): void {
  releasePattern(kernels, data.pattern);
  for (const array of [data.values, data.scores, data.gramP, data.gramQ]) kernels.release(array);
}

/**
 * The systems of all users or of all items.
 *
 * @param factors those of the other side
 * @param base K x K, overwritten with factors^T factors + lambda I
 */
export function alsSystems<A extends FloatArray>(
  kernels: Kernels<A>,
  { problem, pattern }: Pick<AlsData<A>, 'problem' | 'pattern'>,
  of: 'users' | 'items',
  factors: A,
  base: A,
): RowSystems<A> {
  const { users, items, factors: k, positiveWeight, regularisation } = problem;
  kernels.gram(of === 'users' ? items : users, k, factors, base);
  for (let i = 0; i < k; i++) base[i * k + i] += regularisation;
  const { rowPointers, columnIndices, columnPointers, rowIndices } = pattern;
  const side =
    of === 'users'
      ? { rows: users, rowPointers, columnIndices }
      : { rows: items, rowPointers: columnPointers, columnIndices: rowIndices };
  return { ...side, factors, k, base, weight: positiveWeight - 1 };
}

/**
 * All users, then all items, in place. Returns the weighted squared error afterwards, regularisation excluded:
 * tr(P^T P Q^T Q) + sum over clicks of alpha (1 - r)^2 - r^2.
 */
export function alsSweep<A extends FloatArray>(kernels: Kernels<A>, data: AlsData<A>, p: A, q: A): number {
  const { problem, pattern, values, scores, gramP, gramQ } = data;
  const { users, items, factors: k, positiveWeight: alpha } = problem;
  kernels.spmm(pattern, values, q, k, p);
  kernels.solveRows(alsSystems(kernels, data, 'users', q, gramQ), p);
  kernels.spmmTransposed(pattern, values, p, k, q);
  kernels.solveRows(alsSystems(kernels, data, 'items', p, gramP), q);
  kernels.gram(users, k, p, gramP);
  kernels.gram(items, k, q, gramQ);
  kernels.sddmm(pattern, p, q, k, scores);
  const squares = (alpha - 1) * kernels.dot(scores, scores);
  return kernels.dot(gramP, gramQ) + squares - 2 * alpha * kernels.sum(scores) + alpha * pattern.nonZeros;
}

/**
 * Operations of one sweep: a factorisation of K^3 / 3 and two substitutions of K^2 each for every user and item, K^2
 * for every click on both sides (half of a symmetric product), Gram products, right sides and the loss.
 *
 * @example sweepOperations({ users: 13149, items: 14007, interactions: 428619 }, WRMF_ALS_DEFAULTS) // 3.5e10
 */
export function sweepOperations(
  {
    users,
    items,
    interactions,
  }: { readonly users: number; readonly items: number; readonly interactions: number },
  { factors: k }: Pick<AlsProblem, 'factors'>,
): number {
  return (users + items) * (k ** 3 / 3 + 4 * k * k) + interactions * (2 * k * k + 6 * k);
}
