/** Small symmetric positive definite systems, by Cholesky. */

import { RecauditError } from '../../../errors.js';

/**
 * The lower factor L of L L' by Cholesky, in place of the lower half.
 *
 * @param matrix n x n, row-major, overwritten; its upper half stays
 * @throws RecauditError('numeric') where the matrix is not positive definite
 */
export function factorise(matrix: Float64Array, n: number): void {
  for (let c = 0; c < n; c++) {
    let pivot = matrix[c * n + c];
    for (let k = 0; k < c; k++) pivot -= matrix[c * n + k] ** 2;
    if (!(pivot > 0))
      throw new RecauditError(
        'numeric',
        `detector calibrated: expected a positive pivot ${c} of ${n} in a least squares fit, got ${pivot}. Please report the data.`,
      );
    const root = Math.sqrt(pivot);
    matrix[c * n + c] = root;
    for (let r = c + 1; r < n; r++) {
      let sum = matrix[r * n + c];
      for (let k = 0; k < c; k++) sum -= matrix[r * n + k] * matrix[c * n + k];
      matrix[r * n + c] = sum / root;
    }
  }
}

/** L^-1 x, in place of x. */
export function solveLower(factor: Float64Array, x: Float64Array): void {
  const n = x.length;
  for (let r = 0; r < n; r++) {
    for (let k = 0; k < r; k++) x[r] -= factor[r * n + k] * x[k];
    x[r] /= factor[r * n + r];
  }
}

/**
 * @param matrix n x n, row-major, overwritten @param right length n
 * @throws RecauditError('numeric') where the matrix is not positive definite
 * @example solveSymmetric(Float64Array.of(2, 0, 0, 4), Float64Array.of(2, 4)) // [1, 1]
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  factorise(matrix, n);
  const x = Float64Array.from(right);
  solveLower(matrix, x);
  for (let r = n - 1; r >= 0; r--) {
    for (let k = r + 1; k < n; k++) x[r] -= matrix[k * n + r] * x[k];
    x[r] /= matrix[r * n + r];
  }
  return x;
}
