/**
 * ItemAE as a `DifferentiableModel`, in the structured form: no users x items matrix anywhere.
 *
 * For the items B of a batch, S_B their rows of [X; fake]^T and H the last hidden layer,
 *
 *     H = f(... f(S_B W_1 + 1 b_1) W_2 + 1 b_2 ...),   r_iu = h_i . w_u + c_u,
 *     L_B = sum over i in B and all users u of r_iu^2 + sum over observed (i, u) of [ alpha (1 - r_iu)^2 - r_iu^2 ],
 *
 * where the first sum is a trace of Gram matrices, tr((H^T H)(W^T W)) + 2 (1^T H)(W^T c) + |B| c^T c: the output is a
 * factorisation into [H, 1] and [W, c]. This equals the dense weighted squared loss.
 *
 * Where fake data are differentiated they enter twice: as what the encoder reads, and (weights w read off the binary data
 * and frozen) in the loss's linear term -2 sum w x r. Both are `sparseMatmul`: their value needs the clicks only, their
 * derivative is dense, as a missing entry has a gradient too.
 */

import {
  add,
  affine,
  type BatchLoss,
  broadcast,
  columnSums,
  type DifferentiableModel,
  dot,
  type Graph,
  gatherRows,
  gram,
  joinColumns,
  map,
  matmul,
  repeatRow,
  type ScoreModel,
  type SparseMatrix,
  sddmm,
  sparseMatmul,
  sum,
  type Tensor,
} from '../../autodiff/index.js';
import type { FloatArray } from '../../kernels/types.js';
import {
  addFakeColumns,
  type FakeColumns,
  type ItemAeBatch,
  type ItemAeData,
  type ItemAeProblem,
} from './data.js';

/**
 * Weight and bias of each layer. Hidden layers: units before x units, 1 x units. The first and the last have a row for
 * each user, so that fake users are appended rows; the last is users x units with a bias of users x 1.
 */
export function itemAeTables({ users, hidden }: ItemAeProblem) {
  const sizes = [users, ...hidden];
  const layers = hidden.flatMap((units, l) => [
    { name: `W${l + 1}`, rows: sizes[l], columns: units },
    { name: `b${l + 1}`, rows: 1, columns: units },
  ]);
  const last = hidden[hidden.length - 1];
  return [...layers, { name: 'W', rows: users, columns: last }, { name: 'c', rows: users, columns: 1 }];
}

/** The output layer: the last two tables. */
const outputLayer = <T>(parameters: readonly T[]): readonly T[] => parameters.slice(-2);

export function createItemAeModel<A extends FloatArray>(
  data: ItemAeData<A>,
): DifferentiableModel<A, ItemAeBatch<A>> {
  const { problem, fakeUsers } = data;
  const alpha = problem.positiveWeight;
  return {
    name: 'item-ae',
    tables: itemAeTables(problem),
    selection: () => null,

    loss(graph, parameters, batch, differentiateFake): BatchLoss<A> {
      const fake = differentiateFake ? batch.fake : null;
      const input = fake && graph.sparse(fake.pattern, fake.inputs, true);
      const hidden = encode(graph, data, parameters, batch, input);
      const [weight, bias] = outputLayer(parameters);
      const terms = squaredScores(hidden, weight, bias);
      terms.push(observedTerms(graph, batch, fake, alpha, [hidden, weight, bias]));
      if (fake === null || input === null) return { loss: terms.reduce(add), fake: [] };
      const target = graph.sparse(fake.pattern, fake.targets, true);
      const fakeWeight = sparseMatmul(target, gatherRows(weight, fakeUsers));
      const fakeBias = sparseMatmul(target, gatherRows(bias, fakeUsers));
      terms.push(affine(add(dot(hidden, fakeWeight), sum(fakeBias)), -2, 0));
      return { loss: terms.reduce(add), fake: [input, target] };
    },

    accumulateFakeGradient(batch, [input, target], fakeGradient): void {
      if (input !== null) addFakeColumns(batch, input, fakeGradient, problem.items, 1);
      if (target !== null) addFakeColumns(batch, target, fakeGradient, problem.items, alpha);
    },
  };
}

/** The last hidden layer of the batch's items: items of the batch x units. */
function encode<A extends FloatArray>(
  graph: Graph<A>,
  { problem, fakeUsers }: ItemAeData<A>,
  parameters: readonly Tensor<A>[],
  batch: ItemAeBatch<A>,
  fakeInput: SparseMatrix<A> | null,
): Tensor<A> {
  const activate = (product: Tensor<A>, bias: Tensor<A>) =>
    map(problem.activation, add(product, repeatRow(bias, product.rows)));
  const [weight, bias] = parameters;
  const ones = fakeInput === null ? batch.ones : (batch.fake as FakeColumns<A>).realOnes;
  let product = sparseMatmul(graph.sparse(batch.pattern, ones, false), weight);
  if (fakeInput !== null) product = add(product, sparseMatmul(fakeInput, gatherRows(weight, fakeUsers)));
  let hidden = activate(product, bias);
  for (let l = 1; l < problem.hidden.length; l++)
    hidden = activate(matmul(hidden, parameters[2 * l]), parameters[2 * l + 1]);
  return hidden;
}

/** Sum of r_iu^2 over the batch's items and all users, in three terms. */
function squaredScores<A extends FloatArray>(
  hidden: Tensor<A>,
  weight: Tensor<A>,
  bias: Tensor<A>,
): Tensor<A>[] {
  const cross = matmul(columnSums(hidden), matmul(weight, bias, { transposeA: true }));
  return [dot(gram(hidden), gram(weight)), affine(cross, 2, 0), affine(dot(bias, bias), hidden.rows, 0)];
}

/** Sum over observed (i, u) of alpha (1 - r)^2 - r^2; without the linear term at fake rows that are differentiated. */
function observedTerms<A extends FloatArray>(
  graph: Graph<A>,
  { items, pattern, ones }: ItemAeBatch<A>,
  fake: FakeColumns<A> | null,
  alpha: number,
  [hidden, weight, bias]: readonly Tensor<A>[],
): Tensor<A> {
  const unit = graph.allocate(items.length);
  unit.fill(1);
  const biases = sddmm(pattern, graph.constant(unit, items.length, 1), bias);
  const scores = add(sddmm(pattern, hidden, weight), biases);
  const linear = graph.constant(fake === null ? ones : fake.realOnes, pattern.nonZeros, 1);
  const squares = affine(dot(scores, scores), alpha - 1, alpha * pattern.nonZeros);
  return add(squares, affine(dot(linear, scores), -2 * alpha, 0));
}

/**
 * r_ui = [w_u, c_u] . [h_i, 1] for real users and all items. The encoder reads the fake data: this is where the partial
 * derivative comes from.
 *
 * @param everything the batch of all items, which stays the caller's
 */
export function createItemAeScores<A extends FloatArray>(
  data: ItemAeData<A>,
  everything: ItemAeBatch<A>,
): ScoreModel<A> {
  const { problem, realUsers } = data;
  return {
    factors(graph, parameters, differentiateFake) {
      const { fake } = everything;
      const input = differentiateFake && fake !== null ? graph.sparse(fake.pattern, fake.inputs, true) : null;
      const hidden = encode(graph, data, parameters, everything, input);
      const one = graph.allocate(1);
      one[0] = 1;
      const units = broadcast(graph.constant(one, 1, 1), hidden.rows, 1);
      const [weight, bias] = outputLayer(parameters).map((table) =>
        problem.users === problem.realUsers ? table : gatherRows(table, realUsers),
      );
      return {
        users: joinColumns(weight, bias),
        items: joinColumns(hidden, units),
        fake: input === null ? [] : [input],
      };
    },
    accumulateFakeGradient([input], fakeGradient) {
      if (input !== null) addFakeColumns(everything, input, fakeGradient, problem.items, 1);
    },
  };
}
