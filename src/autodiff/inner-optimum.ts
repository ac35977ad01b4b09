/**
 * What the implicit function theorem needs of a training objective f: a way down to its minimum, and its second derivatives
 * there. What it is not: a training run. Nothing of the way to the minimum is kept or differentiated.
 */

import type { FloatArray, Kernels } from '../kernels/types.js';
import type { ScoreModel } from './inner-problem.js';
import type { TrainingState } from './training-step.js';

/** An objective f(theta, fake data) with its present parameters. `release` gives all of it back. */
export interface InnerOptimum<A extends FloatArray> {
  readonly kernels: Kernels<A>;
  readonly state: TrainingState<A>;
  readonly scores: ScoreModel<A>;
  /** all that `descend` reads of the state: copied from another optimum, a descent goes on from where that one ended */
  readonly origin: A;
  /** One step down, in place. Returns the loss after it, regularisation excluded. */
  descend(): number;
  /** |grad f| over its own value before a step's first half, so that 1 is where a training run starts. */
  relativeGradient(): number;
  /**
   * The second derivatives of f / 2 at the present state, H. Release it before the state changes.
   *
   * @param damping adds this share of H's diagonal blocks
   * @throws RecauditError `numeric` where a diagonal block is not positive definite
   */
  curvature(damping: number): Curvature<A>;
  release(): void;
}

/**
 * (H + damping) y = g, with a part of the unknowns eliminated: conjugate gradient works on the Schur complement
 * S x = b, which is positive definite exactly where the damped H is.
 */
export interface Curvature<A extends FloatArray> {
  /** number of unknowns x */
  readonly length: number;
  /** out = b, from g = dL/dtheta, one array a table */
  reduce(gradient: readonly A[], out: A): void;
  /** out = S x */
  apply(x: A, out: A): void;
  /** out = M^-1 x for a symmetric positive definite M near S */
  precondition(x: A, out: A): void;
  /** Adds -(d^2 (f / 2) / d(fake data) dtheta)^T y for the y of a solution x: fake users x items. */
  accumulateFakeGradient(gradient: readonly A[], x: A, fakeGradient: A): void;
  /**
   * Where every user's part of f has a weight w_u, 1 at the present state: adds -(d^2 (f / 2) / dw dtheta)^T y for the y of a
   * solution x, one value a user. Weights multiply losses, not the regularisation.
   */
  accumulateWeightGradient(gradient: readonly A[], x: A, weightGradient: A): void;
  release(): void;
}
