/**
 * The last item update of WRMF's alternating least squares written densely in float64, and L_adv after it: what the
 * structured partial hypergradient is held against. Fake entries may take any real value; P is a constant, and weights
 * are read off the binary profiles and frozen.
 */

import type { WrmfAlsGoldenInputs } from '../../dist/hypergradient/golden-wrmf-als.js';

type Rows = readonly (readonly number[])[];

/** Gauss-Jordan elimination without pivots: the matrices are positive definite. */
function solve(matrix: Rows, right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let c = 0; c < rows.length; c++) {
    const scaled = rows[c].map((value) => value / rows[c][c]);
    for (let i = 0; i < rows.length; i++) {
      const factor = rows[i][c];
      rows[i] = i === c ? scaled : rows[i].map((value, j) => value - factor * scaled[j]);
    }
  }
  return rows.map((row) => row[right.length]);
}

/** L_adv with items q_i = (P^T C_i P + lambda I)^-1 P^T C_i x_i, `relaxed` being the fake part of x. */
export function denseAlsAdversarialLoss(
  { X, fake, alpha, lambda_, targets }: WrmfAlsGoldenInputs,
  p: Rows,
  relaxed: Rows,
): number {
  const binary = [...X, ...fake];
  const values = [...X, ...relaxed];
  const size = p[0].map((_, k) => k);
  const q = X[0].map((_, i) => {
    const weights = binary.map((row) => (row[i] === 1 ? alpha : 1));
    const matrix = size.map((a) =>
      size.map((b) => p.reduce((sum, f, u) => sum + weights[u] * f[a] * f[b], a === b ? lambda_ : 0)),
    );
    return solve(
      matrix,
      size.map((a) => p.reduce((sum, f, u) => sum + weights[u] * values[u][i] * f[a], 0)),
    );
  });
  let total = 0;
  for (let u = 0; u < X.length; u++) {
    const scores = q.map((item) => item.reduce((sum, value, k) => sum + value * p[u][k], 0));
    const normaliser = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    for (const t of targets) total += (normaliser - scores[t]) / targets.length;
  }
  return total;
}
