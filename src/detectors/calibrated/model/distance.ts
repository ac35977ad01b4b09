/**
 * How far a user is from the others in all features together: log(1 + d^2 / F) with the squared Mahalanobis distance
 *
 *     d^2 = (x - m)' S^-1 (x - m)
 *
 * of F features, m and S the mean and covariance over honest users. Larger groups than the simulated ones go further on the same side.
 */

import { factorise, solveLower } from './solve.js';

/** Added to the variances, which are about 1: features may depend on each other. */
const RIDGE = 0.05;

export interface Distance {
  readonly mean: Float64Array;
  /** lower factor of S by Cholesky in the lower half, row-major */
  readonly factor: Float64Array;
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
  factorise(covariance, width);
  return { mean, factor: covariance };
}

/** @param rows row-major @param row which of them */
export function distanceAt({ mean, factor }: Distance, rows: Float64Array, row: number): number {
  const width = mean.length;
  const solved = mean.map((value, f) => rows[row * width + f] - value);
  solveLower(factor, solved);
  const squares = solved.reduce((sum, value) => sum + value ** 2, 0);
  return Math.log1p(squares / width);
}
