/**
 * The push objective (equation 3): cross-entropy of the target items under each real user's softmax over all items,
 * averaged over the targets, summed over real users. For any model whose scores are a product of factors.
 */

import { type OuterObjective, type ScoreModel, withGraph } from '../autodiff/index.js';
import type { AdamState, FloatArray, Kernels } from '../kernels/types.js';

/**
 * @param scores the model's scores of the real users for all items
 * @param targets distinct item indices, in kernel memory
 * @example const objective = createPushObjective(kernels, innerProblem.scores, targets);
 */
export function createPushObjective<A extends FloatArray>(
  kernels: Kernels<A>,
  scores: ScoreModel<A>,
  targets: Int32Array,
): OuterObjective<A> {
  return {
    evaluate: (state, cotangent, fakeGradient) =>
      withGraph(kernels, (graph) => {
        const parameters = state.tables.map(({ parameter, rows, columns }) =>
          graph.variable(parameter, rows, columns),
        );
        const { users, items, fake } = scores.factors(graph, parameters, true);
        const gradUsers = graph.allocate(users.data.length);
        const gradItems = graph.allocate(items.data.length);
        const loss = kernels.softmaxCrossEntropy({
          users: users.data,
          m: users.rows,
          items: items.data,
          n: items.rows,
          k: users.columns,
          targets,
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
        return loss;
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
