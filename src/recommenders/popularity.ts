/**
 * Popularity: everybody gets the items with most clicks that they have not seen. score(u, i) = clicks of item i. The
 * floor that any personal recommender should clear.
 */

import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { type OptionTable, validateOptions } from '../options.js';
import { checkSaved } from './fitted/fitted-model.js';
import { SCORE_SECONDS } from './fitted/rank-scores.js';
import { createScoredModel } from './fitted/scored-model.js';
import type { FittedRecommender, Recommender } from './types.js';

/** It has none. */
export type PopularityOptions = Record<never, never>;

const POPULARITY_OPTIONS: OptionTable<PopularityOptions> = {};

/** 2: equally popular items in a drawn order, not by index. */
const { name, version } = { name: 'popularity', version: 2 };

function modelOf(
  counts: Float32Array,
  options: object,
  train: InteractionMatrix,
  { kernels }: ComputeContext,
): FittedRecommender {
  return createScoredModel(kernels, {
    name,
    version,
    options,
    losses: [],
    train,
    arrays: { counts },
    scoreRows(users, out) {
      for (let j = 0; j < users.length; j++) out.set(counts, j * train.items);
    },
  });
}

/** @example const fitted = await popularity.fit(train, {}, SeedKey.root(1), { kernels }); */
export const popularity: Recommender<PopularityOptions> = {
  name,
  title: 'the most clicked items, for everybody',
  source: 'docs/recommenders.md',
  version,
  options: POPULARITY_OPTIONS,
  defaults: {},
  presets: { synthetic: {} },
  async fit(train, options, _seed, context) {
    validateOptions(name, POPULARITY_OPTIONS, options);
    return modelOf(Float32Array.from(train.itemDegrees()), options, train, context);
  },
  restore(saved, train, context) {
    checkSaved(popularity, saved, { counts: train.items });
    return modelOf(Float32Array.from(saved.arrays.counts), saved.options, train, context);
  },
  fitCost: ({ items, interactions }) => ({ operations: interactions, bytes: 8 * items }),
  rankOperations: ({ items }) => 4 * items,
  rankPlainSeconds: ({ items }) => SCORE_SECONDS * items,
};
