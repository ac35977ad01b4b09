/**
 * WRMF by alternating least squares as a `Recommender`: the loss of `wrmf`, minimised over users and items in turn, each
 * in closed form; scores r_ui = p_u . q_i. The sweep is in `wrmf/als-sweep.ts`, the inner problem in `training.ts`.
 */

import type { TrainingShape } from '../../compute.js';
import { restoreFactorModel } from '../fitted/factor-model.js';
import type { GradientCheckSupport } from '../surrogate-types.js';
import { fitDifferentiable } from '../training/differentiable.js';
import type { Recommender } from '../types.js';
import { sweepOperations } from '../wrmf/als-sweep.js';
import { CHECKED_FACTORS, CHECKED_REGULARISATION, denseOptimumObjective } from '../wrmf/dense-optimum.js';
import { optimumSupport } from '../wrmf/optimum.js';
import { denseAls } from './dense.js';
import { WRMF_ALS_DEFAULTS, WRMF_ALS_OPTIONS, type WrmfAlsOptions } from './options.js';
import { wrmfAlsInnerProblem } from './training.js';

const FLOAT = 4;

/** Factors and their copies in the fitted model, the pattern with two values a click, a few K x K matrices. */
function trainingBytes(
  { users, items, interactions }: TrainingShape,
  { factors: k }: WrmfAlsOptions,
): number {
  return FLOAT * (2 * (users + items) * k + 5 * interactions + users + items + 4 * k * k);
}

const OPTIMUM = optimumSupport((options: WrmfAlsOptions) => options);

const CHECK: GradientCheckSupport<WrmfAlsOptions> = {
  reduced: (options, epochs, estimator) => ({
    ...options,
    factors: Math.min(options.factors, CHECKED_FACTORS),
    epochs,
    ...(estimator === 'implicit' && { regularisation: CHECKED_REGULARISATION }),
  }),
  objective: (request, estimator) =>
    estimator === 'implicit'
      ? denseOptimumObjective(OPTIMUM, (options) => options, request)
      : denseAls(request),
};

/** @example const fitted = await wrmfAls.fit(train, wrmfAls.defaults, SeedKey.root(1), { kernels }); */
export const wrmfAls: Recommender<WrmfAlsOptions> = {
  name: 'wrmf-als',
  title: 'weighted matrix factorisation, alternating least squares (WRMF+ALS in the paper)',
  source: 'Hu, Koren, Volinsky: Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008',
  version: 1,
  options: WRMF_ALS_OPTIONS,
  defaults: WRMF_ALS_DEFAULTS,
  presets: { synthetic: { factors: 16 } },
  fit: (train, options, seed, context) => fitDifferentiable(wrmfAls, train, options, seed, context),
  restore: (saved, train, context) => restoreFactorModel(wrmfAls, saved, train, context),
  fitCost: (shape, options) => ({
    operations: options.epochs * sweepOperations(shape, options),
    bytes: trainingBytes(shape, options),
  }),
  rankOperations: ({ items }, { factors }) => items * (2 * factors + 4),
  surrogate: {
    estimators: ['partial', 'implicit'],
    innerProblem: wrmfAlsInnerProblem,
    optimum: OPTIMUM,
    check: CHECK,
  },
};
