/**
 * How a recommender serves as the surrogate of an attack that differentiates: its training, or its optimum, as a problem
 * that the hypergradient reads. What it is not: `Recommender`, which victims are.
 */

import type {
  BatchSource,
  InnerOptimum,
  ScoreModel,
  TrainingState,
  TrainingStep,
} from '../autodiff/index.js';
import type { TrainingShape } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import type { SeedKey } from '../rng.js';
import type { KeptDraws } from './sampling/kept-draws.js';

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
  /**
   * The inner problem with a weight w_u on every user's part of the loss, regularisation of whole tables excluded: its fake data are
   * these weights, one value a user. The unrolled derivative by them tells whose clicks move what was learned. Present where the
   * loss is all that reads a user's clicks but the user's own list: elsewhere such a weight is not the whole of what a user does.
   *
   * @param weights by user; default 1, where training is that of `innerProblem`
   */
  weightedProblem?<A extends FloatArray>(
    kernels: Kernels<A>,
    data: PoisonedData,
    options: Options,
    seed: SeedKey,
    weights?: ArrayLike<number>,
  ): InnerProblem<A>;
}

/** Who moves the factors of each item, the users' factors being fixed. */
export interface ItemPushers {
  of(item: number): PushersOfItem;
  release(): void;
}

/** All by user, of one item whose factors are solved for. */
export interface PushersOfItem {
  /** the item's factors, K */
  readonly factors: Float64Array;
  /** the item's score for each user */
  readonly scores: Float64Array;
  /**
   * @param slope dG/dq of a goal G, K
   * @returns dG/dw_u, and what of G goes with user u, to first order in the change of q
   */
  pushes(slope: ArrayLike<number>): {
    readonly firstOrder: Float64Array;
    readonly removal: Float64Array;
  };
}

/** Rows of any real values. */
export type Rows = readonly (readonly number[])[];

/** What a dense training is of, with options cut to a size that it can bear. */
export interface DenseRequest<Options> {
  readonly data: PoisonedData;
  readonly options: Options;
  readonly seed: SeedKey;
  readonly targets: readonly number[];
  /** epochs, from the end, in which fake profiles may have any values; the prediction may have them anyway */
  readonly unrolled: number;
}

/** L_adv after training with these fake profiles (fake users x items) in place of the binary ones, weights frozen. */
export type DenseObjective = (relaxed: Rows) => number;

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
  /** Who moves which item in closed form, from the users' factors of a trained state, which stay the caller's. */
  itemPushers<A extends FloatArray>(
    kernels: Kernels<A>,
    interactions: InteractionMatrix,
    options: Options,
    state: TrainingState<A>,
  ): ItemPushers;
  /** Operations of a step down, of an iteration of conjugate gradient and of setting it up; most bytes held. */
  cost(
    shape: TrainingShape,
    options: Options,
  ): { readonly step: number; readonly iteration: number; readonly setup: number; readonly bytes: number };
}
