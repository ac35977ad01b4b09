/**
 * WRMF (equation 5) as a `DifferentiableModel`, in the structured form: no users x items matrix anywhere.
 *
 * For the users B of a batch, with P_B their factors and all items' factors Q,
 *
 *     L_B = tr((P_B^T P_B)(Q^T Q)) + sum over observed (u, i) of [ alpha (1 - r_ui)^2 - r_ui^2 ],   r_ui = p_u . q_i,
 *
 * which equals the dense weighted squared loss. Where fake data are differentiated, the observed entries' linear
 * term of the fake rows, -2 alpha r_vi, is written as -2 F . ((W o X) Q): its value needs the clicks only, its derivative by
 * X is dense (a missing entry has a gradient too; weights w are read off the binary X and frozen).
 */

import {
  add,
  affine,
  type BatchLoss,
  type DifferentiableModel,
  dot,
  type Graph,
  gatherRows,
  gram,
  type RowSelection,
  type ScoreModel,
  sddmm,
  sparseMatmul,
  type Tensor,
} from '../../autodiff/index.js';
import { type CsrRows, createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';

/** Users of one step, ascending (so fake users, whose indices follow the real ones, come last). */
export interface WrmfBatch<A extends FloatArray> {
  readonly selection: RowSelection;
  readonly pattern: SparsePattern;
  readonly fake: FakeRows<A> | null;
}

/** The fake users of a batch. */
interface FakeRows<A extends FloatArray> {
  /** their positions in the batch */
  readonly positions: Int32Array;
  /** their indices among the fake users */
  readonly indices: Int32Array;
  readonly pattern: SparsePattern;
  /** alpha at every click */
  readonly values: A;
}

export interface WrmfProblem {
  readonly users: number;
  readonly items: number;
  /** rows from here on are fake */
  readonly realUsers: number;
  readonly interactions: CsrRows;
  readonly factors: number;
  readonly positiveWeight: number;
}

export function createWrmfModel<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
): DifferentiableModel<A, WrmfBatch<A>> {
  const { users, items, factors, positiveWeight: alpha } = problem;
  return {
    name: 'wrmf-adam',
    tables: [
      { name: 'P', rows: users, columns: factors },
      { name: 'Q', rows: items, columns: factors },
    ],
    selection: (batch, table) => (table === 0 ? batch.selection : null),

    loss(graph, [p, q], batch, differentiateFake): BatchLoss<A> {
      const { pattern } = batch;
      const fakeRows = differentiateFake ? batch.fake : null;
      const scores = sddmm(pattern, p, q);
      const linear = linearCoefficients(graph, batch, fakeRows, alpha);
      const terms = [dot(gram(p), gram(q)), affine(dot(scores, scores), alpha - 1, alpha * pattern.nonZeros)];
      terms.push(dot(linear, scores));
      if (fakeRows === null) return { loss: terms.reduce(add), fake: [] };
      const fake = graph.sparse(fakeRows.pattern, fakeRows.values, true);
      const fakeFactors = gatherRows(p, fakeRows.positions);
      terms.push(affine(dot(fakeFactors, sparseMatmul(fake, q)), -2, 0));
      return { loss: terms.reduce(add), fake: [fake] };
    },

    accumulateFakeGradient(batch, [gradient], fakeGradient): void {
      const { fake } = batch;
      if (fake === null || gradient === null) return;
      const { rowPointers, columnIndices } = fake.pattern;
      for (let j = 0; j < fake.indices.length; j++) {
        for (let e = rowPointers[j]; e < rowPointers[j + 1]; e++)
          gradient[j * items + columnIndices[e]] *= alpha;
      }
      kernels.scatterAddRows(gradient, items, fake.indices, fakeGradient);
    },
  };
}

/** -2 alpha at every observed entry; 0 at those of fake rows that are differentiated through `sparseMatmul`. */
function linearCoefficients<A extends FloatArray>(
  graph: Graph<A>,
  batch: WrmfBatch<A>,
  fakeRows: FakeRows<A> | null,
  alpha: number,
): Tensor<A> {
  const { nonZeros, rowPointers } = batch.pattern;
  const data = graph.allocate(nonZeros);
  data.fill(-2 * alpha);
  if (fakeRows !== null) data.fill(0, rowPointers[fakeRows.positions[0]]);
  return graph.constant(data, nonZeros, 1);
}

/** Makes the batch of the given users (distinct, any order). Release it with `releaseWrmfBatch`. */
export function createWrmfBatch<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
  batchUsers: ArrayLike<number>,
): WrmfBatch<A> {
  const indices = kernels.allocateIndices(batchUsers.length);
  const slots = kernels.allocateIndices(problem.users);
  slots.fill(-1);
  for (let j = 0; j < batchUsers.length; j++) slots[batchUsers[j]] = 0;
  let position = 0;
  for (let user = 0; user < problem.users; user++) {
    if (slots[user] < 0) continue;
    slots[user] = position;
    indices[position++] = user;
  }
  return {
    selection: { indices, slots },
    pattern: createPattern(kernels, problem.interactions, indices, problem.items),
    fake: createFakeRows(kernels, problem, indices),
  };
}

function createFakeRows<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
  sorted: Int32Array,
): FakeRows<A> | null {
  const first = sorted.findIndex((user) => user >= problem.realUsers);
  if (first < 0) return null;
  const fakeUsers = sorted.subarray(first);
  const positions = kernels.allocateIndices(fakeUsers.length);
  const indices = kernels.allocateIndices(fakeUsers.length);
  fakeUsers.forEach((user, j) => {
    positions[j] = first + j;
    indices[j] = user - problem.realUsers;
  });
  const pattern = createPattern(kernels, problem.interactions, fakeUsers, problem.items);
  const values = kernels.allocate(pattern.nonZeros);
  values.fill(problem.positiveWeight);
  return { positions, indices, pattern, values };
}

export function releaseWrmfBatch<A extends FloatArray>(kernels: Kernels<A>, batch: WrmfBatch<A>): void {
  kernels.release(batch.selection.indices);
  kernels.release(batch.selection.slots);
  releasePattern(kernels, batch.pattern);
  if (batch.fake === null) return;
  kernels.release(batch.fake.positions);
  kernels.release(batch.fake.indices);
  kernels.release(batch.fake.values);
  releasePattern(kernels, batch.fake.pattern);
}

/** r_ui = p_u . q_i for the real users. Predictions read no data: the partial derivative is 0. */
export function createWrmfScores<A extends FloatArray>(
  kernels: Kernels<A>,
  realUsers: number,
): ScoreModel<A> & { release(): void } {
  const rows = kernels.allocateIndices(realUsers);
  for (let user = 0; user < realUsers; user++) rows[user] = user;
  return {
    factors: (_, [p, q]) => ({
      users: p.rows === realUsers ? p : gatherRows(p, rows),
      items: q,
      fake: [],
    }),
    release: () => kernels.release(rows),
  };
}
