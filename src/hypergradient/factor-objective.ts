/**
 * An outer objective that reads two factor matrices: its derivative by them is taken back to the parameters, and to the fake
 * data where predictions read them. What it is not: it knows no objective (`push-objective.ts`, `item-objective.ts`).
 */

import { gatherRows, type OuterObjective, type ScoreModel, withGraph } from '../autodiff/index.js';
import type { AdamState, FloatArray, Kernels } from '../kernels/types.js';

/** score(u, i) = users_u . items_i of the users asked for, and where the derivatives go. */
export interface FactorsIn<A extends FloatArray> {
  /** m x k */
  readonly users: A;
  readonly m: number;
  /** n x k */
  readonly items: A;
  readonly n: number;
  readonly k: number;
  /** m x k, to be overwritten */
  readonly gradUsers: A;
  /** n x k, to be overwritten */
  readonly gradItems: A;
  /** users that `users` was taken from */
  readonly realUsers: number;
}

/**
 * @param scores the model's scores of the real users for all items
 * @param sample distinct real users that the objective reads, in kernel memory; null: all of them
 * @param evaluate returns the value and overwrites both gradients
 * @example createFactorObjective(kernels, scores, null, (factors) => kernels.softmaxCrossEntropy({ ...factors, targets }))
 */
export function createFactorObjective<A extends FloatArray>(
  kernels: Kernels<A>,
  scores: ScoreModel<A>,
  sample: Int32Array | null,
  evaluate: (factors: FactorsIn<A>) => number,
): OuterObjective<A> {
  return {
    evaluate: (state, cotangent, fakeGradient) =>
      withGraph(kernels, (graph) => {
        const parameters = state.tables.map(({ parameter, rows, columns }) =>
          graph.variable(parameter, rows, columns),
        );
        const { users: real, items, fake } = scores.factors(graph, parameters, true);
        const users = sample === null ? real : gatherRows(real, sample);
        const gradUsers = graph.allocate(users.data.length);
        const gradItems = graph.allocate(items.data.length);
        const value = evaluate({
          users: users.data,
          m: users.rows,
          items: items.data,
          n: items.rows,
          k: users.columns,
          gradUsers,
          gradItems,
          realUsers: real.rows,
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
        return value;
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
