/**
 * The `Recommender` interface: fit on interactions, then rank unseen items. The same interface serves victims
 * and surrogates; a recommender never knows which rows are fake.
 */

import type { ComputeContext, Cost, KernelMemory, TrainingShape } from '../compute.js';
import type { ProfileValues } from '../data/fake-rows.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Described } from '../described.js';
import type { RankedLists } from '../metrics/lists.js';
import type { SeedKey } from '../rng.js';
import type { SurrogateSupport } from './surrogate-types.js';

export type { RankedLists };

export interface RankRequest {
  /** user indices (rows of the training matrix) */
  readonly users: Int32Array;
  /** list length */
  readonly top: number;
  /** items whose rank among each user's unseen items is wanted; a recommender outside recaudit does not give any */
  readonly targets?: Int32Array;
  /**
   * All that the users clicked, where the model was trained on a part of it (a defence does that): these items are left out of lists
   * and ranks instead of the training rows alone. Same users and items; holds every row of the training matrix.
   */
  readonly seen?: InteractionMatrix;
}

/** A fitted model as plain data: what `Recommender.restore` needs beside the training interactions. */
export interface SavedModel {
  readonly recommender: string;
  readonly version: number;
  readonly options: object;
  readonly losses: readonly number[];
  readonly arrays: Readonly<Record<string, Float32Array | Int32Array>>;
}

/** How lists came about that were made outside recaudit; no part of what they are. */
export interface ListsOrigin {
  readonly command: string;
  readonly seconds: number;
  /** file of what the command printed, below the run store's folder; null where it was not kept */
  readonly log: string | null;
}

/** Users, and items where both lie in one space, as points; rows in the order they were asked for. */
export interface Points {
  readonly dimensions: number;
  readonly users: Float32Array;
  /** null where an item has no place among the users */
  readonly items: Float32Array | null;
}

export interface FittedRecommender {
  /** Training loss of each epoch, weight decay excluded; empty for models that are no fit of a loss. */
  readonly losses: readonly number[];
  /**
   * @throws RecauditError `config` for users, targets or a list length that the data do not have, `numeric` when a
   *   score is not finite, `usage` after dispose
   */
  recommend(request: RankRequest): Promise<RankedLists>;
  /** Of the last lists, where a command outside recaudit made them. */
  readonly origin?: ListsOrigin;
  /**
   * The points that the model has learned: copies, of users (rows of the training matrix) and items by index. Absent for
   * models without any, models outside recaudit, and those restored from a `save` that does not keep what it takes (Mult-VAE).
   *
   * @throws RecauditError `usage` after dispose
   */
  points?(users: Int32Array, items: Int32Array): Points;
  /** A copy of everything that was learned. */
  save(): SavedModel;
  /** Gives the kernel memory back. */
  dispose(): void;
}

export interface Recommender<Options extends object> extends Described<Options> {
  /**
   * Trains on all rows of `train` (real users first, fake users after). Deterministic in (train, options, seed,
   * kernel flavour); draws of a row depend only on (seed, tensor, row), so appended users change no draw of others.
   *
   * @throws RecauditError `config` for options out of range, `numeric` when a loss is not finite, `interrupted` when the
   *   signal fires
   * @param appended ratings and timestamps of the rows after the real ones, for a recommender that reads originals
   */
  fit(
    train: InteractionMatrix,
    options: Options,
    seed: SeedKey,
    context: ComputeContext,
    appended?: ProfileValues,
  ): Promise<FittedRecommender>;
  /** The model that `save` gave; `train` must be what it was fitted on. */
  restore(saved: SavedModel, train: InteractionMatrix, context: ComputeContext): FittedRecommender;
  /**
   * Refuses what kernel memory cannot hold, in the words of `fit`, so that a plan is refused before anything runs; absent where
   * `fit` needs no more than tables of factors.
   *
   * @throws RecauditError `config`
   */
  readonly checkMemory?: (shape: TrainingShape, memory: KernelMemory) => void;
  /** Time and memory of `fit`, from sizes alone. */
  fitCost(shape: TrainingShape, options: Options): Cost;
  /** Operations of ranking all items for one user; null where nobody can tell. */
  rankOperations(shape: TrainingShape, options: Options): number | null;
  /** Seconds for one user beside these operations, which no kernel speeds up: passes over memory, plain code. Default none. */
  rankPlainSeconds?(shape: TrainingShape, options: Options): number;
  /** It reads original ids, ratings and timestamps beside the interactions, so a task's key covers them too. */
  readonly readsOriginals?: boolean;
  /** How it serves as the surrogate of a learned attack; absent where it cannot. */
  readonly surrogate?: SurrogateSupport<Options>;
}
