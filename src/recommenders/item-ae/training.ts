/**
 * ItemAE's inner problem: initial state, batches, and the training step. Used by `itemAe` (fit and recommend) and, as a
 * surrogate, by the learned attack and by `verify`.
 */

import { createTrainingStep, type TrainingState } from '../../autodiff/index.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import { type BatchOrder, RowBatchSource, shuffledBatches } from '../sampling/batches.js';
import type { InnerProblem, PoisonedData } from '../surrogate-types.js';
import { ADAM_CONSTANTS, createTable, fillUniformRows, releaseState } from '../training/tables.js';
import { createItemAeData, type ItemAeProblem } from './data.js';
import { createItemAeModel, createItemAeScores, itemAeTables } from './model.js';
import type { ItemAeOptions } from './options.js';

/**
 * Weights and biases uniform in +-1/sqrt(units before), PyTorch's default for a linear layer, as the authors have it.
 *
 * A row is drawn from (seed, tensor, row) alone. The first layer's units before are all users, as the recommender cannot
 * know which rows are fake: appended users change no draw of a real row, but all of that layer by one factor,
 * sqrt(users / (users + fake users)) (0.995 at an attack size of 1 %).
 */
export function createItemAeState<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: ItemAeProblem,
  seed: SeedKey,
): TrainingState<A> {
  const before = [problem.users, ...problem.hidden];
  return {
    step: 0,
    tables: itemAeTables(problem).map(({ name, rows, columns }, t) => {
      const bound = 1 / Math.sqrt(before[Math.floor(t / 2)]);
      return createTable(kernels, rows, columns, (parameter) =>
        fillUniformRows(parameter, columns, bound, seed.child(name)),
      );
    }),
  };
}

/** The inner problem from a given state, whose memory becomes the problem's. */
export function itemAeProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: ItemAeProblem,
  state: TrainingState<A>,
  order: BatchOrder,
  { learningRate, weightDecay }: Pick<ItemAeOptions, 'learningRate' | 'weightDecay'>,
): InnerProblem<A> {
  const data = createItemAeData(kernels, problem);
  const everything = data.createBatch(Int32Array.from({ length: problem.items }, (_, item) => item));
  const batches = new RowBatchSource(order, {
    rows: problem.items,
    create: data.createBatch,
    release: data.releaseBatch,
  });
  return {
    step: createTrainingStep(kernels, createItemAeModel(data), {
      ...ADAM_CONSTANTS,
      learningRate,
      weightDecay,
    }),
    state,
    batches,
    scores: createItemAeScores(data, everything),
    release() {
      batches.release();
      data.releaseBatch(everything);
      data.release();
      releaseState(kernels, state);
    },
  };
}

/** ItemAE on [X; fake] from a fresh initial state. */
export function itemAeInnerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  { interactions, realUsers }: PoisonedData,
  options: ItemAeOptions,
  seed: SeedKey,
): InnerProblem<A> {
  const { users, items } = interactions;
  const { hiddenUnits, codeUnits, activation, positiveWeight } = options;
  const { columnPointers, rowIndices } = interactions.csc();
  const problem: ItemAeProblem = {
    users,
    realUsers,
    items,
    clicks: { rowPointers: columnPointers, columns: rowIndices },
    hidden: [hiddenUnits, codeUnits, hiddenUnits],
    activation,
    positiveWeight,
  };
  const state = createItemAeState(kernels, problem, seed);
  return itemAeProblem(kernels, problem, state, shuffledBatches(items, options, seed), options);
}
