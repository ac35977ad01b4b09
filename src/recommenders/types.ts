/**
 * The `Recommender` interface: fit on interactions, then rank unseen items. The same interface serves victims
 * and surrogates; a recommender never knows which rows are fake.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import type { Kernels } from '../kernels/types.js';
import type { RankedLists } from '../metrics/lists.js';
import type { SeedKey } from '../rng.js';

export type { RankedLists };

/** What long computations report. `done` of `total` units of `phase`; metrics are current values. */
export interface ProgressEvent {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** One resumable state: JSON values. `save` replaces what was there, atomically. */
export interface Checkpoint {
  load(): unknown;
  save(state: unknown): void;
}

/** What compute functions get from their caller. */
export interface ComputeContext {
  /** where a long computation keeps what it needs to resume; absent: it starts over */
  readonly checkpoint?: Checkpoint;
  readonly kernels: Kernels<Float32Array>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}

export interface RankRequest {
  /** user indices (rows of the training matrix) */
  readonly users: Int32Array;
  /** list length */
  readonly top: number;
  /** items whose rank among each user's unseen items is wanted */
  readonly targets?: Int32Array;
}

export interface FittedRecommender {
  /** Training loss of each epoch, weight decay excluded. */
  readonly losses: readonly number[];
  recommend(request: RankRequest): RankedLists;
  /** Gives the kernel memory back. */
  dispose(): void;
}

export interface Recommender<Options> {
  readonly name: string;
  /** Part of every task key: raise it when the same options give other numbers. */
  readonly version: number;
  readonly defaults: Options;
  /**
   * Trains on all rows of `train` (real users first, fake users after). Deterministic in (train, options, seed,
   * kernel flavour); draws of a row depend only on (seed, tensor, row), so appended users change no draw of others.
   */
  fit(
    train: InteractionMatrix,
    options: Options,
    seed: SeedKey,
    context: ComputeContext,
  ): Promise<FittedRecommender>;
}
