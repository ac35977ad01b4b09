/**
 * LightGCN's inner problem: initial state, batches, and the training step. Used by `lightGcn` (fit and recommend) and, as
 * a surrogate, by the learned attack.
 */

import { createTrainingStep } from '../../autodiff/index.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import type { InnerProblem, PoisonedData } from '../surrogate-types.js';
import { ADAM_CONSTANTS, createTable, fillNormalRows, releaseState } from '../training/tables.js';
import { createAdjacency, type LightGcnBatch, openBatch, releaseAdjacency } from './data.js';
import { createLightGcnModel, createLightGcnScores, type LightGcnProblem } from './model.js';
import type { LightGcnOptions } from './options.js';
import { createPairOrder, type PairData } from './pairs.js';

/** LightGCN on [X; fake] from a fresh initial state. */
export function lightGcnInnerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  { interactions, realUsers }: PoisonedData,
  options: LightGcnOptions,
  seed: SeedKey,
): InnerProblem<A> {
  const { users, items } = interactions;
  const { factors, layers, regularisation, learningRate, initialScale } = options;
  const data: PairData = { users, items, realUsers, interactions };
  const order = createPairOrder(data, options, seed);
  const adjacency = createAdjacency(kernels, data);
  const problem: LightGcnProblem<A> = { users, items, factors, layers, regularisation, adjacency };
  const model = createLightGcnModel(problem);
  const tables = model.tables.map(({ name, rows, columns }) =>
    createTable(kernels, rows, columns, (parameter) =>
      fillNormalRows(parameter, columns, initialScale, seed.child(name)),
    ),
  );
  const state = { step: 0, tables };
  const realRows = kernels.allocateIndices(realUsers);
  for (let user = 0; user < realUsers; user++) realRows[user] = user;
  return {
    step: createTrainingStep(kernels, model, { ...ADAM_CONSTANTS, learningRate, weightDecay: 0 }),
    state,
    batches: {
      epochs: order.epochs,
      stepsIn: () => order.stepsAnEpoch,
      open: (epoch, index) => openBatch(kernels, data, order, epoch, index),
      close: (batch) => (batch as LightGcnBatch<A>).release(),
    },
    scores: createLightGcnScores(problem, realRows),
    release() {
      releaseAdjacency(kernels, adjacency);
      kernels.release(realRows);
      releaseState(kernels, state);
    },
  };
}
