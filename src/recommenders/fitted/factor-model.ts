/**
 * A fitted model whose score is a product of factors, score(u, i) = users_u . items_i: ranking, saving and restoring
 * for every recommender of that form (a bias is one more factor). What it is not: it trains nothing.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { Kernels } from '../../kernels/types.js';
import type { ComputeContext, FittedRecommender, Recommender, SavedModel } from '../types.js';
import { checkSaved, createFittedModel, type FittedModelInput } from './fitted-model.js';
import { type Factors, rankByFactors } from './rank.js';

export interface FactorModelInput extends Omit<FittedModelInput, 'arrays' | 'rank' | 'release'> {
  readonly train: InteractionMatrix;
  /** in kernel memory; from here on the model's own */
  readonly factors: Factors;
}

/** @example createFactorModel(kernels, { name: 'wrmf', version: 1, options, losses, train, factors }) */
export function createFactorModel(
  kernels: Kernels<Float32Array>,
  { train, factors, ...model }: FactorModelInput,
): FittedRecommender {
  const { users, items } = factors;
  return createFittedModel({
    ...model,
    arrays: { users, items },
    rank: (request) => rankByFactors(kernels, factors, train, request),
    release() {
      kernels.release(users);
      kernels.release(items);
    },
  });
}

/** A model that `createFactorModel` saved. */
export function restoreFactorModel(
  recommender: Pick<Recommender<never>, 'name' | 'version'>,
  saved: SavedModel,
  train: InteractionMatrix,
  { kernels }: ComputeContext,
): FittedRecommender {
  const k = (saved.arrays.items?.length ?? 0) / Math.max(1, train.items);
  checkSaved(recommender, saved, { users: train.users * k, items: train.items * Math.floor(k) });
  const copy = (array: Float32Array | Int32Array) => {
    const values = kernels.allocate(array.length);
    values.set(array);
    return values;
  };
  const { users, items } = saved.arrays;
  const factors = { users: copy(users), items: copy(items), itemCount: train.items, k };
  const { name, version } = recommender;
  return createFactorModel(kernels, {
    name,
    version,
    options: saved.options,
    losses: saved.losses,
    train,
    factors,
  });
}
