/**
 * The push objective (equation 3): cross-entropy of the target items under each real user's softmax over all items,
 * averaged over the targets, summed over real users. For any model whose scores are a product of factors.
 *
 * On N of the U real users it is estimated: their sum times U / N. Over samples that take each user equally often, value and
 * gradient have the full objective's as their mean. Users without clicks are no part of it: U are those who have some.
 */

import type { OuterObjective, ScoreModel } from '../autodiff/index.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { createFactorObjective } from './factor-objective.js';

/**
 * @param scores the model's scores of the real users for all items
 * @param targets distinct item indices, in kernel memory
 * @param sample distinct real users to estimate it on, in kernel memory; null: all of them
 * @param population number of users that it is a sum over, and the sample is of; default all real users
 * @example const objective = createPushObjective(kernels, innerProblem.scores, targets);
 */
export function createPushObjective<A extends FloatArray>(
  kernels: Kernels<A>,
  scores: ScoreModel<A>,
  targets: Int32Array,
  sample: Int32Array | null = null,
  population: number | null = null,
): OuterObjective<A> {
  return createFactorObjective(kernels, scores, sample, ({ realUsers, ...factors }) => {
    const scale = (population ?? realUsers) / factors.m;
    return scale * kernels.softmaxCrossEntropy({ ...factors, targets, scale });
  });
}
