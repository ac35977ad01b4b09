/**
 * The last item update of WRMF's alternating least squares written densely in float64, and L_adv after it: what the
 * structured partial hypergradient is held against. Fake entries may take any real value; P is a constant, and weights
 * are read off the binary profiles and frozen.
 */

import { createReferenceKernels } from '../../kernels/reference.js';
import type { DenseObjective, DenseRequest, Rows } from '../surrogate-types.js';
import { denseCrossEntropy, splitRows, tableRows } from '../training/dense.js';
import { dot, solveDense } from '../wrmf/dense-optimum.js';
import type { WrmfAlsOptions } from './options.js';
import { wrmfAlsInnerProblem } from './training.js';

export interface DenseAls {
  /** real users x items, 0 or 1 */
  readonly X: Rows;
  readonly fake: Rows;
  /** weight of an observed entry */
  readonly alpha: number;
  readonly lambda_: number;
  readonly targets: readonly number[];
}

/** L_adv after a last item update with fake profiles of any values, the users' factors being those of the sweeps before. */
export function denseAls({
  data,
  options,
  seed,
  targets,
}: Omit<DenseRequest<WrmfAlsOptions>, 'unrolled'>): DenseObjective {
  const p = trainedUsers({ data, options, seed });
  const { positiveWeight: alpha, regularisation: lambda_ } = options;
  const problem = { ...splitRows(data), alpha, lambda_, targets };
  return (relaxed) => denseAlsAdversarialLoss(problem, p, relaxed);
}

function trainedUsers({
  data,
  options,
  seed,
}: Pick<DenseRequest<WrmfAlsOptions>, 'data' | 'options' | 'seed'>): Rows {
  const { step, state, release } = wrmfAlsInnerProblem(createReferenceKernels('f64'), data, options, seed);
  for (let epoch = 0; epoch < options.epochs; epoch++) step.advance(state, null, false);
  const [users] = tableRows(state);
  release();
  return users;
}

/** L_adv with items q_i = (P^T C_i P + lambda I)^-1 P^T C_i x_i, `relaxed` being the fake part of x. */
export function denseAlsAdversarialLoss(
  { X, fake, alpha, lambda_, targets }: DenseAls,
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
    return solveDense(
      matrix,
      size.map((a) => p.reduce((sum, f, u) => sum + weights[u] * values[u][i] * f[a], 0)),
    );
  });
  return denseCrossEntropy(X.length, (u) => q.map((item) => dot(item, p[u])), targets);
}
