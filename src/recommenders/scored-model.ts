/**
 * A fitted model that scores whole rows: ranking, saving and the end of its life, for every recommender whose score is no
 * dot product of factors (those have `factor-model.ts`). What it is not: it trains nothing.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import type { Kernels } from '../kernels/types.js';
import { afterDispose } from './factor-model.js';
import { rankByScores, type ScoreRows } from './rank-scores.js';
import type { FittedRecommender, SavedModel } from './types.js';

export interface ScoredModelInput {
  /** the recommender's, for errors and saved models */
  readonly name: string;
  readonly version: number;
  readonly options: object;
  readonly losses: readonly number[];
  readonly train: InteractionMatrix;
  /** everything that was learned, as `save` gives it; may be kernel memory */
  readonly arrays: SavedModel['arrays'];
  readonly scoreRows: ScoreRows;
  /** gives kernel memory back, once */
  readonly release?: () => void;
}

/** @example createScoredModel(kernels, { name: 'popularity', version: 1, options, losses: [], train, arrays, scoreRows }) */
export function createScoredModel(
  kernels: Kernels<Float32Array>,
  { name, version, options, losses, train, arrays, scoreRows, release }: ScoredModelInput,
): FittedRecommender {
  let disposed = false;
  const alive = (what: string) => {
    if (disposed) throw afterDispose(name, what);
  };
  return {
    losses,
    async recommend(request) {
      alive('recommend');
      return rankByScores(kernels, train, request, scoreRows);
    },
    save() {
      alive('save');
      const copies = Object.entries(arrays).map(([key, values]) => [
        key,
        values instanceof Float32Array ? Float32Array.from(values) : Int32Array.from(values),
      ]);
      return { recommender: name, version, options, losses, arrays: Object.fromEntries(copies) };
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      release?.();
    },
  };
}
