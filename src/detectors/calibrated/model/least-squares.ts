/** Linear models of few columns: rows, what they predict, and weighted least squares. */

import { solveSymmetric } from './solve.js';

/** Rows of a table, row-major. */
export interface Rows {
  readonly values: Float64Array;
  readonly width: number;
}

/** x_n . c @example predicted({ values: Float64Array.of(1, 2), width: 2 }, 0, Float64Array.of(3, 4)) // 11 */
export function predicted({ values, width }: Rows, row: number, coefficients: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += values[row * width + c] * coefficients[c];
  return sum;
}

/**
 * The coefficients c with the least sum over n of w_n (v_n - x_n . c)^2, a little towards 0; all 0 where nothing weighs.
 *
 * @param right v; rows where it is not finite are left out
 * @param weights w; null: all 1
 * @param ridge added to the diagonal, by column, as a share of the total weight
 * @example leastSquares(rows, values, null, () => 1e-9)
 */
export function leastSquares(
  { values, width }: Rows,
  right: ArrayLike<number>,
  weights: Float64Array | null,
  ridge: (column: number) => number,
): Float64Array {
  const gram = new Float64Array(width * width);
  const products = new Float64Array(width);
  let total = 0;
  for (let n = 0; n < right.length; n++) {
    if (!Number.isFinite(right[n])) continue;
    const weight = weights === null ? 1 : weights[n];
    total += weight;
    for (let r = 0; r < width; r++) {
      const left = weight * values[n * width + r];
      products[r] += left * right[n];
      for (let c = 0; c < width; c++) gram[r * width + c] += left * values[n * width + c];
    }
  }
  if (total === 0) return new Float64Array(width);
  for (let c = 0; c < width; c++) gram[c * width + c] += ridge(c) * total;
  return solveSymmetric(gram, products);
}
