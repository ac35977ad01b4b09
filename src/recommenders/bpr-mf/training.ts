/** BPR-MF's inner problem: what a learned attack trains and differentiates. Its draws are those of `fit`. */

import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import { SampleSource } from '../sampling/sampling.js';
import type { InnerProblem, PoisonedData } from '../surrogate-types.js';
import type { PairwiseOptions } from '../training/pairwise-options.js';
import { createTable, fillNormalRows, releaseState } from '../training/tables.js';
import { createWrmfScores } from '../wrmf/model.js';
import { type BprBatch, BprBatchSource } from './batches.js';
import { createBprStep, type UserWeights } from './model.js';

/** BPR-MF on [X; fake] from a fresh initial state. `adam: 'lazy'` has no effect here: every step is of the dense rule. */
export function bprInnerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PoisonedData,
  options: PairwiseOptions,
  seed: SeedKey,
): InnerProblem<A> {
  return innerProblem(kernels, data, options, seed, null);
}

/** The same with the users' weights in place of the fake data. @param values by user; default 1 */
export function weightedBprProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PoisonedData,
  options: PairwiseOptions,
  seed: SeedKey,
  values?: ArrayLike<number>,
): InnerProblem<A> {
  return innerProblem(kernels, data, options, seed, values === undefined ? {} : { values });
}

function innerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PoisonedData,
  options: PairwiseOptions,
  seed: SeedKey,
  weights: UserWeights | null,
): InnerProblem<A> {
  const { users, items } = data.interactions;
  const { factors, initialScale, learningRate, regularisation } = options;
  const table = (rows: number, name: string) =>
    createTable(kernels, rows, factors, (parameter) =>
      fillNormalRows(parameter, factors, initialScale, seed.child(name)),
    );
  const state = { step: 0, tables: [table(users, 'P'), table(items, 'Q')] };
  const batches = new BprBatchSource(kernels, new SampleSource(data.interactions, options, seed), data);
  const scores = createWrmfScores(kernels, data.realUsers);
  return {
    step: createBprStep(kernels, { users, items, factors, learningRate, regularisation }, weights),
    state,
    batches: {
      epochs: batches.epochs,
      stepsIn: () => batches.stepsIn(),
      open: (epoch, index) => batches.open(epoch, index),
      close: (batch) => batches.close(batch as BprBatch<A>),
    },
    scores,
    release() {
      scores.release();
      releaseState(kernels, state);
    },
  };
}
