/**
 * WRMF trained with Adam as a `Recommender`: weighted matrix factorisation of implicit feedback (equation 5),
 * scores r_ui = p_u . q_i. The mathematics lives in `model.ts`, the inner problem in `training.ts`.
 */

import type { TrainingShape } from '../../compute.js';
import { restoreFactorModel } from '../fitted/factor-model.js';
import type { GradientCheckSupport } from '../surrogate-types.js';
import { fitDifferentiable } from '../training/differentiable.js';
import { ADAM_OPERATIONS } from '../training/tables.js';
import type { Recommender } from '../types.js';
import { denseWrmf } from './dense.js';
import { CHECKED_FACTORS, CHECKED_REGULARISATION, denseOptimumObjective } from './dense-optimum.js';
import { adamRegularisation, optimumSupport } from './optimum.js';
import { WRMF_DEFAULTS, WRMF_OPTIONS, WRMF_SYNTHETIC, type WrmfOptions } from './options.js';
import { weightedWrmfProblem, wrmfInnerProblem } from './training.js';

const FLOAT = 4;

function stepsAnEpoch(users: number, batchSize: number): number {
  return batchSize === 0 ? 1 : Math.ceil(users / batchSize);
}

/**
 * Operations of the products of one WRMF epoch: 6 nnz K + 4 U K^2 + (U/B) 4 I K^2.
 *
 * @example wrmfProducts({ users: 13149, items: 14007, interactions: 428619 }, WRMF_DEFAULTS) // 7.6e9
 */
export function wrmfProducts(shape: TrainingShape, options: WrmfOptions): number {
  const { users, items, interactions } = shape;
  const { factors: k, batchSize } = options;
  return 6 * interactions * k + 4 * users * k * k + stepsAnEpoch(users, batchSize) * 4 * items * k * k;
}

/** One epoch with Adam: every user's row once, every item's row at every step. */
function epochOperations(shape: TrainingShape, options: WrmfOptions): number {
  const rows = shape.users + stepsAnEpoch(shape.users, options.batchSize) * shape.items;
  return wrmfProducts(shape, options) + ADAM_OPERATIONS * options.factors * rows;
}

/** State, gradients, the tape of one step, interactions with their patterns. */
function trainingBytes({ users, items, interactions }: TrainingShape, options: WrmfOptions): number {
  const { factors: k, batchSize } = options;
  const batch = batchSize === 0 ? users : Math.min(batchSize, users);
  return (3 * (users + items) + 6 * (batch + items)) * k * FLOAT + 32 * interactions;
}

/** The lambda of WRMF's objective for a number of users, fake ones included. */
export function wrmfRegularisation(
  { weightDecay, batchSize }: Pick<WrmfOptions, 'weightDecay' | 'batchSize'>,
  users: number,
): number {
  return adamRegularisation(weightDecay, stepsAnEpoch(users, batchSize));
}

/** What the objective that Adam minimises reads. */
const objectiveOf = (options: WrmfOptions, users: number) => ({
  ...options,
  regularisation: wrmfRegularisation(options, users),
});

/** The objective that Adam minimises, minimised by sweeps. */
export const WRMF_OPTIMUM = optimumSupport(objectiveOf);

/** The optimum is reached in a second where the regularisation is not small. */
const CHECK: GradientCheckSupport<WrmfOptions> = {
  reduced: (options, epochs, estimator) => ({
    ...options,
    factors: Math.min(options.factors, CHECKED_FACTORS),
    epochs,
    batchSize: 0,
    ...(estimator === 'implicit' && { weightDecay: 2 * CHECKED_REGULARISATION }),
  }),
  objective: (request, estimator) =>
    estimator === 'implicit' ? denseOptimumObjective(WRMF_OPTIMUM, objectiveOf, request) : denseWrmf(request),
};

/** @example const fitted = await wrmf.fit(train, wrmf.defaults, SeedKey.root(1), { kernels }); */
export const wrmf: Recommender<WrmfOptions> = {
  name: 'wrmf',
  title: 'weighted matrix factorisation, trained with Adam (WRMF+SGD in the paper)',
  source:
    'Hu, Koren, Volinsky: Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008; with Adam as in Tang, Wen, Wang, RecSys 2020',
  version: 1,
  options: WRMF_OPTIONS,
  defaults: WRMF_DEFAULTS,
  presets: { synthetic: WRMF_SYNTHETIC },
  fit: (train, options, seed, context) => fitDifferentiable(wrmf, train, options, seed, context),
  restore: (saved, train, context) => restoreFactorModel(wrmf, saved, train, context),
  fitCost: (shape, options) => ({
    operations: options.epochs * epochOperations(shape, options),
    bytes: trainingBytes(shape, options),
  }),
  rankOperations: ({ items }, { factors }) => items * (2 * factors + 4),
  // Predictions read no data: `partial` would be 0.
  surrogate: {
    estimators: ['unrolled', 'exact', 'implicit'],
    innerProblem: wrmfInnerProblem,
    optimum: WRMF_OPTIMUM,
    check: CHECK,
    weightedProblem: weightedWrmfProblem,
  },
};
