/**
 * WRMF trained with Adam as a `Recommender`: weighted matrix factorisation of implicit feedback (equation 5),
 * scores r_ui = p_u . q_i. The mathematics lives in `wrmf-model.ts`, the inner problem in `wrmf-training.ts`.
 */

import { setImmediate } from 'node:timers/promises';
import type { TrainingState } from '../autodiff/index.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { interrupted, RecauditError } from '../errors.js';
import type { SeedKey } from '../rng.js';
import { rankByFactors } from './rank.js';
import type { ComputeContext, FittedRecommender, Recommender } from './types.js';
import type { WrmfProblem } from './wrmf-model.js';
import { validateWrmfOptions, WRMF_DEFAULTS, type WrmfOptions } from './wrmf-options.js';
import {
  createWrmfState,
  createWrmfStep,
  releaseState,
  shuffledBatches,
  WrmfBatchSource,
} from './wrmf-training.js';

/** The inner problem of training WRMF on `train`, whose rows from `realUsers` on are fake. */
export function wrmfProblem(train: InteractionMatrix, realUsers: number, options: WrmfOptions): WrmfProblem {
  return {
    users: train.users,
    items: train.items,
    realUsers,
    interactions: train,
    factors: options.factors,
    positiveWeight: options.positiveWeight,
  };
}

/**
 * Trains WRMF from scratch. The caller releases the state's tables.
 *
 * @throws RecauditError `config` for options out of range, `numeric` when a loss is not finite, `interrupted` when the signal fires
 */
export async function trainWrmf(
  train: InteractionMatrix,
  options: WrmfOptions,
  seed: SeedKey,
  context: ComputeContext,
): Promise<{ state: TrainingState<Float32Array>; losses: number[] }> {
  validateWrmfOptions(options);
  const { kernels } = context;
  const problem = wrmfProblem(train, train.users, options);
  const step = createWrmfStep(kernels, problem, options);
  const state = createWrmfState(kernels, problem, options.initialScale, seed);
  const batches = new WrmfBatchSource(kernels, problem, shuffledBatches(problem.users, options, seed));
  const losses: number[] = [];
  try {
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      let loss = 0;
      for (let index = 0; index < batches.stepsIn(epoch); index++) {
        const batch = batches.open(epoch, index);
        loss += step.advance(state, batch, false);
        batches.close(batch);
      }
      losses.push(finiteLoss(loss, epoch));
      context.onProgress?.({
        phase: 'train wrmf',
        done: epoch + 1,
        total: options.epochs,
        metrics: { loss },
      });
      await setImmediate();
      if (context.signal?.aborted) throw interrupted('training wrmf');
    }
    return { state, losses };
  } catch (error) {
    releaseState(kernels, state);
    throw error;
  } finally {
    batches.release();
  }
}

function finiteLoss(loss: number, epoch: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new RecauditError(
    'numeric',
    `training wrmf, epoch ${epoch + 1}: expected a finite loss, got ${loss}. Lower the learning rate.`,
  );
}

/** WRMF with Adam. @example const fitted = await wrmf.fit(train, wrmf.defaults, SeedKey.root(1), { kernels }); */
export const wrmf: Recommender<WrmfOptions> = {
  name: 'wrmf',
  version: 1,
  defaults: WRMF_DEFAULTS,

  async fit(train, options, seed, context): Promise<FittedRecommender> {
    const { kernels } = context;
    const { state, losses } = await trainWrmf(train, options, seed, context);
    let disposed = false;
    return {
      losses,
      recommend(request) {
        if (disposed)
          throw new RecauditError(
            'usage',
            'wrmf, recommend: expected a fitted model, got one after dispose. Rank before you dispose it.',
          );
        return rankByFactors(kernels, state.tables, train, request);
      },
      dispose() {
        if (!disposed) releaseState(kernels, state);
        disposed = true;
      },
    };
  },
};
