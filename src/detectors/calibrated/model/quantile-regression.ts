/**
 * A linear quantile of a value (Koenker and Bassett 1978): the coefficients c with the least
 *
 *     sum over n of rho(v_n - x_n . c),   rho(r) = q r where r > 0, (q - 1) r otherwise,
 *
 * by iteratively reweighted least squares.
 */

import { solveSymmetric } from './solve.js';

const ROUNDS = 60;
/** A residual below this share of the mean weighs no more. */
const LEAST_RESIDUAL = 1e-3;
const RIDGE = 1e-9;
const CONVERGED = 1e-9;

/** Rows of a table, row-major. */
export interface Rows {
  readonly values: Float64Array;
  readonly width: number;
}

/** x_n . c @example dot({ values: Float64Array.of(1, 2), width: 2 }, 0, Float64Array.of(3, 4)) // 11 */
export function dot({ values, width }: Rows, row: number, coefficients: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += values[row * width + c] * coefficients[c];
  return sum;
}

/** Weighted least squares, a little towards 0. */
export function leastSquares(
  { values, width }: Rows,
  right: ArrayLike<number>,
  weights: Float64Array | null,
): Float64Array {
  const gram = new Float64Array(width * width);
  const products = new Float64Array(width);
  let total = 0;
  for (let n = 0; n < right.length; n++) {
    const weight = weights === null ? 1 : weights[n];
    total += weight;
    for (let r = 0; r < width; r++) {
      const left = weight * values[n * width + r];
      products[r] += left * right[n];
      for (let c = 0; c < width; c++) gram[r * width + c] += left * values[n * width + c];
    }
  }
  for (let c = 0; c < width; c++) gram[c * width + c] += RIDGE * total || RIDGE;
  return solveSymmetric(gram, products);
}

/** @param q between 0 and 1 @example fitQuantile(rows, values, 0.9) */
export function fitQuantile(rows: Rows, values: Float64Array, q: number): Float64Array {
  let coefficients = leastSquares(rows, values, null);
  const weights = new Float64Array(values.length);
  for (let round = 0; round < ROUNDS; round++) {
    const residuals = values.map((value, n) => value - dot(rows, n, coefficients));
    const mean = residuals.reduce((sum, r) => sum + Math.abs(r), 0) / Math.max(1, residuals.length);
    if (!(mean > 0)) return coefficients;
    residuals.forEach((r, n) => {
      weights[n] = (r > 0 ? q : 1 - q) / Math.max(Math.abs(r), LEAST_RESIDUAL * mean);
    });
    const next = leastSquares(rows, values, weights);
    const change = next.reduce((most, value, c) => Math.max(most, Math.abs(value - coefficients[c])), 0);
    coefficients = next;
    if (change <= CONVERGED * mean) break;
  }
  return coefficients;
}
