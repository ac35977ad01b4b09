/**
 * The `Recommender` interface: fit on interactions, then rank unseen items. The same interface serves victims
 * and surrogates; a recommender never knows which rows are fake.
 */

import type {
  BatchSource,
  InnerOptimum,
  ScoreModel,
  TrainingState,
  TrainingStep,
} from '../autodiff/index.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import type { RankedLists } from '../metrics/lists.js';
import type { SeedKey } from '../rng.js';
import type { OptionTable } from './options.js';
import type { KeptDraws } from './sampling/kept-draws.js';
import type { DenseObjective, DenseRequest } from './training/dense.js';

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
  /** most bytes of training states that a hypergradient keeps (see `hypergradient`); changes no result */
  readonly trajectoryBytes?: number;
}

export interface RankRequest {
  /** user indices (rows of the training matrix) */
  readonly users: Int32Array;
  /** list length */
  readonly top: number;
  /** items whose rank among each user's unseen items is wanted; a recommender outside recaudit does not give any */
  readonly targets?: Int32Array;
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

/** Sizes of what a recommender trains on, fake users included. */
export interface TrainingShape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

/** Bytes of kernel memory: in use, and at most. */
export interface KernelMemory {
  readonly used: number;
  readonly limit: number;
}

/** What fitting takes: arithmetic operations (multiply and add separately) and bytes held at once. Estimates. */
export interface Cost {
  /** null where nobody can tell, as with a user's own command */
  readonly operations: number | null;
  readonly bytes: number;
}

export interface Recommender<Options extends object> {
  readonly name: string;
  /** what it is, in a few words, e.g. `weighted matrix factorisation, trained with Adam` */
  readonly title: string;
  /** Part of every task key: raise it when the same options give other numbers. */
  readonly version: number;
  readonly options: OptionTable<Options>;
  readonly defaults: Options;
  /** Named changes of the defaults. `synthetic` is for small generated data such as the embedded set. */
  readonly presets: Readonly<Record<string, Partial<Options>>>;
  /**
   * Trains on all rows of `train` (real users first, fake users after). Deterministic in (train, options, seed,
   * kernel flavour); draws of a row depend only on (seed, tensor, row), so appended users change no draw of others.
   *
   * @throws RecauditError `config` for options out of range, `numeric` when a loss is not finite, `interrupted` when the
   *   signal fires
   */
  fit(
    train: InteractionMatrix,
    options: Options,
    seed: SeedKey,
    context: ComputeContext,
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
  /** Options that bound the work and change no result, such as a time limit: no part of a task's key. */
  readonly limits?: readonly string[];
  /** It reads original ids, ratings and timestamps beside the interactions, so a task's key covers them too. */
  readonly readsOriginals?: boolean;
  /** How it serves as the surrogate of a learned attack; absent where it cannot. */
  readonly surrogate?: SurrogateSupport<Options>;
}

/** What a surrogate trains on. */
export interface PoisonedData {
  /** real users first, fake users after */
  readonly interactions: InteractionMatrix;
  readonly realUsers: number;
  /** of the attack's earlier problems with the same options; a model whose draws take no time to speak of ignores them */
  readonly kept?: KeptDraws;
}

/** A training run that can be differentiated, from its initial state. `release` gives all of it back. */
export interface InnerProblem<A extends FloatArray> {
  readonly step: TrainingStep<A, unknown>;
  readonly state: TrainingState<A>;
  readonly batches: BatchSource<unknown>;
  readonly scores: ScoreModel<A>;
  release(): void;
}

export type EstimatorKind = 'partial' | 'unrolled' | 'exact' | 'implicit';

export interface SurrogateSupport<Options> {
  /** hypergradient estimators that this model allows */
  readonly estimators: readonly EstimatorKind[];
  /** Draws are those of `fit` with the same seed. */
  innerProblem<A extends FloatArray>(
    kernels: Kernels<A>,
    data: PoisonedData,
    options: Options,
    seed: SeedKey,
  ): InnerProblem<A>;
  readonly check?: GradientCheckSupport<Options>;
  /** What the estimator `implicit` differentiates; present exactly where the model allows it. */
  readonly optimum?: OptimumSupport<Options>;
}

/** How the gradient of a surrogate is held against finite differences of the same run written densely. */
export interface GradientCheckSupport<Options> {
  /**
   * The options for a check of so many epochs that takes a second: few factors, full batches, and nothing that leaves a
   * parameter without a gradient, where Adam has no derivative.
   */
  reduced(options: Options, epochs: number, estimator: EstimatorKind): Options;
  /** L_adv by fake profiles of any values: of training with a window of `unrolled` epochs, or at the inner optimum. */
  objective(request: DenseRequest<Options>, estimator: EstimatorKind): DenseObjective;
}

export interface OptimumSupport<Options> {
  /** The objective that training minimises, from the initial state of `fit` with the same seed. */
  of<A extends FloatArray>(
    kernels: Kernels<A>,
    data: PoisonedData,
    options: Options,
    seed: SeedKey,
  ): InnerOptimum<A>;
  /** Operations of a step down, of an iteration of conjugate gradient and of setting it up; most bytes held. */
  cost(
    shape: TrainingShape,
    options: Options,
  ): { readonly step: number; readonly iteration: number; readonly setup: number; readonly bytes: number };
}
