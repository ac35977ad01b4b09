/**
 * LightGCN as a `Recommender`: embeddings propagated over the graph of users and items, trained with BPR on sampled
 * pairs. The mathematics lives in `model.ts`, the inner problem in `training.ts`.
 */

import type { TrainingShape } from '../../compute.js';
import { restoreFactorModel } from '../fitted/factor-model.js';
import { fitDifferentiable } from '../training/differentiable.js';
import { ADAM_OPERATIONS } from '../training/tables.js';
import type { Recommender } from '../types.js';
import { denseLightGcnObjective } from './dense.js';
import {
  LIGHT_GCN_DEFAULTS,
  LIGHT_GCN_OPTIONS,
  LIGHT_GCN_SYNTHETIC,
  type LightGcnOptions,
} from './options.js';
import { lightGcnInnerProblem } from './training.js';

const FLOAT = 4;

/**
 * Operations of one epoch: at every step the whole graph is propagated and its gradient taken back, 8 L nnz K, and Adam
 * touches every row; each pair costs about 40 K.
 */
function epochOperations({ users, items, interactions }: TrainingShape, options: LightGcnOptions): number {
  const { factors: k, layers, batchSize } = options;
  const steps = batchSize === 0 ? 1 : Math.ceil(interactions / batchSize);
  const step = 8 * layers * interactions * k + (ADAM_OPERATIONS + 4 * layers) * (users + items) * k;
  return steps * step + 40 * interactions * k;
}

/** State, the tape of one step (every layer and its gradient), pairs, the adjacency with its patterns. */
function fitBytes({ users, items, interactions }: TrainingShape, options: LightGcnOptions): number {
  const { factors: k, layers, batchSize } = options;
  const batch = batchSize === 0 ? interactions : Math.min(batchSize, interactions);
  return ((6 + 4 * layers) * (users + items) + 20 * batch) * k * FLOAT + 40 * interactions;
}

/** @example const fitted = await lightGcn.fit(train, lightGcn.defaults, SeedKey.root(1), { kernels }); */
export const lightGcn: Recommender<LightGcnOptions> = {
  name: 'light-gcn',
  title: 'graph convolution without weights, ranked by pairs (LightGCN, He et al. 2020)',
  source:
    'He, Deng, Wang, Li, Zhang, Wang: LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation, SIGIR 2020',
  version: 1,
  options: LIGHT_GCN_OPTIONS,
  defaults: LIGHT_GCN_DEFAULTS,
  presets: { synthetic: LIGHT_GCN_SYNTHETIC },
  fit: (train, options, seed, context) => fitDifferentiable(lightGcn, train, options, seed, context),
  restore: (saved, train, context) => restoreFactorModel(lightGcn, saved, train, context),
  fitCost: (shape, options) => ({
    operations: options.epochs * epochOperations(shape, options),
    bytes: fitBytes(shape, options),
  }),
  rankOperations: ({ items }, { factors }) => items * (2 * factors + 4),
  surrogate: {
    estimators: ['partial', 'unrolled', 'exact'],
    innerProblem: lightGcnInnerProblem,
    check: {
      reduced: (options, epochs) => ({
        ...options,
        factors: Math.min(options.factors, 4),
        layers: Math.min(options.layers, 2),
        epochs,
        batchSize: 0,
      }),
      objective: denseLightGcnObjective,
    },
  },
};
