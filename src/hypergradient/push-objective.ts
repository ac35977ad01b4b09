/**
 * The push objective (equation 3) for factor models: cross-entropy of the target items under each real user's softmax
 * over all items, averaged over the targets, summed over real users.
 */

import type { FloatArray, Kernels } from '../kernels/types.js';
import type { OuterObjective } from './hypergradient.js';

/**
 * For a state whose table 0 holds user factors (real users first) and table 1 item factors.
 *
 * @param targets distinct item indices, in kernel memory
 */
export function createPushObjective<A extends FloatArray>(
  kernels: Kernels<A>,
  realUsers: number,
  targets: Int32Array,
): OuterObjective<A> {
  return {
    evaluate({ tables: [users, items] }, [userCotangent, itemCotangent]) {
      const k = users.columns;
      kernels.fill(userCotangent.parameter, 0);
      return kernels.softmaxCrossEntropy({
        users: users.parameter.subarray(0, realUsers * k) as A,
        m: realUsers,
        items: items.parameter,
        n: items.rows,
        k,
        targets,
        gradUsers: userCotangent.parameter.subarray(0, realUsers * k) as A,
        gradItems: itemCotangent.parameter,
      });
    },
  };
}
