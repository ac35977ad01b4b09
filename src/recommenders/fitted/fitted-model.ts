/**
 * The life of a fitted model, whatever it scores by: it ranks and saves until it is disposed, and gives its memory back
 * once. What it is not: it trains nothing and knows no score (`factor-model.ts`, `scored-model.ts`).
 */

import { RecauditError } from '../../errors.js';
import type {
  FittedRecommender,
  Points,
  RankedLists,
  RankRequest,
  Recommender,
  SavedModel,
} from '../types.js';

/** Points of users and items, by index. */
export type PointsOf = (users: Int32Array, items: Int32Array) => Points;

export interface FittedModelInput {
  /** the recommender's, for errors and saved models */
  readonly name: string;
  readonly version: number;
  readonly options: object;
  readonly losses: readonly number[];
  /** everything that was learned, as `save` gives it; may be kernel memory */
  readonly arrays: SavedModel['arrays'];
  readonly rank: (request: RankRequest) => RankedLists;
  /** what it has learned as points, if it has any */
  readonly points?: PointsOf | undefined;
  /** gives kernel memory back, once */
  readonly release?: (() => void) | undefined;
}

/** @example createFittedModel({ name, version, options, losses, arrays: { users, items }, rank, release }) */
export function createFittedModel(input: FittedModelInput): FittedRecommender {
  const { name, version, options, losses, arrays, rank, points, release } = input;
  let disposed = false;
  const alive = (what: string) => {
    if (disposed) throw afterDispose(name, what);
  };
  return {
    losses,
    async recommend(request) {
      alive('recommend');
      return rank(request);
    },
    ...(points && {
      points(users: Int32Array, items: Int32Array) {
        alive('points');
        return points(users, items);
      },
    }),
    save() {
      alive('save');
      const copies = Object.entries(arrays).map(([key, values]) => [key, copyOf(values)]);
      return { recommender: name, version, options, losses, arrays: Object.fromEntries(copies) };
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      release?.();
    },
  };
}

function copyOf(values: Float32Array | Int32Array): Float32Array | Int32Array {
  return values instanceof Float32Array ? Float32Array.from(values) : Int32Array.from(values);
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
