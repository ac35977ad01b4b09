/**
 * Recommenders whose model is a list of neighbours: of items (`item-cf`) or of users (`user-knn`). Options, fitting,
 * saving and costs are theirs in common; what a neighbour says about an item is each one's own.
 */

import type { ComputeContext, TrainingShape } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { defaultsOf, type OptionTable, validateOptions } from '../../options.js';
import { checkSaved } from '../fitted/fitted-model.js';
import { SCORE_SECONDS, type ScoreRows } from '../fitted/rank-scores.js';
import { createScoredModel } from '../fitted/scored-model.js';
import type { FittedRecommender, Recommender } from '../types.js';
import {
  type Neighbours,
  nearestRows,
  nearestSeconds,
  SIMILARITIES,
  type Similarity,
  type SparseRows,
} from './neighbours.js';

export interface NeighbourOptions {
  /** most similar items (or users) kept for each */
  readonly neighbours: number;
  readonly similarity: Similarity;
}

export interface NeighbourKind {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly version: number;
  /** whose neighbours, and the defaults */
  readonly of: 'items' | 'users';
  readonly neighbours: number;
  readonly similarity: Similarity;
  readonly presets: Recommender<NeighbourOptions>['presets'];
  /** whose neighbours, as rows */
  readonly rowsOf: (train: InteractionMatrix) => SparseRows;
  readonly scoresOf: (neighbours: Neighbours, train: InteractionMatrix) => ScoreRows;
}

function optionsOf({ of, neighbours, similarity }: NeighbourKind): OptionTable<NeighbourOptions> {
  return {
    neighbours: {
      type: 'integer',
      default: neighbours,
      min: 1,
      max: 1000,
      unit: of,
      help: `most similar ${of} kept for each`,
    },
    similarity: {
      type: 'choice',
      default: similarity,
      choices: SIMILARITIES,
      help: `how alike two ${of} are, by their common clicks`,
    },
  };
}

/** Neighbours that `rows` rows can have, of those asked for. */
function kept(rows: number, { neighbours }: NeighbourOptions): number {
  return Math.min(neighbours, Math.max(1, rows - 1));
}

function modelOf(
  { name, version, scoresOf }: NeighbourKind,
  neighbours: Neighbours,
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
    arrays: { neighbours: neighbours.indices, similarities: neighbours.similarities },
    scoreRows: scoresOf(neighbours, train),
  });
}

/** @example const itemCf = neighbourRecommender({ name: 'item-cf', of: 'items', rowsOf: itemRows, ... }) */
export function neighbourRecommender(kind: NeighbourKind): Recommender<NeighbourOptions> {
  const { name, title, source, version, of } = kind;
  const table = optionsOf(kind);
  return {
    name,
    title,
    source,
    version,
    options: table,
    defaults: defaultsOf(table),
    presets: kind.presets,
    async fit(train, options, _seed, context) {
      validateOptions(name, table, options);
      const { similarity } = options;
      const k = kept(train[of], options);
      const neighbours = await nearestRows(name, kind.rowsOf(train), { k, similarity }, context);
      return modelOf(kind, neighbours, options, train, context);
    },
    restore(saved, train, context) {
      const k = kept(train[of], saved.options as NeighbourOptions);
      checkSaved({ name, version }, saved, { neighbours: train[of] * k, similarities: train[of] * k });
      const indices = Int32Array.from(saved.arrays.neighbours);
      const similarities = Float32Array.from(saved.arrays.similarities);
      return modelOf(kind, { k, indices, similarities }, saved.options, train, context);
    },
    fitCost: (shape, options) => ({
      operations: 4 * shape.interactions,
      plainSeconds: nearestSeconds(of === 'items' ? 'users' : 'items', shape),
      bytes: 8 * shape[of] * kept(shape[of], options) + 12 * shape.interactions,
    }),
    rankOperations: (shape, options) => 4 * shape.items + 2 * spoken(of, shape, options),
    rankPlainSeconds: (shape, options) =>
      SCORE_SECONDS * shape.items + ADD_SECONDS * spoken(of, shape, options),
  };
}

/** One similarity added to a score anywhere in a row, measured: 3 to 5 ns. */
const ADD_SECONDS = 4e-9;

/** Similarities that add up to one user's scores, on average. */
function spoken(of: 'items' | 'users', shape: TrainingShape, options: NeighbourOptions): number {
  return (kept(shape[of], options) * shape.interactions) / Math.max(1, shape.users);
}
