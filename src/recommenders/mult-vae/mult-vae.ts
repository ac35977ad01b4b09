/**
 * Mult-VAE as a `Recommender` (Liang et al. 2018): a variational autoencoder of a user's clicks with a multinomial
 * likelihood. The mathematics lives in `model.ts`, the inner problem in `training.ts`.
 */

import type { ComputeContext, TrainingShape } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { validateOptions } from '../../options.js';
import type { SeedKey } from '../../rng.js';
import { createFactorModel, restoreFactorModel } from '../fitted/factor-model.js';
import type { PointsOf } from '../fitted/fitted-model.js';
import { trainInnerProblem } from '../training/differentiable.js';
import { ADAM_OPERATIONS } from '../training/tables.js';
import type { FittedRecommender, Recommender } from '../types.js';
import { denseMultVae } from './dense.js';
import { multVaeTables } from './model.js';
import { MULT_VAE_DEFAULTS, MULT_VAE_OPTIONS, MULT_VAE_SYNTHETIC, type MultVaeOptions } from './options.js';
import { multVaeInnerProblem, rankedFactors, weightedMultVaeProblem } from './training.js';

const NAME = 'mult-vae';
const VERSION = 1;
const FLOAT = 4;
/** Elementwise work of the softmax for one score, as if it were arithmetic at the matrix product's rate. */
const SOFTMAX_OPERATIONS = 60;
/** The fused softmax holds the scores of at most this many users, and at most this many scores. */
const SOFTMAX_USERS = 128;
const SOFTMAX_SCORES = 3e6;

function parameterCount(shape: TrainingShape, options: MultVaeOptions): number {
  const tables = multVaeTables({ items: shape.items, options });
  return tables.reduce((total, { rows, columns }) => total + rows * columns, 0);
}

function batchUsers(users: number, { batchSize }: MultVaeOptions): number {
  return batchSize === 0 ? users : Math.min(batchSize, users);
}

/**
 * Operations of the products of one epoch, forward and backward: the output layer's 6 U I (h + 1), the sparse first
 * layer's 4 nnz h, the small layers' 18 U h z.
 *
 * @example multVaeProducts({ users: 13149, items: 14007, interactions: 428619 }, MULT_VAE_DEFAULTS) // 5.99e11
 */
export function multVaeProducts(shape: TrainingShape, options: MultVaeOptions): number {
  const { users, items, interactions } = shape;
  const { hiddenUnits: h, factors: z } = options;
  return 6 * users * items * (h + 1) + 4 * interactions * h + 18 * users * h * z;
}

function epochOperations(shape: TrainingShape, options: MultVaeOptions): number {
  const steps = Math.ceil(shape.users / batchUsers(shape.users, options));
  const adam = ADAM_OPERATIONS * steps * parameterCount(shape, options);
  return multVaeProducts(shape, options) + SOFTMAX_OPERATIONS * shape.users * shape.items + adam;
}

/** Scores of a block of users, and their gradient's partial sums (one for 512 items). */
function softmaxFloats({ users, items }: TrainingShape, options: MultVaeOptions): number {
  const block = Math.min(SOFTMAX_USERS, batchUsers(users, options));
  return Math.min(SOFTMAX_SCORES, block * items) * (1 + (options.hiddenUnits + 1) / 512);
}

/** State and gradients (the output layer's twice), layers of a batch, the softmax's tiles, clicks, ranked factors. */
function trainingBytes(shape: TrainingShape, options: MultVaeOptions): number {
  const { users, items, interactions } = shape;
  const { hiddenUnits: h, factors: z } = options;
  const output = items * (h + 1);
  const layers = batchUsers(users, options) * (10 * (h + 1) + 20 * z);
  const training = parameterCount(shape, options) + output + layers;
  const ranking = users * (h + 1) + output;
  const state = 3 * parameterCount(shape, options);
  return FLOAT * (state + Math.max(training + softmaxFloats(shape, options), ranking)) + 32 * interactions;
}

/** Users at the mean of their latent variable. */
function latentPoints(latent: Float32Array, dimensions: number): PointsOf {
  return (rows) => {
    const users = new Float32Array(rows.length * dimensions);
    rows.forEach((row, j) => {
      users.set(latent.subarray(row * dimensions, (row + 1) * dimensions), j * dimensions);
    });
    return { dimensions, users, items: null };
  };
}

async function fit(
  train: InteractionMatrix,
  options: MultVaeOptions,
  seed: SeedKey,
  context: ComputeContext,
): Promise<FittedRecommender> {
  validateOptions(NAME, MULT_VAE_OPTIONS, options);
  const { kernels } = context;
  const data = { interactions: train, realUsers: train.users };
  const problem = multVaeInnerProblem(kernels, data, options, seed);
  try {
    const losses = await trainInnerProblem(NAME, problem, context);
    const run = { interactions: train, options, seed };
    const { factors, latent } = rankedFactors(kernels, run, problem.state);
    const model = { name: NAME, version: VERSION, options, losses, train };
    return createFactorModel(kernels, { ...model, factors, points: latentPoints(latent, options.factors) });
  } finally {
    problem.release();
  }
}

/**
 * Reported losses: -(1/n_u) sum over clicks of log softmax + beta KL, summed over users, each batch before its step.
 *
 * @example const fitted = await multVae.fit(train, multVae.defaults, SeedKey.root(1), { kernels });
 */
export const multVae: Recommender<MultVaeOptions> = {
  name: NAME,
  title: 'variational autoencoder with multinomial likelihood (Mult-VAE)',
  source: 'Liang, Krishnan, Hoffman, Jebara: Variational Autoencoders for Collaborative Filtering, WWW 2018',
  version: VERSION,
  options: MULT_VAE_OPTIONS,
  defaults: MULT_VAE_DEFAULTS,
  presets: { synthetic: MULT_VAE_SYNTHETIC },
  fit,
  // A saved model holds what ranks, not the latent variable: restored, it shows no points.
  restore: (saved, train, context) => restoreFactorModel(multVae, saved, train, context, null),
  fitCost: (shape, options) => ({
    operations: options.epochs * epochOperations(shape, options),
    bytes: trainingBytes(shape, options),
  }),
  rankOperations: ({ items }, { hiddenUnits }) => items * (2 * (hiddenUnits + 1) + 4),
  // Scores of real users read no fake data: `partial` would be 0.
  surrogate: {
    estimators: ['unrolled', 'exact'],
    innerProblem: multVaeInnerProblem,
    weightedProblem: weightedMultVaeProblem,
    check: {
      reduced: (options, epochs) => ({
        ...options,
        hiddenUnits: 6,
        factors: 3,
        epochs,
        batchSize: 0,
        inputDropout: 0,
      }),
      objective: denseMultVae,
    },
  },
};
