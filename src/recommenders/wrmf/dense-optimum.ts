/**
 * WRMF's inner problem written densely in float64: its minimum for fake entries of any real value, and L_adv there. What the
 * implicit hypergradient is held against. Weights are read off the binary profiles and frozen; everything is of
 * f / 2 = 1/2 sum w (x - p.q)^2 + lambda / 2 (|P|^2 + |Q|^2).
 */

import { RecauditError } from '../../errors.js';
import { createReferenceKernels } from '../../kernels/reference.js';
import type { DenseObjective, DenseRequest, OptimumSupport, Rows } from '../surrogate-types.js';
import { denseCrossEntropy, splitRows, tableRows } from '../training/dense.js';

export type { Rows };

/** Factors of a check, and the lambda with which its optimum is reached in a second. */
export const CHECKED_FACTORS = 4;
export const CHECKED_REGULARISATION = 2;

/** Most sweeps of a dense solution. */
const SWEEPS = 20_000;

export interface DenseProblem {
  readonly X: Rows;
  readonly fake: Rows;
  readonly targets: readonly number[];
  readonly alpha: number;
  readonly lambda: number;
}

/** P above Q. */
export type Factors = { readonly P: Rows; readonly Q: Rows };

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
const transposed = (rows: Rows) => rows[0].map((_, column) => rows.map((row) => row[column]));
export const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Gaussian elimination with pivots. */
export function solveDense(matrix: Rows, right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let i = c; i < n; i++) if (Math.abs(rows[i][c]) > Math.abs(rows[best][c])) best = i;
    [rows[c], rows[best]] = [rows[best], rows[c]];
    for (let i = 0; i < n; i++) {
      if (i === c) continue;
      const factor = rows[i][c] / rows[c][c];
      if (factor !== 0) for (let j = c; j <= n; j++) rows[i][j] -= factor * rows[c][j];
    }
  }
  return rows.map((row, c) => row[n] / row[c]);
}

export function weightsOf({ X, fake, alpha }: DenseProblem): Rows {
  return [...X, ...fake].map((row) => row.map((x) => (x === 1 ? alpha : 1)));
}

/** Closed-form rows: (F^T W_r F + lambda I)^-1 F^T W_r values_r, F being `other`. */
function solveSide(lambda: number, values: Rows, weights: Rows, other: Rows): Rows {
  const k = other[0].length;
  return values.map((row, r) => {
    const matrix = range(k).map((a) => range(k).map((b) => (a === b ? lambda : 0)));
    const right = new Array<number>(k).fill(0);
    for (let c = 0; c < other.length; c++) {
      const f = other[c];
      const w = weights[r][c];
      for (let a = 0; a < k; a++) {
        right[a] += w * row[c] * f[a];
        for (let b = 0; b < k; b++) matrix[a][b] += w * f[a] * f[b];
      }
    }
    return solveDense(matrix, right);
  });
}

/** |grad f / 2| with these values in place of the data. */
export function gradientNorm(problem: DenseProblem, relaxed: Rows, { P, Q }: Factors): number {
  const values = [...problem.X, ...relaxed];
  const weights = weightsOf(problem);
  const ofP = P.map((p) => p.map((x) => problem.lambda * x));
  const ofQ = Q.map((q) => q.map((x) => problem.lambda * x));
  const k = Q[0].length;
  for (let u = 0; u < P.length; u++) {
    for (let i = 0; i < Q.length; i++) {
      const error = weights[u][i] * (dot(P[u], Q[i]) - values[u][i]);
      for (let a = 0; a < k; a++) {
        ofP[u][a] += error * Q[i][a];
        ofQ[i][a] += error * P[u][a];
      }
    }
  }
  return Math.sqrt([...ofP, ...ofQ].flat().reduce((sum, x) => sum + x * x, 0));
}

/** Sweeps until the gradient is below `tolerance`, for fake entries `relaxed`. */
export function denseOptimum(
  problem: DenseProblem,
  relaxed: Rows,
  { Q }: Pick<Factors, 'Q'>,
  tolerance: number,
): Factors {
  const values = [...problem.X, ...relaxed];
  const weights = weightsOf(problem);
  let factors: Factors = { P: [], Q };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const P = solveSide(problem.lambda, values, weights, factors.Q);
    factors = { P, Q: solveSide(problem.lambda, transposed(values), transposed(weights), P) };
    if (gradientNorm(problem, relaxed, factors) <= tolerance) return factors;
  }
  throw new RecauditError(
    'numeric',
    `dense optimum: expected a gradient of at most ${tolerance} after ${SWEEPS} sweeps, got ${gradientNorm(problem, relaxed, factors)}. Raise the regularisation.`,
  );
}

export function denseAdversarialLoss({ X, targets }: DenseProblem, { P, Q }: Factors): number {
  return denseCrossEntropy(X.length, (u) => Q.map((q) => dot(P[u], q)), targets);
}

/** |grad f / 2| of a solution. */
const TOLERANCE = 1e-9;

/**
 * L_adv at the optimum, solved again for fake profiles of any values, each time from the optimum of the binary ones.
 *
 * @param objective what f reads, of the model's options and the number of users
 */
export function denseOptimumObjective<Options>(
  support: OptimumSupport<Options>,
  objective: (
    options: Options,
    users: number,
  ) => { readonly positiveWeight: number; readonly regularisation: number },
  { data, options, seed, targets }: DenseRequest<Options>,
): DenseObjective {
  const { positiveWeight: alpha, regularisation: lambda } = objective(options, data.interactions.users);
  const problem: DenseProblem = { ...splitRows(data), targets, alpha, lambda };
  const optimum = support.of(createReferenceKernels('f64'), data, options, seed);
  const [, Q0] = tableRows(optimum.state);
  optimum.release();
  const start = denseOptimum(problem, problem.fake, { Q: Q0 }, TOLERANCE);
  return (relaxed) => denseAdversarialLoss(problem, denseOptimum(problem, relaxed, start, TOLERANCE));
}
