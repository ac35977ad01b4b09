/**
 * WRMF's inner problem: initial state, batches, and the training step. Used by `wrmf` (fit and recommend) and, as a
 * surrogate, by the learned attack and by `verify`.
 */

import {
  createTrainingStep,
  type DifferentiableModel,
  type TrainingState,
  type TrainingStep,
} from '../../autodiff/index.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import { type BatchOrder, RowBatchSource, shuffledBatches } from '../sampling/batches.js';
import type { KeptDraws } from '../sampling/kept-draws.js';
import type { InnerProblem, PoisonedData } from '../surrogate-types.js';
import { ADAM_CONSTANTS, createTable, fillNormalRows, releaseState } from '../training/tables.js';
import {
  createWrmfBatch,
  createWrmfModel,
  createWrmfScores,
  releaseWrmfBatch,
  type WrmfBatch,
  type WrmfProblem,
} from './model.js';
import type { WrmfOptions } from './options.js';
import { createWeightedWrmfModel } from './user-weights.js';

export function createWrmfStep<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
  options: Pick<WrmfOptions, 'learningRate' | 'weightDecay'>,
  model: DifferentiableModel<A, WrmfBatch<A>> = createWrmfModel(kernels, problem),
): TrainingStep<A, WrmfBatch<A>> {
  const { learningRate, weightDecay } = options;
  return createTrainingStep(kernels, model, { ...ADAM_CONSTANTS, learningRate, weightDecay });
}

export function createWrmfState<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
  initialScale: number,
  seed: SeedKey,
  kept?: KeptDraws,
): TrainingState<A> {
  const { users, items, factors } = problem;
  const table = (name: string, rows: number) => {
    const key = seed.child(name);
    const draw = (parameter: A) => fillNormalRows(parameter, factors, initialScale, key);
    return createTable(kernels, rows, factors, (parameter) =>
      kept === undefined ? draw(parameter) : kept.fill(parameter, key, draw),
    );
  };
  return {
    step: 0,
    tables: [table('P', users), table('Q', items)],
  };
}

/** Opens and closes WRMF batches; a batch of all users is made once. Call `release` at the end. */
export class WrmfBatchSource<A extends FloatArray> extends RowBatchSource<WrmfBatch<A>> {
  constructor(kernels: Kernels<A>, problem: WrmfProblem, order: BatchOrder) {
    super(order, {
      rows: problem.users,
      create: (users) => createWrmfBatch(kernels, problem, users),
      release: (batch) => releaseWrmfBatch(kernels, batch),
    });
  }
}

/** WRMF on [X; fake] from a fresh initial state. */
export function wrmfInnerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PoisonedData,
  options: WrmfOptions,
  seed: SeedKey,
): InnerProblem<A> {
  return innerProblem(kernels, data, options, seed, (problem) => createWrmfModel(kernels, problem));
}

/** The same with the users' weights in place of the fake data (`user-weights.ts`). */
export function weightedWrmfProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PoisonedData,
  options: WrmfOptions,
  seed: SeedKey,
  weights?: ArrayLike<number>,
): InnerProblem<A> {
  return innerProblem(kernels, data, options, seed, (problem) =>
    createWeightedWrmfModel(kernels, problem, weights),
  );
}

function innerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  { interactions, realUsers, kept }: PoisonedData,
  options: WrmfOptions,
  seed: SeedKey,
  modelOf: (problem: WrmfProblem) => DifferentiableModel<A, WrmfBatch<A>>,
): InnerProblem<A> {
  const { users, items } = interactions;
  const { factors, positiveWeight, initialScale } = options;
  const problem: WrmfProblem = { users, items, realUsers, interactions, factors, positiveWeight };
  const state = createWrmfState(kernels, problem, initialScale, seed, kept);
  const batches = new WrmfBatchSource(kernels, problem, shuffledBatches(users, options, seed));
  const scores = createWrmfScores(kernels, realUsers);
  return {
    step: createWrmfStep(kernels, problem, options, modelOf(problem)),
    state,
    batches,
    scores,
    release() {
      batches.release();
      scores.release();
      releaseState(kernels, state);
    },
  };
}
