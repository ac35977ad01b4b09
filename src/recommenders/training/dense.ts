/**
 * What the dense references of trainings share (`dense.ts` of each model): a training written entry by entry in float64, apart
 * from kernels and tape, which gradients are held against by finite differences. Slow, for small data.
 */

import type { TrainingState } from '../../autodiff/index.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { createReferenceKernels } from '../../kernels/reference.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import type { DenseRequest, InnerProblem, PoisonedData } from '../surrogate-types.js';

/** All rows of the data, 0 or 1. */
export function binaryRows(interactions: InteractionMatrix): number[][] {
  const { users, items } = interactions;
  return Array.from({ length: users }, (_, u) =>
    Array.from({ length: items }, (__, i) => (interactions.has(u, i) ? 1 : 0)),
  );
}

/** Real users' rows and fake users'. */
export function splitRows({ interactions, realUsers }: PoisonedData): { X: number[][]; fake: number[][] } {
  const rows = binaryRows(interactions);
  return { X: rows.slice(0, realUsers), fake: rows.slice(realUsers) };
}

/** The parameters of a state, each table as rows. */
export function tableRows({ tables }: TrainingState<FloatArray>): number[][][] {
  return tables.map(({ parameter, rows, columns }) =>
    Array.from({ length: rows }, (_, r) =>
      Array.from(parameter.subarray(r * columns, (r + 1) * columns) as ArrayLike<number>),
    ),
  );
}

/** The initial parameters of a training in float64. */
export function initialTables<Options>(
  innerProblem: (
    kernels: Kernels<Float64Array>,
    data: PoisonedData,
    options: Options,
    seed: SeedKey,
  ) => InnerProblem<Float64Array>,
  { data, options, seed }: Pick<DenseRequest<Options>, 'data' | 'options' | 'seed'>,
): number[][][] {
  const problem = innerProblem(createReferenceKernels('f64'), data, options, seed);
  try {
    return tableRows(problem.state);
  } finally {
    problem.release();
  }
}

/** Equation 3: summed over real users, averaged over the targets. */
export function denseCrossEntropy(
  realUsers: number,
  scoresOf: (user: number) => readonly number[],
  targets: readonly number[],
): number {
  let total = 0;
  for (let user = 0; user < realUsers; user++) {
    const scores = scoresOf(user);
    const largest = Math.max(...scores);
    const normaliser = largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
    for (const target of targets) total += (normaliser - scores[target]) / targets.length;
  }
  return total;
}
