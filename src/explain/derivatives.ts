/**
 * Pushes as derivatives by the weights of the users' losses, with everything moving: at the optimum of the training loss, or
 * back along training. What it is not: a closed form (`closed-form.ts`).
 */

import type { ScoreModel, TrainingState } from '../autodiff/index.js';
import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import { hypergradient } from '../hypergradient/hypergradient.js';
import { implicitHypergradient } from '../hypergradient/implicit.js';
import type { ImplicitOptions } from '../hypergradient/implicit-options.js';
import { createItemObjective, type ItemTarget } from '../hypergradient/item-objective.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import type { SurrogateSupport } from '../recommenders/surrogate-types.js';
import type { SeedKey } from '../rng.js';
import type { PushResult } from './types.js';

export interface DerivativeRequest<A extends FloatArray> {
  readonly kernels: Kernels<A>;
  readonly interactions: InteractionMatrix;
  readonly options: object;
  readonly support: SurrogateSupport<object>;
  readonly target: ItemTarget;
  readonly seed: SeedKey;
  readonly context: Pick<ComputeContext, 'onProgress' | 'signal' | 'trajectoryBytes'>;
  /** called with the trained state, and what scores come of it */
  readonly onTrained?: (state: TrainingState<A>, scores: ScoreModel<A>) => void;
}

export interface Derivative {
  readonly goal: number;
  /** by user */
  readonly pushes: Float64Array;
  readonly solution: PushResult['solution'];
}

/** How far the inner problem and the linear system are solved: what ranks users does not need more digits. */
export const SOLVED: Omit<ImplicitOptions, 'warmStart'> = {
  innerTolerance: 1e-3,
  innerSteps: 100,
  cgResidual: 1e-3,
  cgIterations: 200,
  damping: 0.02,
};

/** dG/dw at the optimum, by the implicit function theorem. */
export async function implicitPushes<A extends FloatArray>(
  { kernels, interactions, options, support, target, seed, context, onTrained }: DerivativeRequest<A>,
  solved: Omit<ImplicitOptions, 'warmStart'> = SOLVED,
): Promise<Derivative> {
  if (support.optimum === undefined)
    throw new RecauditError('internal', 'implicit pushes: expected a recommender with an inner optimum');
  const { onProgress, signal } = context;
  const data = { interactions, realUsers: interactions.users };
  const optimum = support.optimum.of(kernels, data, options, seed);
  const weightGradient = kernels.allocate(interactions.users);
  try {
    const { adversarialLoss, inner, linear } = await implicitHypergradient({
      optimum,
      objective: createItemObjective(kernels, optimum.scores, target),
      options: solved,
      fakeGradient: null,
      weightGradient,
      onProgress: (phase, done, total, metrics) =>
        onProgress?.({ phase: phase === 'train' ? 'sweeps' : 'conjugate gradient', done, total, metrics }),
      ...(signal && { signal }),
      ...(onTrained && { onTrained: (state: TrainingState<A>) => onTrained(state, optimum.scores) }),
    });
    const { relativeGradient, converged } = inner;
    return {
      goal: adversarialLoss,
      pushes: Float64Array.from(weightGradient),
      solution: linear && { relativeGradient, converged, residual: linear.residual, stop: linear.stop },
    };
  } finally {
    kernels.release(weightGradient);
    optimum.release();
  }
}

/** dG/dw through the last `epochs` epochs of training. */
export async function unrolledPushes<A extends FloatArray>(
  { kernels, interactions, options, support, target, seed, context, onTrained }: DerivativeRequest<A>,
  epochs: number,
): Promise<Derivative> {
  if (support.weightedProblem === undefined)
    throw new RecauditError('internal', 'unrolled pushes: expected a recommender with weighted users');
  const { onProgress, signal, trajectoryBytes } = context;
  const data = { interactions, realUsers: interactions.users };
  const problem = support.weightedProblem(kernels, data, options, seed);
  const weightGradient = kernels.allocate(interactions.users);
  try {
    const { adversarialLoss } = await hypergradient({
      ...problem,
      objective: createItemObjective(kernels, problem.scores, target),
      estimator: { kind: 'unrolled', epochs },
      fakeGradient: weightGradient,
      onEpoch: (phase, done, total) =>
        onProgress?.({ phase: phase === 'train' ? 'training' : 'back-propagation', done, total }),
      ...(signal && { signal }),
      ...(onTrained && { onTrained: (state: TrainingState<A>) => onTrained(state, problem.scores) }),
      ...(trajectoryBytes !== undefined && { trajectoryBytes }),
    });
    return { goal: adversarialLoss, pushes: Float64Array.from(weightGradient), solution: null };
  } finally {
    kernels.release(weightGradient);
    problem.release();
  }
}
