/**
 * ItemAE as a `Recommender`: an autoencoder over items (the row of item i is its column of the data), tanh hidden layers,
 * linear output, weighted squared error. The mathematics lives in `model.ts`, the inner problem in
 * `training.ts`.
 */

import type { TrainingShape } from '../../compute.js';
import { type FactorPoints, restoreFactorModel } from '../fitted/factor-model.js';
import { fitDifferentiable } from '../training/differentiable.js';
import { ADAM_OPERATIONS } from '../training/tables.js';
import type { Recommender } from '../types.js';
import { denseItemAeObjective } from './dense.js';
import { ITEM_AE_DEFAULTS, ITEM_AE_OPTIONS, ITEM_AE_SYNTHETIC, type ItemAeOptions } from './options.js';
import { itemAeInnerProblem } from './training.js';

const FLOAT = 4;
/** A user's weights of the last layer without the bias; what an item is there, a hidden layer in (-1, 1), is no user. */
const POINTS: FactorPoints = { dropped: 1, items: null };

function stepsAnEpoch(items: number, batchSize: number): number {
  return batchSize === 0 ? 1 : Math.ceil(items / batchSize);
}

/**
 * Operations of one epoch, with h hidden and d code units: first layer and observed entries 10 nnz h, hidden layers
 * 12 I h d, Gram products 4 I h^2 + (I/B) 4 U h^2, and Adam on both tables of U h at every step.
 */
function epochOperations({ users, items, interactions }: TrainingShape, options: ItemAeOptions): number {
  const { hiddenUnits: h, codeUnits: d, batchSize } = options;
  const steps = stepsAnEpoch(items, batchSize);
  const products = 10 * interactions * h + 12 * items * h * d + 4 * (items + steps * users) * h * h;
  return products + ADAM_OPERATIONS * steps * 2 * h * (users + d);
}

/** State, interactions with their patterns, and what encoding all items at once takes; a training step takes less. */
function fitBytes({ users, items, interactions }: TrainingShape, options: ItemAeOptions): number {
  const { hiddenUnits: h, codeUnits: d } = options;
  return (8 * users * h + items * (10 * h + 4 * d)) * FLOAT + 48 * interactions;
}

/** @example const fitted = await itemAe.fit(train, itemAe.defaults, SeedKey.root(1), { kernels }); */
export const itemAe: Recommender<ItemAeOptions> = {
  name: 'item-ae',
  title: 'autoencoder over items, weighted squared error (ItemAE in the paper)',
  source:
    'Sedhain, Menon, Sanner, Xie: AutoRec: Autoencoders Meet Collaborative Filtering, WWW 2015; as in Tang, Wen, Wang, RecSys 2020',
  version: 1,
  options: ITEM_AE_OPTIONS,
  defaults: ITEM_AE_DEFAULTS,
  presets: { synthetic: ITEM_AE_SYNTHETIC },
  fit: (train, options, seed, context) => fitDifferentiable(itemAe, train, options, seed, context, POINTS),
  restore: (saved, train, context) => restoreFactorModel(itemAe, saved, train, context, POINTS),
  fitCost: (shape, options) => ({
    operations: options.epochs * epochOperations(shape, options),
    bytes: fitBytes(shape, options),
  }),
  rankOperations: ({ items }, { hiddenUnits }) => items * (2 * (hiddenUnits + 1) + 4),
  surrogate: {
    estimators: ['partial', 'unrolled', 'exact'],
    innerProblem: itemAeInnerProblem,
    check: {
      reduced: (options, epochs) => ({ ...options, hiddenUnits: 6, codeUnits: 3, epochs, batchSize: 0 }),
      objective: denseItemAeObjective,
    },
  },
};
