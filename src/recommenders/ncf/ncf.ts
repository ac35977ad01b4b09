/**
 * NCF as a `Recommender`: NeuMF of He et al. (2017), an elementwise product of embeddings beside a hidden layer over
 * others. The mathematics lives in `model.ts`, training in `training.ts`, ranking in `scores.ts`.
 *
 * Beside the authors' released code: it has no hidden layer where the paper's Table 1 names one of 128 units; here it is
 * there (one layer over the concatenated embeddings), and `hiddenSize` 0, the preset `authors`, leaves it out.
 */

import type { TrainingShape } from '../../compute.js';
import { validateOptions } from '../../options.js';
import { ADAM_OPERATIONS } from '../training/tables.js';
import type { Recommender } from '../types.js';
import {
  NCF_AUTHORS,
  NCF_DEFAULTS,
  NCF_OPTIONS,
  NCF_SYNTHETIC,
  NCF_TUNED,
  type NcfOptions,
} from './options.js';
import { weightCount } from './parameters.js';
import { createNcfFitted, restoreNcf } from './scores.js';
import { trainNcf } from './training.js';

const FLOAT = 4;
/** What one tanh costs in multiply-adds at the matrix product's rate, in training and (one division) in ranking. */
const TANH_OPERATIONS = 40;
const RANKED_TANH_OPERATIONS = 8;

/** Expected number of distinct rows when `draws` are made from `rows`, all alike. */
function distinct(rows: number, draws: number): number {
  return rows * -Math.expm1(draws * Math.log1p(-1 / Math.max(2, rows)));
}

function pairsAStep({ interactions }: TrainingShape, { batchSize, negatives }: NcfOptions) {
  const samples = batchSize === 0 ? interactions : Math.min(batchSize, interactions);
  return { samples, pairs: samples * (1 + negatives), steps: interactions / Math.max(1, samples) };
}

/** Products by sample and by distinct item, the pairs' own work, and Adam on the rows and the weights. */
function epochOperations(shape: TrainingShape, options: NcfOptions): number {
  const { factors, mlpFactors, hiddenSize } = options;
  const { samples, pairs, steps } = pairsAStep(shape, options);
  const items = distinct(shape.items, pairs);
  // Without a hidden layer, a sample or an item hands one number on.
  const products = 6 * (samples + items) * mlpFactors * Math.max(1, hiddenSize);
  const pairwise = pairs * (6 * factors + hiddenSize * (TANH_OPERATIONS + 10));
  const rows = distinct(shape.users, samples) + items;
  const adam = ADAM_OPERATIONS * (2 * rows * (factors + mlpFactors) + weightCount(options));
  return steps * (products + pairwise + adam);
}

/** Tables with moments (and a copy of the result), and what a step holds. */
function trainingBytes(shape: TrainingShape, options: NcfOptions): number {
  const { factors, mlpFactors, hiddenSize } = options;
  const { samples, pairs } = pairsAStep(shape, options);
  const items = Math.min(shape.items, pairs);
  const tables = 4 * ((shape.users + shape.items) * (factors + mlpFactors) + weightCount(options));
  const handedOn = 2 * Math.max(1, hiddenSize);
  const step = pairs * (hiddenSize + 8) + (samples + items) * (4 * factors + 2 * mlpFactors + handedOn);
  return (tables + step) * FLOAT + 16 * shape.interactions;
}

/** @example const fitted = await ncf.fit(train, ncf.defaults, SeedKey.root(1), { kernels }); */
export const ncf: Recommender<NcfOptions> = {
  name: 'ncf',
  title: 'neural collaborative filtering (NeuMF): embeddings multiplied, and a hidden layer over others',
  source: 'He, Liao, Zhang, Nie, Hu, Chua: Neural Collaborative Filtering, WWW 2017',
  version: 1,
  options: NCF_OPTIONS,
  defaults: NCF_DEFAULTS,
  presets: { synthetic: NCF_SYNTHETIC, authors: NCF_AUTHORS, tuned: NCF_TUNED },
  async fit(train, options, seed, context) {
    validateOptions(ncf.name, NCF_OPTIONS, options);
    const { parameters, losses } = await trainNcf(ncf.name, train, options, seed, context);
    return createNcfFitted(context.kernels, { recommender: ncf, options, losses, train, parameters });
  },
  restore: (saved, train, context) => restoreNcf(ncf, saved, train, context),
  fitCost: (shape, options) => ({
    operations: options.epochs * epochOperations(shape, options),
    bytes: trainingBytes(shape, options),
  }),
  rankOperations: ({ items }, { factors, hiddenSize }) =>
    items * (2 * factors + RANKED_TANH_OPERATIONS * hiddenSize + 4),
};
