/** Row systems, solved at once or factored first, in plain TypeScript: each system formed and factored in float64, entry by entry. */

import { notPositiveDefinite } from './row-systems.js';
import type { FloatArray, RowFactors, RowSystems } from './types.js';

/** S = U^T U in place (the upper triangle); false where a pivot is not positive and finite. */
function factorise(s: Float64Array, k: number): boolean {
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) {
      for (let l = 0; l < i; l++) s[i * k + j] -= s[l * k + i] * s[l * k + j];
      if (j > i) s[i * k + j] /= s[i * k + i];
      else if (s[i * k + i] > 0 && s[i * k + i] < Number.POSITIVE_INFINITY)
        s[i * k + i] = Math.sqrt(s[i * k + i]);
      else return false;
    }
  }
  return true;
}

/** x = U^-1 U^-T x. */
function substitute(u: Float64Array, k: number, x: Float64Array): void {
  for (let i = 0; i < k; i++) {
    for (let l = 0; l < i; l++) x[i] -= u[l * k + i] * x[l];
    x[i] /= u[i * k + i];
  }
  for (let i = k - 1; i >= 0; i--) {
    for (let j = i + 1; j < k; j++) x[i] -= u[i * k + j] * x[j];
    x[i] /= u[i * k + i];
  }
}

/** The factor of row `row`'s matrix. */
function factorOf<A extends FloatArray>(systems: RowSystems<A>, row: number): Float64Array {
  const { rowPointers, columnIndices, factors, k, base, weight } = systems;
  const s = Float64Array.from(base);
  for (let e = rowPointers[row]; e < rowPointers[row + 1]; e++) {
    const f = columnIndices[e] * k;
    for (let i = 0; i < k; i++)
      for (let j = i; j < k; j++) s[i * k + j] += weight * factors[f + i] * factors[f + j];
  }
  if (!factorise(s, k)) throw notPositiveDefinite(row);
  return s;
}

/** Solves with the factor that `factorAt` gives of each row; a right side of 0 needs none. */
function solve<A extends FloatArray>(
  { rows, k }: Pick<RowFactors, 'rows' | 'k'>,
  factorAt: (row: number) => Float64Array,
  x: A,
): void {
  for (let row = 0; row < rows; row++) {
    const solution = Float64Array.from(x.subarray(row * k, (row + 1) * k));
    if (solution.every((value) => value === 0)) continue;
    substitute(factorAt(row), k, solution);
    x.set(solution, row * k);
  }
}

interface KeptFactors extends RowFactors {
  readonly kept: readonly Float64Array[];
}

function factorRows<A extends FloatArray>(systems: RowSystems<A>): KeptFactors {
  const { rows, k } = systems;
  const kept = Array.from({ length: rows }, (_, row) => factorOf(systems, row));
  return { rows, k, kept, release: () => {} };
}

export function createReferenceSolve<A extends FloatArray>() {
  return {
    solveRows: (systems: RowSystems<A>, x: A): void => solve(systems, (row) => factorOf(systems, row), x),
    factorBytes: (rows: number, k: number): number => 8 * rows * k * k,
    factorRows: (systems: RowSystems<A>): RowFactors => factorRows(systems),
    solveFactored: (factors: RowFactors, x: A): void =>
      solve(factors, (row) => (factors as KeptFactors).kept[row], x),
  };
}
