/**
 * The push objective (equation 3): cross-entropy of the target items under each real user's softmax over all items,
 * averaged over the targets, summed over real users. For any model whose scores are a product of factors.
 *
 * On N of the U real users it is estimated: their sum times U / N. Over samples that take each user equally often, value and
 * gradient have the full objective's as their mean. Users without clicks are no part of it: U are those who have some.
 */

import { gatherRows, type OuterObjective, type ScoreModel, withGraph } from '../autodiff/index.js';
import type { AdamState, FloatArray, Kernels } from '../kernels/types.js';

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
  return {
    evaluate: (state, cotangent, fakeGradient) =>
      withGraph(kernels, (graph) => {
        const parameters = state.tables.map(({ parameter, rows, columns }) =>
          graph.variable(parameter, rows, columns),
        );
        const { users: real, items, fake } = scores.factors(graph, parameters, true);
        const users = sample === null ? real : gatherRows(real, sample);
        const scale = (population ?? real.rows) / users.rows;
        const gradUsers = graph.allocate(users.data.length);
        const gradItems = graph.allocate(items.data.length);
        const loss = kernels.softmaxCrossEntropy({
          users: users.data,
          m: users.rows,
          items: items.data,
          n: items.rows,
          k: users.columns,
          targets,
          scale,
          gradUsers,
          gradItems,
        });
        const cotangents = [
          graph.constant(gradUsers, users.rows, users.columns),
          graph.constant(gradItems, items.rows, items.columns),
        ];
        const shares = graph.grad([users, items], cotangents, [...parameters, ...fake]);
        cotangent.forEach((table, t) => {
          writeShare(kernels, table, shares[t]?.data ?? null);
        });
        if (fake.length > 0) {
          const fakeShares = shares.slice(parameters.length).map((share) => share?.data ?? null);
          scores.accumulateFakeGradient?.(fakeShares, fakeGradient);
        }
        return scale * loss;
      }),
  };
}

function writeShare<A extends FloatArray>(
  kernels: Kernels<A>,
  { parameter }: AdamState<A>,
  share: A | null,
): void {
  if (share === null) kernels.fill(parameter, 0);
  else kernels.copy(share, parameter);
}
