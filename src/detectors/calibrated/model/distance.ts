/**
 * How far a user is from the others in all features together: log(1 + d^2 / F) with the squared Mahalanobis distance
 *
 *     d^2 = (x - m)' S^-1 (x - m)
 *
 * of F features, m and S the mean and covariance over honest users. Larger groups than the simulated ones go further on the same side.
 */

import { RecauditError } from '../../../errors.js';

/** Added to the variances, which are about 1: features may depend on each other. */
const RIDGE = 0.05;

export interface Distance {
  readonly mean: Float64Array;
  /** lower factor of S by Cholesky, row-major */
  readonly factor: Float64Array;
}

function factorOf(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let r = 0; r < n; r++)
    for (let c = 0; c <= r; c++) {
      let sum = matrix[r * n + c];
      for (let k = 0; k < c; k++) sum -= factor[r * n + k] * factor[c * n + k];
      if (r > c) factor[r * n + c] = sum / factor[c * n + c];
      else if (sum > 0) factor[r * n + r] = Math.sqrt(sum);
      else
        throw new RecauditError(
          'numeric',
          `detector calibrated: expected a positive variance of feature ${r} of ${n}, got ${sum}. Please report the data.`,
        );
    }
  return factor;
}

/** @param rows row-major, one a user @example distanceAt(fitDistance(rows, 16), corrected, 7) */
export function fitDistance(rows: Float64Array, width: number): Distance {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) mean[at % width] += rows[at] / count;
  const covariance = new Float64Array(width * width);
  for (let n = 0; n < count; n++)
    for (let r = 0; r < width; r++) {
      const left = (rows[n * width + r] - mean[r]) / count;
      for (let c = 0; c <= r; c++) covariance[r * width + c] += left * (rows[n * width + c] - mean[c]);
    }
  for (let r = 0; r < width; r++) covariance[r * width + r] += RIDGE;
  return { mean, factor: factorOf(covariance, width) };
}

/** @param rows row-major @param row which of them */
export function distanceAt({ mean, factor }: Distance, rows: Float64Array, row: number): number {
  const width = mean.length;
  const solved = new Float64Array(width);
  let squares = 0;
  for (let r = 0; r < width; r++) {
    let sum = rows[row * width + r] - mean[r];
    for (let k = 0; k < r; k++) sum -= factor[r * width + k] * solved[k];
    solved[r] = sum / factor[r * width + r];
    squares += solved[r] ** 2;
  }
  return Math.log1p(squares / width);
}
