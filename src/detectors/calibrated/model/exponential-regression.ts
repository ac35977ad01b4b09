/**
 * Exponential excesses whose mean depends on covariates: log b_n = x_n . c, by the largest of (Newton's method)
 *
 *     sum over n of  -d_n log b_n - e_n / b_n   -   sum over columns k > 0 of c_k^2 / (2 s^2),
 *
 * d_n = 0 where the excess is only known to reach e_n. Few excesses leave the coefficients near 0, in units of their deviation s.
 */

import { predicted, type Rows } from './least-squares.js';
import { solveSymmetric } from './solve.js';

const ROUNDS = 50;
const MOST_STEP = 1;
const RIDGE = 1e-6;
const CONVERGED = 1e-9;

/** @param deviation s @param censored whether an excess is only known to reach its value; the first column of the rows is 1 @example fitExponential(rows, excesses, censored, 0.2) */
export function fitExponential(
  rows: Rows,
  excesses: Float64Array,
  censored: Uint8Array,
  deviation: number,
): Float64Array {
  const { values, width } = rows;
  const known = censored.reduce((count, flag) => count + (flag === 0 ? 1 : 0), 0);
  const coefficients = new Float64Array(width);
  coefficients[0] = Math.log(excesses.reduce((sum, e) => sum + e, 0) / Math.max(1, known));
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = new Float64Array(width);
    const hessian = new Float64Array(width * width);
    hessian[0] = RIDGE;
    for (let c = 1; c < width; c++) {
      gradient[c] = -coefficients[c] / deviation ** 2;
      hessian[c * width + c] = 1 / deviation ** 2;
    }
    for (let n = 0; n < excesses.length; n++) {
      const ratio = excesses[n] * Math.exp(-predicted(rows, n, coefficients));
      for (let r = 0; r < width; r++) {
        const left = values[n * width + r];
        gradient[r] += (ratio - 1 + censored[n]) * left;
        for (let c = 0; c < width; c++) hessian[r * width + c] += ratio * left * values[n * width + c];
      }
    }
    const step = solveSymmetric(hessian, gradient);
    let most = 0;
    for (let c = 0; c < width; c++) {
      const bounded = Math.max(-MOST_STEP, Math.min(MOST_STEP, step[c]));
      coefficients[c] += bounded;
      most = Math.max(most, Math.abs(bounded));
    }
    if (most < CONVERGED) break;
  }
  return coefficients;
}
