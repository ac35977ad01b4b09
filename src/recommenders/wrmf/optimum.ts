/**
 * WRMF's objective as an `InnerOptimum`: the weighted squared error over all entries with L2,
 *
 *     f = sum over all (u, i) of w_ui (x_ui - p_u . q_i)^2 + lambda (|P|^2 + |Q|^2),
 *
 * minimised by alternating least squares. It is what `wrmf-als` minimises by definition, and what `wrmf` minimises with Adam,
 * at the lambda that `adamRegularisation` tells. What it is not: the training run of either.
 */

import type { InnerOptimum, ScoreModel, TrainingState } from '../../autodiff/index.js';
import type { TrainingShape } from '../../compute.js';
import { RecauditError } from '../../errors.js';
import type { AdamState, FloatArray, Kernels } from '../../kernels/types.js';
import type { OptimumSupport } from '../surrogate-types.js';
import { withRegion } from '../training/region.js';
import { fillNormalRows, releaseState } from '../training/tables.js';
import {
  type AlsData,
  type AlsProblem,
  alsSweep,
  createAlsData,
  releaseAlsData,
  sweepOperations,
} from './als-sweep.js';
import { createWrmfCurvature } from './curvature.js';
import { wrmfItemPushers } from './item-pushers.js';
import { createWrmfScores } from './model.js';

const FLOAT = 4;

/**
 * The lambda of f at which full-batch sweeps and Adam with weight decay wd agree. A step adds wd theta to the gradient of
 * its batch's loss. Over an epoch of n steps a parameter sees the gradient of the whole loss once and wd theta n times,
 * so what vanishes where Adam comes to rest is the gradient of the loss + n wd / 2 |theta|^2: lambda = n wd / 2. It is
 * exact for n = 1; for n > 1 up to how far parameters and moments move within an epoch.
 *
 * @example adamRegularisation(1e-5, 7) // 3.5e-5: Gowalla, 13,280 users in batches of 2,048
 */
export function adamRegularisation(weightDecay: number, stepsAnEpoch: number): number {
  return (stepsAnEpoch * weightDecay) / 2;
}

/** |grad f| / 2 at (P, Q), and at (0, Q), from where a sweep starts. */
function gradientNorms<A extends FloatArray>(
  kernels: Kernels<A>,
  { problem, pattern, values, scores, gramP, gramQ }: AlsData<A>,
  p: A,
  q: A,
): { readonly here: number; readonly start: number } {
  const { users, items, factors: k, positiveWeight: alpha, regularisation } = problem;
  return withRegion(kernels, (allocate) => {
    const ofP = allocate(users * k);
    const ofQ = allocate(items * k);
    const square = (gradient: A) => kernels.dot(gradient, gradient);
    kernels.spmm(pattern, values, q, k, ofP);
    const start = square(ofP);
    kernels.gram(users, k, p, gramP);
    kernels.gram(items, k, q, gramQ);
    kernels.sddmm(pattern, p, q, k, scores);
    kernels.affine(scores, alpha - 1, -alpha, scores);
    kernels.matmul(users, k, k, p, false, gramQ, false, ofP);
    kernels.spmm(pattern, scores, q, k, ofP, { accumulate: true });
    kernels.affine(p, regularisation, 0, ofP, true);
    kernels.matmul(items, k, k, q, false, gramP, false, ofQ);
    kernels.spmmTransposed(pattern, scores, p, k, ofQ, { accumulate: true });
    kernels.affine(q, regularisation, 0, ofQ, true);
    return { here: Math.sqrt(square(ofP) + square(ofQ)), start: Math.sqrt(start) };
  });
}

function relativeGradient<A extends FloatArray>(kernels: Kernels<A>, data: AlsData<A>, p: A, q: A): number {
  const { here, start } = gradientNorms(kernels, data, p, q);
  if (start > 0 && Number.isFinite(here)) return here / start;
  throw new RecauditError(
    'numeric',
    `inner optimum: expected a finite gradient and item factors that are not all 0, got norms ${here} and ${start}. Raise the regularisation or the initial scale.`,
  );
}

/** P, which the first half sweep overwrites, and Q, as tables that no optimiser moves. */
function createState<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, items, factors }: AlsProblem,
  fillQ: (q: A) => void,
): TrainingState<A> {
  const table = (rows: number): AdamState<A> => {
    const parameter = kernels.allocate(rows * factors);
    kernels.fill(parameter, 0);
    return {
      parameter,
      firstMoment: kernels.allocate(0),
      secondMoment: kernels.allocate(0),
      rows,
      columns: factors,
    };
  };
  const tables = [table(users), table(items)];
  fillQ(tables[1].parameter);
  return { step: 0, tables };
}

/**
 * The objective from the item factors that `fillQ` writes.
 *
 * @example const optimum = wrmfOptimum(kernels, problem, (q) => q.set(lastSolution));
 */
export function wrmfOptimum<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: AlsProblem,
  fillQ: (q: A) => void,
): InnerOptimum<A> {
  const state = createState(kernels, problem, fillQ);
  const data = createAlsData(kernels, problem);
  const scores: ScoreModel<A> & { release(): void } = createWrmfScores(kernels, problem.realUsers);
  const [p, q] = state.tables.map(({ parameter }) => parameter);
  return {
    kernels,
    state,
    scores,
    origin: q,
    descend() {
      state.step += 1;
      return alsSweep(kernels, data, p, q);
    },
    relativeGradient: () => relativeGradient(kernels, data, p, q),
    curvature: (damping) => createWrmfCurvature(kernels, data, p, q, damping),
    release() {
      scores.release();
      releaseAlsData(kernels, data);
      releaseState(kernels, state);
    },
  };
}

/** What WRMF's objective reads of a model's options. */
type ObjectiveOptions = Pick<AlsProblem, 'factors' | 'positiveWeight' | 'regularisation'> & {
  readonly initialScale: number;
};

/**
 * A sweep with its gradient; a product with the reduced Hessian (three products of users and of items by K x K, two cross
 * products, seven sparse ones) with a solve on each side.
 */
function optimumCost({ users, items, interactions }: TrainingShape, k: number) {
  const sweep = sweepOperations({ users, items, interactions }, { factors: k });
  const substitutions = 2 * (users + items) * k * k;
  const factors = FLOAT * ((users + items) * (k * (k + 16)) * 0.5);
  return {
    step: sweep + 6 * (users + items) * k * k + 8 * interactions * k,
    iteration: (4 * users + 6 * items) * k * k + 14 * interactions * k + substitutions,
    setup: sweep,
    bytes: factors + FLOAT * ((6 * users + 8 * items) * k + 8 * interactions),
  };
}

/**
 * The support of a model that minimises f.
 *
 * @param objective what f reads, of the model's options and the number of users, fake ones included
 */
export function optimumSupport<Options>(
  objective: (options: Options, users: number) => ObjectiveOptions,
): OptimumSupport<Options> {
  return {
    of(kernels, { interactions, realUsers }, options, seed) {
      const { users, items } = interactions;
      const { factors, positiveWeight, regularisation, initialScale } = objective(options, users);
      return wrmfOptimum(
        kernels,
        { users, items, realUsers, interactions, factors, positiveWeight, regularisation },
        (q) => fillNormalRows(q, factors, initialScale, seed.child('Q')),
      );
    },
    itemPushers(kernels, interactions, options, { tables }) {
      const { users, items } = interactions;
      const { factors, positiveWeight, regularisation } = objective(options, users);
      const problem = { users, items, realUsers: users, factors, positiveWeight, regularisation };
      return wrmfItemPushers(kernels, { ...problem, interactions }, tables[0].parameter);
    },
    cost: (shape, options) => optimumCost(shape, objective(options, shape.users).factors),
  };
}
