/** Mult-VAE's inner problem: initial state, batches, training step and scores; and the ranked factors at the end. */

import {
  createTrainingStep,
  type DifferentiableModel,
  type ScoreModel,
  type TrainingState,
  withGraph,
} from '../../autodiff/index.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import type { Factors } from '../fitted/rank.js';
import type { InnerProblem, PoisonedData } from '../surrogate-types.js';
import { ADAM_CONSTANTS, createTable, fillUniformRows, releaseState } from '../training/tables.js';
import {
  createInput,
  type EncoderInput,
  type MultVaeBatch,
  type MultVaeProblem,
  multVaeBatches,
  releaseInput,
} from './batches.js';
import { createMultVaeModel, latentUsers, multVaeTables, userFactors } from './model.js';
import type { MultVaeOptions } from './options.js';
import { createWeightedMultVaeModel } from './user-weights.js';

/** Users encoded at once for ranking. */
const ENCODED_USERS = 1024;

/**
 * Uniform in +-1 / sqrt(inputs of the layer), weights and biases alike: PyTorch's rule for a linear layer. A row of the
 * encoder or output table is drawn by its item alone.
 */
export function createMultVaeState<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
): TrainingState<A> {
  const { items, options, seed } = problem;
  const { hiddenUnits, factors } = options;
  const inputs = [items, items, hiddenUnits, hiddenUnits, factors, factors, hiddenUnits];
  const tables = multVaeTables(problem).map(({ name, rows, columns }, t) =>
    createTable(kernels, rows, columns, (parameter) => {
      fillUniformRows(parameter, columns, 1 / Math.sqrt(inputs[t]), seed.child(name));
    }),
  );
  return { step: 0, tables };
}

/** Scores of the real users, from the mean of their latent variable. They read no fake data: the partial derivative is 0. */
function createScores<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
): ScoreModel<A> & { release(): void } {
  const everyone = Int32Array.from({ length: problem.realUsers }, (_, user) => user);
  let input: EncoderInput<A> | null = null;
  return {
    factors(_, parameters) {
      input ??= createInput(kernels, problem, everyone, null);
      return {
        users: userFactors(latentUsers(input, parameters), parameters),
        items: parameters[6],
        fake: [],
      };
    },
    release() {
      if (input !== null) releaseInput(kernels, input);
      input = null;
    },
  };
}

/** Mult-VAE on [X; fake] from a fresh initial state. */
export function multVaeInnerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PoisonedData,
  options: MultVaeOptions,
  seed: SeedKey,
): InnerProblem<A> {
  return innerProblem(kernels, data, options, seed, (problem) => createMultVaeModel(kernels, problem));
}

/** The same with the users' weights in place of the fake data (`user-weights.ts`). */
export function weightedMultVaeProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PoisonedData,
  options: MultVaeOptions,
  seed: SeedKey,
  weights?: ArrayLike<number>,
): InnerProblem<A> {
  return innerProblem(kernels, data, options, seed, (problem) =>
    createWeightedMultVaeModel(kernels, problem, weights),
  );
}

function innerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  { interactions, realUsers }: PoisonedData,
  options: MultVaeOptions,
  seed: SeedKey,
  modelOf: (problem: MultVaeProblem) => DifferentiableModel<A, MultVaeBatch<A>>,
): InnerProblem<A> {
  const { users, items } = interactions;
  const problem: MultVaeProblem = { users, items, realUsers, interactions, options, seed };
  const state = createMultVaeState(kernels, problem);
  const scores = createScores(kernels, problem);
  const { learningRate, weightDecay } = options;
  const optimiser = { ...ADAM_CONSTANTS, learningRate, weightDecay };
  return {
    step: createTrainingStep<A, MultVaeBatch<A>>(kernels, modelOf(problem), optimiser),
    state,
    batches: multVaeBatches(kernels, problem),
    scores,
    release() {
      scores.release();
      releaseState(kernels, state);
    },
  };
}

/**
 * What `ScoreModel.factors` gives, and the means of the latent variable (users x latent factors, no kernel memory), a block
 * of users at a time: never more than a block's layers in memory.
 */
export function rankedFactors(
  kernels: Kernels<Float32Array>,
  {
    interactions,
    options,
    seed,
  }: Pick<MultVaeProblem, 'options' | 'seed'> & Pick<PoisonedData, 'interactions'>,
  { tables }: TrainingState<Float32Array>,
): { readonly factors: Factors; readonly latent: Float32Array } {
  const { users, items } = interactions;
  const k = options.hiddenUnits + 1;
  const problem: MultVaeProblem = { users, items, realUsers: users, interactions, options, seed };
  const factors = {
    users: kernels.allocate(users * k),
    items: kernels.allocate(items * k),
    itemCount: items,
    k,
  };
  const latent = new Float32Array(users * options.factors);
  kernels.copy(tables[6].parameter, factors.items);
  for (let first = 0; first < users; first += ENCODED_USERS) {
    const count = Math.min(ENCODED_USERS, users - first);
    const block = Int32Array.from({ length: count }, (_, j) => first + j);
    const input = createInput(kernels, problem, block, null);
    withGraph(kernels, (graph) => {
      const parameters = tables.map(({ parameter, rows, columns }) =>
        graph.constant(parameter, rows, columns),
      );
      const means = latentUsers(input, parameters);
      latent.set(means.data, first * means.columns);
      const { data } = userFactors(means, parameters);
      kernels.copy(data, factors.users.subarray(first * k, (first + count) * k));
    });
    releaseInput(kernels, input);
  }
  return { factors, latent };
}
