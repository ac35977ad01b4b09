/**
 * A linear quantile of a value (Koenker and Bassett 1978): the coefficients c with the least
 *
 *     sum over n of rho(v_n - x_n . c),   rho(r) = q r where r > 0, (q - 1) r otherwise,
 *
 * by iteratively reweighted least squares.
 */

import { leastSquares, predicted, type Rows } from './least-squares.js';

const ROUNDS = 60;
/** A residual below this share of the mean weighs no more. */
const LEAST_RESIDUAL = 1e-3;
const ridge = () => 1e-9;
const CONVERGED = 1e-9;

/** @param q between 0 and 1 @example fitQuantile(rows, values, 0.9) */
export function fitQuantile(rows: Rows, values: Float64Array, q: number): Float64Array {
  let coefficients = leastSquares(rows, values, null, ridge);
  const weights = new Float64Array(values.length);
  for (let round = 0; round < ROUNDS; round++) {
    const residuals = values.map((value, n) => value - predicted(rows, n, coefficients));
    const mean = residuals.reduce((sum, r) => sum + Math.abs(r), 0) / Math.max(1, residuals.length);
    if (!(mean > 0)) return coefficients;
    residuals.forEach((r, n) => {
      weights[n] = (r > 0 ? q : 1 - q) / Math.max(Math.abs(r), LEAST_RESIDUAL * mean);
    });
    const next = leastSquares(rows, values, weights, ridge);
    const change = next.reduce((most, value, c) => Math.max(most, Math.abs(value - coefficients[c])), 0);
    coefficients = next;
    if (change <= CONVERGED * mean) break;
  }
  return coefficients;
}
