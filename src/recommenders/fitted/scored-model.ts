/**
 * A fitted model that scores whole rows, for every recommender whose score is no dot product of factors (those have
 * `factor-model.ts`). What it is not: it trains nothing.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { Kernels } from '../../kernels/types.js';
import type { FittedRecommender } from '../types.js';
import { createFittedModel, type FittedModelInput } from './fitted-model.js';
import { rankByScores, type ScoreRows } from './rank-scores.js';

export interface ScoredModelInput extends Omit<FittedModelInput, 'rank'> {
  readonly train: InteractionMatrix;
  readonly scoreRows: ScoreRows;
}

/** @example createScoredModel(kernels, { name: 'popularity', version: 1, options, losses: [], train, arrays, scoreRows }) */
export function createScoredModel(
  kernels: Kernels<Float32Array>,
  { train, scoreRows, ...model }: ScoredModelInput,
): FittedRecommender {
  return createFittedModel({
    ...model,
    rank: (request) => rankByScores(kernels, train, request, scoreRows),
  });
}
