/**
 * A fitted model whose score is a product of factors, score(u, i) = users_u . items_i: ranking, saving and restoring
 * for every recommender of that form (a bias is one more factor). What it is not: it trains nothing.
 */

import type { ComputeContext } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import type { Kernels } from '../../kernels/types.js';
import type { FittedRecommender, Recommender, SavedModel } from '../types.js';
import { checkSaved, createFittedModel, type FittedModelInput, type PointsOf } from './fitted-model.js';
import { type Factors, rankByFactors } from './rank.js';

/** How points are read off a model's factors. */
export interface FactorPoints {
  /** trailing factors that are no coordinate, such as a bias */
  readonly dropped: number;
  /** an item's point is its factors times this; null: items do not lie in the users' space */
  readonly items: number | null;
}

/** Factors are the points themselves. */
const DOT_PRODUCT: FactorPoints = { dropped: 0, items: 1 };

function pointsOfFactors({ users, items, k }: Factors, { dropped, items: scale }: FactorPoints): PointsOf {
  const dimensions = k - dropped;
  const rowsOf = (table: Float32Array, rows: Int32Array, times: number) => {
    const out = new Float32Array(rows.length * dimensions);
    rows.forEach((row, j) => {
      for (let d = 0; d < dimensions; d++) out[j * dimensions + d] = times * table[row * k + d];
    });
    return out;
  };
  return (ofUsers, ofItems) => ({
    dimensions,
    users: rowsOf(users, ofUsers, 1),
    items: scale === null ? null : rowsOf(items, ofItems, scale),
  });
}

export interface FactorModelInput extends Omit<FittedModelInput, 'arrays' | 'rank' | 'points' | 'release'> {
  readonly train: InteractionMatrix;
  /** in kernel memory; from here on the model's own */
  readonly factors: Factors;
  /** default: factors are points of one space; null: it shows none */
  readonly points?: FactorPoints | PointsOf | null | undefined;
}

/** @example createFactorModel(kernels, { name: 'wrmf', version: 1, options, losses, train, factors }) */
export function createFactorModel(
  kernels: Kernels<Float32Array>,
  { train, factors, points = DOT_PRODUCT, ...model }: FactorModelInput,
): FittedRecommender {
  const { users, items } = factors;
  const given = typeof points === 'function' || points === null;
  return createFittedModel({
    ...model,
    arrays: { users, items },
    rank: (request) => rankByFactors(kernels, factors, train, request),
    points: given ? (points ?? undefined) : pointsOfFactors(factors, points),
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
  points?: FactorPoints | null,
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
    points,
  });
}
