/**
 * BPR-MF that can be differentiated by clicks (see `docs/decisions/0007-sampled-losses-by-clicks.md`).
 *
 * Inside the unrolled window a step's loss is, over all its entries e = (u, i, j) with n negatives j for each pair (u, i),
 *
 *     L = sum over e of x_ui softplus(r_uj - r_ui)
 *         + regularisation / 2 * sum over e of x_ui ((|p_u|^2 + |q_i|^2) / n + |q_j|^2),
 *
 * where x_ui is 1 for real users' clicks, and the variable for every pair of a fake user: a pair that is not clicked has
 * x = 0, adds nothing, and has a derivative. Which negatives a pair has and in which step it comes are frozen.
 *
 * With weights of users, x_ui is w_u for every pair, and what is differentiated is w, one value a user: the sampled regularisation goes
 * with its pairs.
 */

import {
  add,
  affine,
  type BatchLoss,
  createTrainingStep,
  type DifferentiableModel,
  dot,
  type Graph,
  map,
  rowSums,
  sddmm,
  spmm,
  subtract,
  type Tensor,
  type TrainingState,
  type TrainingStep,
} from '../../autodiff/index.js';
import type { AdamState, FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import { RowGrouper } from '../sampling/grouping.js';
import { ADAM_CONSTANTS } from '../training/tables.js';
import type { BprBatch } from './batches.js';

export interface BprProblem {
  readonly users: number;
  readonly items: number;
  readonly factors: number;
  readonly learningRate: number;
  readonly regularisation: number;
}

/** Weights of users, which stand where fake data do; absent values: 1. */
export interface UserWeights {
  readonly values?: ArrayLike<number>;
}

function createBprModel<A extends FloatArray>(
  { users, items, factors, regularisation }: BprProblem,
  weights: UserWeights | null,
): DifferentiableModel<A, BprBatch<A>> {
  return {
    name: 'bpr-mf',
    tables: [
      { name: 'P', rows: users, columns: factors },
      { name: 'Q', rows: items, columns: factors },
    ],
    selection: () => null,

    loss(graph, [p, q], batch, differentiateFake): BatchLoss<A> {
      const { clicked, negative, x: plain } = batch.pairs();
      const values = weights?.values === undefined ? plain : weighted(graph, clicked, plain, weights.values);
      const x = differentiateFake
        ? graph.variable(values, values.length, 1)
        : graph.constant(values, values.length, 1);
      const difference = subtract(sddmm(negative, p, q), sddmm(clicked, p, q));
      const ranking = dot(x, map('softplus', difference));
      const fake = differentiateFake ? [x] : [];
      if (regularisation === 0) return { loss: ranking, fake };
      // How often each row is in a sample, an entry counting 1 / n for the user and the clicked item it shares.
      const once = { alpha: 1 / (batch.width - 1) };
      const ofUsers = spmm(clicked, x, ones(graph, items), once);
      const ofItems = add(
        spmm(clicked, x, ones(graph, users), { ...once, transpose: true }),
        spmm(negative, x, ones(graph, users), { transpose: true }),
      );
      const penalty = add(dot(ofUsers, squaredNorms(p)), dot(ofItems, squaredNorms(q)));
      return { loss: add(ranking, affine(penalty, regularisation / 2, 0)), fake, reported: ranking.data[0] };
    },

    accumulateFakeGradient(batch, [gradient], fakeGradient): void {
      if (gradient === null) return;
      if (weights !== null) {
        const { clicked, x } = batch.pairs();
        ofRows(clicked, (user, e) => {
          fakeGradient[user] += x[e] * gradient[e];
        });
        return;
      }
      batch.pairs().fakeEntries.forEach((pair, e) => {
        if (pair >= 0) fakeGradient[pair] += gradient[e];
      });
    },
  };
}

/** Calls with the user of each entry. */
function ofRows({ rows, rowPointers }: SparsePattern, visit: (user: number, entry: number) => void): void {
  for (let user = 0; user < rows; user++)
    for (let e = rowPointers[user]; e < rowPointers[user + 1]; e++) visit(user, e);
}

function weighted<A extends FloatArray>(
  graph: Graph<A>,
  pattern: SparsePattern,
  x: A,
  weights: ArrayLike<number>,
): A {
  const values = graph.allocate(x.length);
  ofRows(pattern, (user, e) => {
    values[e] = weights[user] * x[e];
  });
  return values;
}

function squaredNorms<A extends FloatArray>(table: Tensor<A>): Tensor<A> {
  return rowSums(map('square', table));
}

function ones<A extends FloatArray>(graph: Graph<A>, rows: number): Tensor<A> {
  const data = graph.allocate(rows);
  graph.kernels.fill(data, 1);
  return graph.constant(data, rows, 1);
}

/**
 * Inside the window the operations that are differentiated; outside it the fused kernels of `fit`. Adam is dense in both,
 * so that every state is complete.
 */
export function createBprStep<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: BprProblem,
  weights: UserWeights | null = null,
): TrainingStep<A, BprBatch<A>> {
  const { learningRate } = problem;
  const optimiser = { ...ADAM_CONSTANTS, learningRate, weightDecay: 0 };
  const traced = createTrainingStep(kernels, createBprModel<A>(problem, weights), optimiser);
  return {
    ...traced,
    advance: (state, batch, inWindow) =>
      inWindow || weights?.values !== undefined
        ? traced.advance(state, batch, true)
        : fusedStep(kernels, problem, state, batch),
  };
}

function fusedStep<A extends FloatArray>(
  kernels: Kernels<A>,
  { factors, learningRate, regularisation }: BprProblem,
  state: TrainingState<A>,
  { count, width, users, items }: BprBatch<A>,
): number {
  const [p, q] = state.tables;
  const entries = count * width;
  const weights = kernels.allocate(entries);
  const usersOfItems = kernels.allocateIndices(entries);
  for (let s = 0; s < count; s++) usersOfItems.fill(users[s], s * width, (s + 1) * width);
  const tables = { users: p.parameter, items: q.parameter, k: factors };
  const loss = kernels.bprLoss({ ...tables, count, width, userRows: users, itemRows: items, weights });
  const common = { weights, scale: 1, ownScale: 0, decay: regularisation };
  const gradients = [
    summedGradient(kernels, p, users, count, { ...common, width, source: q.parameter, sources: items }),
    summedGradient(kernels, q, items, entries, {
      ...common,
      width: 1,
      source: p.parameter,
      sources: usersOfItems,
    }),
  ];
  const options = { ...ADAM_CONSTANTS, learningRate, weightDecay: 0, step: state.step + 1 };
  state.tables.forEach((table, t) => {
    kernels.adam(table, gradients[t], options);
  });
  state.step += 1;
  for (const { values, slots } of gradients) for (const array of [values, slots]) kernels.release(array);
  kernels.release(weights);
  kernels.release(usersOfItems);
  return loss;
}

/** The gradient of a table's rows that are in `list`, as Adam takes it. */
function summedGradient<A extends FloatArray>(
  kernels: Kernels<A>,
  table: AdamState<A>,
  list: Int32Array,
  length: number,
  sum: Omit<Parameters<Kernels<A>['sumRows']>[2], 'groups'>,
): { values: A; slots: Int32Array } {
  const grouper = new RowGrouper(kernels, table.rows, length);
  const groups = grouper.group(list, length);
  const values = kernels.allocate(groups.count * table.columns);
  kernels.sumRows(table.parameter, table.columns, { ...sum, groups }, values);
  const slots = kernels.allocateIndices(table.rows).fill(-1);
  for (let k = 0; k < groups.count; k++) slots[groups.rows[k]] = k;
  grouper.release();
  return { values, slots };
}
