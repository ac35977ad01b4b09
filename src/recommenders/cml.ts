/**
 * Collaborative metric learning (Hsieh et al. 2017) as a `Recommender`: users and items are points, a click says "near".
 * Score of an item: -|p_u - q_i|^2. For a step's samples, each a clicked item i and sampled unclicked items j,
 *
 *     L = mean over samples of max(0, margin + |p_u - q_i|^2 - min over j of |p_u - q_j|^2)
 *         + regularisation / 2 * sum over samples of (|p_u|^2 + |q_i|^2 + sum over j of |q_j|^2),
 *
 * a mean beside a sum, as the paper authors' code has it: the weight of the second grows with the batch.
 *
 * Ranked as the dot product [p_u, 1] . [2 q_i, -|q_i|^2], which differs from the score by |p_u|^2 only.
 */

import { defaultsOf, type OptionTable, validateOptions } from '../options.js';
import { createFactorModel, type FactorPoints, restoreFactorModel } from './fitted/factor-model.js';
import {
  createPairwiseTables,
  type PairwiseLoss,
  pairwiseBytes,
  pairwiseOperations,
  releasePairwiseTables,
  trainPairwise,
} from './training/pairwise.js';
import { type PairwiseOptions, pairwiseOptions } from './training/pairwise-options.js';
import type { Recommender } from './types.js';

export interface CmlOptions extends PairwiseOptions {
  /** how much nearer a clicked item should be than an unclicked one, in squared distance */
  readonly margin: number;
  /** keep all points within distance 1 of the origin */
  readonly unitBall: boolean;
}

/** The paper authors' values on Gowalla. */
export const CML_OPTIONS: OptionTable<CmlOptions> = {
  ...pairwiseOptions(
    {
      factors: 256,
      learningRate: 1e-3,
      regularisation: 1e-4,
      epochs: 100,
      batchSize: 512,
      negatives: 10,
      initialScale: 1,
    },
    { addedTo: 'the mean loss of a step', counting: ', of which the nearest counts' },
  ),
  margin: {
    type: 'number',
    default: 10,
    above: 0,
    help: 'how much nearer a clicked item should be, in squared distance',
  },
  unitBall: { type: 'flag', default: false, help: 'keep all points within distance 1 of the origin' },
};

export const CML_DEFAULTS: CmlOptions = defaultsOf(CML_OPTIONS);

function cmlLoss({ margin, unitBall }: CmlOptions): PairwiseLoss {
  return {
    name: 'cml',
    evaluate: (kernels, input) => kernels.hingeLoss(input, margin),
    scale: -2,
    ownScale: 2,
    averaged: true,
    largestNorm: unitBall ? 1 : 0,
  };
}

/** [p, 1] and [2 q, -|q|^2] back to p and q. */
const POINTS: FactorPoints = { dropped: 1, items: 0.5 };

/** @example const fitted = await cml.fit(train, cml.defaults, SeedKey.root(1), { kernels }); */
export const cml: Recommender<CmlOptions> = {
  name: 'cml',
  title: 'collaborative metric learning',
  source: 'Hsieh, Yang, Cui, Lin, Belongie, Estrin: Collaborative Metric Learning, WWW 2017',
  version: 1,
  options: CML_OPTIONS,
  defaults: CML_DEFAULTS,
  presets: {
    synthetic: { factors: 32, learningRate: 1e-2, epochs: 60, batchSize: 256 },
    tuned: { initialScale: 0.1, epochs: 40 },
  },
  async fit(train, options, seed, context) {
    validateOptions('cml', CML_OPTIONS, options);
    const { kernels } = context;
    const tables = createPairwiseTables(kernels, train, options, seed);
    try {
      const run = { train, options, seed };
      const losses = await trainPairwise(kernels, cmlLoss(options), tables, run, context);
      const factors = {
        users: withOnes(
          kernels.allocate(train.users * (options.factors + 1)),
          tables.users.parameter,
          options.factors,
        ),
        items: asLinear(
          kernels.allocate(train.items * (options.factors + 1)),
          tables.items.parameter,
          options.factors,
        ),
        itemCount: train.items,
        k: options.factors + 1,
      };
      return createFactorModel(kernels, {
        name: cml.name,
        version: cml.version,
        options,
        losses,
        train,
        factors,
        points: POINTS,
      });
    } finally {
      releasePairwiseTables(kernels, tables);
    }
  },
  restore: (saved, train, context) => restoreFactorModel(cml, saved, train, context, POINTS),
  fitCost: (shape, options) => ({
    operations: options.epochs * pairwiseOperations(shape.interactions, options),
    bytes: pairwiseBytes(shape, options),
  }),
  rankOperations: ({ items }, { factors }) => items * (2 * (factors + 1) + 4),
};

/** [p, 1] for each row. */
function withOnes(out: Float32Array, points: Float32Array, k: number): Float32Array {
  for (let row = 0; row * k < points.length; row++) {
    out.set(points.subarray(row * k, (row + 1) * k), row * (k + 1));
    out[row * (k + 1) + k] = 1;
  }
  return out;
}

/** [2 q, -|q|^2] for each row. */
function asLinear(out: Float32Array, points: Float32Array, k: number): Float32Array {
  for (let row = 0; row * k < points.length; row++) {
    let square = 0;
    for (let j = 0; j < k; j++) {
      const value = points[row * k + j];
      out[row * (k + 1) + j] = 2 * value;
      square += value * value;
    }
    out[row * (k + 1) + k] = -square;
  }
  return out;
}
