/**
 * Who moves an item's factors in WRMF's alternating least squares, the users' factors being fixed. With w_u = alpha and x_u = 1
 * at a click, 1 and 0 elsewhere, r_u = p_u . q, and S = sum over all users of w_u p_u p_u^T + lambda I,
 *
 *     q = S^-1 sum over u of w_u x_u p_u.
 *
 * For a goal whose slope by q is m, and z = S^-1 m, a user's weight moves it by
 *
 *     first order    dG/dw_u = w_u (x_u - r_u) p_u . z
 *     removal        m . (q - q without u) = w_u (x_u - r_u) p_u . z / (1 - h_u),   h_u = w_u p_u^T S^-1 p_u,
 *
 * the second being exact for any size of the effect on q (Sherman-Morrison). A clicker with a leverage h near 1 is fitted
 * whatever it clicks: its residual x - r vanishes, and with it the first order, while its removal still matters.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { ItemPushers, PushersOfItem } from '../surrogate-types.js';
import { withRegion } from '../training/region.js';
import type { AlsProblem } from './als-sweep.js';

/**
 * @param data of the problem that P was trained on
 * @param p users x K
 * @example wrmfItemPushers(kernels, data, p).of(item).pushes(slope).removal[user]
 */
export function wrmfItemPushers<A extends FloatArray>(
  kernels: Kernels<A>,
  {
    users,
    interactions,
    factors: k,
    positiveWeight: alpha,
    regularisation,
  }: AlsProblem & { readonly interactions: InteractionMatrix },
  p: A,
): ItemPushers {
  const base = kernels.allocate(k * k);
  kernels.gram(users, k, p, base);
  for (let d = 0; d < k; d++) base[d * k + d] += regularisation;
  const { columnPointers, rowIndices } = interactions.csc();
  return {
    of(item) {
      const clickers = rowIndices.subarray(columnPointers[item], columnPointers[item + 1]);
      return pushersOfItem(kernels, { p, users, k, base, alpha, clickers });
    },
    release: () => kernels.release(base),
  };
}

interface ItemSystem<A extends FloatArray> {
  readonly p: A;
  readonly users: number;
  readonly k: number;
  /** P^T P + lambda I */
  readonly base: A;
  readonly alpha: number;
  readonly clickers: Int32Array;
}

function pushersOfItem<A extends FloatArray>(kernels: Kernels<A>, system: ItemSystem<A>): PushersOfItem {
  const { p, users, k, alpha, clickers } = system;
  return withRegion(kernels, (allocate) => {
    const inverse = inverseOf(kernels, allocate, system);
    const [q, sums, spread] = [allocate(k), allocate(k), allocate(users * k)];
    const [scores, leverages] = [allocate(users), allocate(users)];
    kernels.fill(sums, 0);
    for (const user of clickers) for (let d = 0; d < k; d++) sums[d] += alpha * p[user * k + d];
    kernels.matmul(k, 1, k, inverse, false, sums, false, q);
    kernels.matmul(users, 1, k, p, false, q, false, scores);
    kernels.matmul(users, k, k, p, false, inverse, false, spread);
    kernels.binary('multiply', spread, p, spread);
    kernels.rowSums(users, k, spread, leverages);
    const weights = new Float64Array(users).fill(1);
    for (const user of clickers) weights[user] = alpha;
    const residuals = Float64Array.from(scores, (score) => -score);
    for (const user of clickers) residuals[user] += 1;
    const left = Float64Array.from(leverages, (h, u) => 1 - leverage(weights[u] * h));
    const copy = Float64Array.from(inverse);
    return {
      factors: Float64Array.from(q),
      scores: Float64Array.from(scores),
      pushes: (slope) => {
        const along = productWith(kernels, p, users, times(copy, slope));
        const firstOrder = residuals.map((residual, u) => weights[u] * residual * along[u]);
        return { firstOrder, removal: firstOrder.map((push, u) => push / left[u]) };
      },
    };
  });
}

/** matrix (k x k) * vector. */
function times(matrix: Float64Array, vector: ArrayLike<number>): Float64Array {
  const k = vector.length;
  const out = new Float64Array(k);
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) out[i] += matrix[i * k + j] * vector[j];
  return out;
}

/** p (users x K) * z. */
function productWith<A extends FloatArray>(
  kernels: Kernels<A>,
  p: A,
  users: number,
  z: Float64Array,
): Float64Array {
  return withRegion(kernels, (allocate) => {
    const [vector, out] = [allocate(z.length), allocate(users)];
    vector.set(z);
    kernels.matmul(users, 1, z.length, p, false, vector, false, out);
    return Float64Array.from(out);
  });
}

/** S stays positive definite without the user, as lambda I is left: h < 1. In float32 it may round to 1 all the same. */
function leverage(h: number): number {
  return Math.min(h, 1 - 1e-6);
}

/** S^-1, by K systems of one matrix. */
function inverseOf<A extends FloatArray>(
  kernels: Kernels<A>,
  allocate: (length: number) => A,
  { p, k, base, alpha, clickers }: ItemSystem<A>,
): A {
  const system = allocate(k * k);
  const inverse = allocate(k * k);
  const rows = kernels.allocateIndices(clickers.length);
  const none = kernels.allocateIndices(k + 1);
  try {
    rows.set(clickers);
    none.fill(0);
    const ofClickers = allocate(clickers.length * k);
    kernels.gatherRows(p, k, rows, ofClickers);
    kernels.gram(clickers.length, k, ofClickers, system, { alpha: alpha - 1 });
    kernels.binary('add', system, base, system);
    kernels.fill(inverse, 0);
    for (let d = 0; d < k; d++) inverse[d * k + d] = 1;
    kernels.solveRows(
      {
        rows: k,
        rowPointers: none,
        columnIndices: none.subarray(0, 0),
        factors: p,
        k,
        base: system,
        weight: 0,
      },
      inverse,
    );
    return inverse;
  } finally {
    kernels.release(rows);
    kernels.release(none);
  }
}
