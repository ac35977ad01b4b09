/**
 * Fitting a recommender whose training is an `InnerProblem`: the epochs, the guards, and the ranked model at the end.
 * The same problem, differentiated, serves the learned attack. What it is not: a model.
 */

import { type ScoreModel, type TrainingState, withGraph } from '../../autodiff/index.js';
import { type ComputeContext, letMessagesIn } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { interrupted, RecauditError } from '../../errors.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import { validateOptions } from '../../options.js';
import type { SeedKey } from '../../rng.js';
import { createFactorModel, type FactorPoints } from '../fitted/factor-model.js';
import type { Factors } from '../fitted/rank.js';
import type { InnerProblem } from '../surrogate-types.js';
import type { FittedRecommender, Recommender } from '../types.js';

/** @throws RecauditError `numeric` when the loss is not finite */
export function finiteLoss(name: string, loss: number, epoch: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new RecauditError(
    'numeric',
    `training ${name}, epoch ${epoch + 1}: expected a finite loss, got ${loss}. Lower the learning rate.`,
  );
}

/** Reports an epoch, lets messages in (progress out, cancellation in), and stops where it was asked to. */
export async function endEpoch(
  name: string,
  [done, total]: readonly [done: number, total: number],
  loss: number,
  { onProgress, signal }: Pick<ComputeContext, 'onProgress' | 'signal'>,
): Promise<void> {
  onProgress?.({ phase: `train ${name}`, done, total, metrics: { loss } });
  await letMessagesIn();
  if (signal?.aborted) throw interrupted(`training ${name}`);
}

/**
 * Trains in place from the problem's state.
 *
 * @returns loss of each epoch
 * @throws RecauditError `numeric` when a loss is not finite, `interrupted` when the signal fires
 */
export async function trainInnerProblem<A extends FloatArray>(
  name: string,
  { step, state, batches }: InnerProblem<A>,
  context: Pick<ComputeContext, 'onProgress' | 'signal'>,
): Promise<number[]> {
  const losses: number[] = [];
  for (let epoch = 0; epoch < batches.epochs; epoch++) {
    let loss = 0;
    for (let index = 0; index < batches.stepsIn(epoch); index++) {
      const batch = batches.open(epoch, index);
      try {
        loss += step.advance(state, batch, false);
      } finally {
        batches.close(batch);
      }
    }
    losses.push(finiteLoss(name, loss, epoch));
    await endEpoch(name, [epoch + 1, batches.epochs], loss, context);
  }
  return losses;
}

/** The factor matrices of a state, as arrays of kernel memory that the caller releases. */
export function scoreFactors(
  kernels: Kernels<Float32Array>,
  scores: ScoreModel<Float32Array>,
  { tables }: TrainingState<Float32Array>,
): Factors {
  return withGraph(kernels, (graph) => {
    const parameters = tables.map(({ parameter, rows, columns }) => graph.constant(parameter, rows, columns));
    const { users, items } = scores.factors(graph, parameters, false);
    const copy = (data: Float32Array) => {
      const out = kernels.allocate(data.length);
      kernels.copy(data, out);
      return out;
    };
    return { users: copy(users.data), items: copy(items.data), itemCount: items.rows, k: items.columns };
  });
}

/**
 * `Recommender.fit` for a recommender with a surrogate: every row of `train` is real to it.
 *
 * @param points default: factors are points of one space
 */
export async function fitDifferentiable<Options extends object>(
  { name, version, options: table, surrogate }: Recommender<Options>,
  train: InteractionMatrix,
  options: Options,
  seed: SeedKey,
  context: ComputeContext,
  points?: FactorPoints,
): Promise<FittedRecommender> {
  if (surrogate === undefined) throw new RecauditError('internal', `${name}: it has no inner problem to fit`);
  validateOptions(name, table, options);
  const { kernels } = context;
  const problem = surrogate.innerProblem(
    kernels,
    { interactions: train, realUsers: train.users },
    options,
    seed,
  );
  try {
    const losses = await trainInnerProblem(name, problem, context);
    const factors = scoreFactors(kernels, problem.scores, problem.state);
    return createFactorModel(kernels, { name, version, options, losses, train, factors, points });
  } finally {
    problem.release();
  }
}
