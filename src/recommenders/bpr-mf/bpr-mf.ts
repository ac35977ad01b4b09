/**
 * Matrix factorisation with Bayesian personalised ranking (Rendle et al. 2009) as a `Recommender`: scores
 * r_ui = p_u . q_i, no biases. For each clicked item i and sampled unclicked items j,
 *
 *     L = sum over samples of sum over j of softplus(r_uj - r_ui)
 *         + regularisation / 2 * (|p_u|^2 + |q_i|^2 + sum over j of |q_j|^2).
 *
 * Training lives in `training/pairwise.ts`; as a surrogate it is `model.ts`.
 */

import { defaultsOf, type OptionTable, validateOptions } from '../../options.js';
import { createFactorModel, restoreFactorModel } from '../fitted/factor-model.js';
import {
  createPairwiseTables,
  type PairwiseLoss,
  pairwiseBytes,
  pairwiseOperations,
  releasePairwiseTables,
  trainPairwise,
} from '../training/pairwise.js';
import { type PairwiseOptions, pairwiseOptions } from '../training/pairwise-options.js';
import type { Recommender } from '../types.js';
import { denseBpr } from './dense.js';
import { bprInnerProblem, weightedBprProblem } from './training.js';

export type BprMfOptions = PairwiseOptions;

/** The original paper leaves them to a search; these reach Recall@50 0.296 on the Gowalla 15-core split. */
export const BPR_MF_OPTIONS: OptionTable<BprMfOptions> = pairwiseOptions(
  {
    factors: 64,
    learningRate: 1e-3,
    regularisation: 1e-2,
    epochs: 100,
    batchSize: 2048,
    negatives: 1,
    initialScale: 0.1,
  },
  { addedTo: 'its loss' },
);

export const BPR_MF_DEFAULTS: BprMfOptions = defaultsOf(BPR_MF_OPTIONS);

const BPR_LOSS: PairwiseLoss = {
  name: 'bpr-mf',
  evaluate: (kernels, input) => kernels.bprLoss(input),
  scale: 1,
  ownScale: 0,
  averaged: false,
  largestNorm: 0,
};

/** @example const fitted = await bprMf.fit(train, bprMf.defaults, SeedKey.root(1), { kernels }); */
export const bprMf: Recommender<BprMfOptions> = {
  name: 'bpr-mf',
  title: 'matrix factorisation with Bayesian personalised ranking',
  source:
    'Rendle, Freudenthaler, Gantner, Schmidt-Thieme: BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009',
  version: 1,
  options: BPR_MF_OPTIONS,
  defaults: BPR_MF_DEFAULTS,
  presets: {
    synthetic: { factors: 16, learningRate: 1e-2, epochs: 60, batchSize: 256 },
    tuned: { factors: 128, negatives: 4, regularisation: 2e-2 },
  },
  async fit(train, options, seed, context) {
    validateOptions('bpr-mf', BPR_MF_OPTIONS, options);
    const { kernels } = context;
    const tables = createPairwiseTables(kernels, train, options, seed);
    try {
      const losses = await trainPairwise(kernels, BPR_LOSS, tables, { train, options, seed }, context);
      const factors = {
        users: copied(kernels.allocate(tables.users.parameter.length), tables.users.parameter),
        items: copied(kernels.allocate(tables.items.parameter.length), tables.items.parameter),
        itemCount: train.items,
        k: options.factors,
      };
      const { name, version } = bprMf;
      return createFactorModel(kernels, { name, version, options, losses, train, factors });
    } finally {
      releasePairwiseTables(kernels, tables);
    }
  },
  restore: (saved, train, context) => restoreFactorModel(bprMf, saved, train, context),
  fitCost: (shape, options) => ({
    operations: options.epochs * pairwiseOperations(shape.interactions, options),
    bytes: pairwiseBytes(shape, options),
  }),
  rankOperations: ({ items }, { factors }) => items * (2 * factors + 4),
  // Predictions read no data: `partial` would be 0.
  surrogate: {
    estimators: ['unrolled', 'exact'],
    innerProblem: bprInnerProblem,
    weightedProblem: weightedBprProblem,
    check: {
      reduced: (options, epochs) => ({
        ...options,
        factors: Math.min(options.factors, 4),
        epochs,
        batchSize: 0,
      }),
      objective: denseBpr,
    },
  },
};

function copied(out: Float32Array, values: Float32Array): Float32Array {
  out.set(values);
  return out;
}
