/**
 * The K x K systems of all users or all items, solved again and again: their factors are kept where memory allows, else
 * made anew each time. Both give the same bits. What it is not: a model.
 */

import type { FloatArray, Kernels, RowSystems } from '../../kernels/types.js';

export interface BlockSolver<A extends FloatArray> {
  /** In place: right sides, then solutions. */
  solve(x: A): void;
  release(): void;
}

/** Factors are kept while they take at most this share of the kernel memory that is left. */
const KEPT_SHARE = 0.5;

/**
 * @param systems its arrays stay the caller's, and as they are, until `release`
 * @throws RecauditError `numeric` where a matrix is not positive definite; with factors that are not kept, `solve` throws it
 */
export function createBlockSolver<A extends FloatArray>(
  kernels: Kernels<A>,
  systems: RowSystems<A>,
): BlockSolver<A> {
  const { used, limit } = kernels.memory();
  const fits = kernels.factorBytes(systems.rows, systems.k) <= KEPT_SHARE * (limit - used);
  if (!fits) return { solve: (x) => kernels.solveRows(systems, x), release: () => {} };
  const factors = kernels.factorRows(systems);
  return { solve: (x) => kernels.solveFactored(factors, x), release: () => factors.release() };
}
