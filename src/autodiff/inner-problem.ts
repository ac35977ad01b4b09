/**
 * What an outer problem needs of a training run: its batches, and how scores depend on the parameters and on the fake
 * data. What it is not: it trains nothing and knows no recommender.
 */

import type { AdamState, FloatArray } from '../kernels/types.js';
import type { Graph, SparseMatrix, Tensor } from './tape.js';
import type { TrainingState } from './training-step.js';

/** The batches of a training run. What `open` returns is given back with `close`. */
export interface BatchSource<Batch> {
  readonly epochs: number;
  stepsIn(epoch: number): number;
  open(epoch: number, index: number): Batch;
  close(batch: Batch): void;
}

/** The outer objective, at the end of inner training. */
export interface OuterObjective<A extends FloatArray> {
  /**
   * Returns L_adv; overwrites the parameter cotangents with dL_adv/dtheta (moments' cotangents stay 0), and adds the
   * explicit derivative by the fake data (fake users x items), where predictions read the data.
   */
  evaluate(state: TrainingState<A>, cotangent: readonly AdamState<A>[], fakeGradient: A): number;
}

/** score(u, i) = users_u . items_i for every real user u and item i. */
export interface ScoreFactors<A extends FloatArray> {
  /** real users x k */
  readonly users: Tensor<A>;
  /** items x k */
  readonly items: Tensor<A>;
  /** the fake data that the factors read, where they were asked to be differentiated */
  readonly fake: readonly SparseMatrix<A>[];
}

/**
 * Scores as a product of two factor matrices, built from the parameters by operations of the tape. Every model whose
 * last layer is linear has this form, with the last layer's bias as one more factor.
 */
export interface ScoreModel<A extends FloatArray> {
  /** `parameters[t]` is the whole table t. */
  factors(graph: Graph<A>, parameters: readonly Tensor<A>[], differentiateFake: boolean): ScoreFactors<A>;
  /**
   * Adds the gradients of `ScoreFactors.fake` (each dense; null where nothing depends on it) to the gradient of all
   * fake data. Absent where predictions read no data: then the partial derivative is exactly 0.
   */
  accumulateFakeGradient?(gradients: readonly (A | null)[], fakeGradient: A): void;
}
