/**
 * A fitted model whose score is a product of factors, score(u, i) = users_u . items_i: ranking, saving and restoring
 * for every recommender of that form (a bias is one more factor). What it is not: it trains nothing.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import type { Kernels } from '../kernels/types.js';
import { type Factors, rankByFactors } from './rank.js';
import type { ComputeContext, FittedRecommender, Recommender, SavedModel } from './types.js';

export interface FactorModelInput {
  /** the recommender's, for errors and saved models */
  readonly name: string;
  readonly version: number;
  readonly options: object;
  readonly losses: readonly number[];
  readonly train: InteractionMatrix;
  /** in kernel memory; from here on the model's own */
  readonly factors: Factors;
}

/** @example createFactorModel(kernels, { name: 'wrmf', version: 1, options, losses, train, factors }) */
export function createFactorModel(
  kernels: Kernels<Float32Array>,
  { name, version, options, losses, train, factors }: FactorModelInput,
): FittedRecommender {
  let disposed = false;
  const alive = (what: string) => {
    if (disposed) throw afterDispose(name, what);
  };
  return {
    losses,
    async recommend(request) {
      alive('recommend');
      return rankByFactors(kernels, factors, train, request);
    },
    save() {
      alive('save');
      const arrays = { users: Float32Array.from(factors.users), items: Float32Array.from(factors.items) };
      return { recommender: name, version, options, losses, arrays };
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      kernels.release(factors.users);
      kernels.release(factors.items);
    },
  };
}

/** The error of a model that was used after `dispose`. */
export function afterDispose(name: string, what: string): RecauditError {
  return new RecauditError(
    'usage',
    `${name}, ${what}: expected a fitted model, got one after dispose. Rank and save before you dispose it.`,
  );
}

/** @throws RecauditError `data` unless the model is of this recommender and version and has these arrays */
export function checkSaved(
  { name, version }: Pick<Recommender<never>, 'name' | 'version'>,
  saved: SavedModel,
  lengths: Readonly<Record<string, number>>,
): void {
  if (saved.recommender !== name || saved.version !== version)
    throw new RecauditError(
      'data',
      `saved model: expected ${name} of version ${version}, got ${saved.recommender} of version ${saved.version}. Fit it again.`,
    );
  for (const [array, length] of Object.entries(lengths)) {
    const got = saved.arrays[array]?.length;
    if (got !== length)
      throw new RecauditError(
        'data',
        `saved ${name}, ${array}: expected ${length} values for these interactions, got ${got ?? 'none'}. Restore it with the interactions it was fitted on.`,
      );
  }
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
