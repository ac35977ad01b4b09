/**
 * LightGCN (He et al. 2020) as a `DifferentiableModel`. With E the embeddings of users and items and A the adjacency,
 * normalised by the square roots of the degrees,
 *
 *     E_U^(l+1) = A E_I^(l),   E_I^(l+1) = A^T E_U^(l),   F = mean over l = 0 .. L of E^(l),   r_ui = f_u . f_i,
 *     L_B = sum over pairs (u, i, j) of [ softplus(r_uj - r_ui) + lambda/2 (|e_u|^2 + |e_i|^2 + |e_j|^2) ].
 *
 * Where fake data are differentiated (docs/decisions/0008), x enters the fake users' rows of A, with the degrees frozen,
 * and weighs their pairs: sum over all v, i of x_vi times the term of (v, i, j). Its value needs the clicks only, its
 * derivative all pairs of the batch.
 */

import {
  add,
  affine,
  type BatchLoss,
  type DifferentiableModel,
  type Graph,
  gatherRows,
  map,
  multiply,
  rowSums,
  type ScoreModel,
  type SparseMatrix,
  scatterRows,
  sparseMatmul,
  subtract,
  sum,
  type Tensor,
} from '../../autodiff/index.js';
import type { FloatArray, SparsePattern } from '../../kernels/types.js';
import type { Adjacency, LightGcnBatch, PairSelection } from './data.js';

export interface LightGcnProblem<A extends FloatArray> {
  readonly users: number;
  readonly items: number;
  readonly factors: number;
  readonly layers: number;
  readonly regularisation: number;
  readonly adjacency: Adjacency<A>;
}

export function createLightGcnModel<A extends FloatArray>(
  problem: LightGcnProblem<A>,
): DifferentiableModel<A, LightGcnBatch<A>> {
  const { users, items, factors, adjacency } = problem;
  return {
    name: 'light-gcn',
    tables: [
      { name: 'U', rows: users, columns: factors },
      { name: 'I', rows: items, columns: factors },
    ],
    selection: () => null,

    loss(graph, embeddings, batch, differentiateFake): BatchLoss<A> {
      const split = differentiateFake ? batch.split() : null;
      const block = fakeBlock(graph, adjacency, split !== null);
      const propagated = propagate(graph, problem, embeddings, block);
      const terms = (selection: PairSelection<A>) =>
        pairTerms(graph, selection, embeddings, propagated, problem.regularisation);
      if (split === null || block === null) return { loss: sum(terms(batch.clicked())), fake: [] };
      const { selection, pattern, values } = split.fake;
      const weights = graph.sparse(pattern, values, true);
      const fakeTerms = sparseMatmul(weights, terms(selection));
      return { loss: add(sum(terms(split.real)), fakeTerms), fake: [block, weights] };
    },

    accumulateFakeGradient(batch, [block, weights], fakeGradient): void {
      if (block !== null) addBlockGradient(adjacency, block, fakeGradient);
      const entries = batch.split()?.fake.entries;
      if (weights === null || entries === undefined) return;
      entries.forEach((entry, n) => {
        fakeGradient[entry] += weights[n];
      });
    },
  };
}

/** The fake users' rows of the adjacency as an input that is differentiated; null where they are not. */
function fakeBlock<A extends FloatArray>(
  graph: Graph<A>,
  { fake }: Adjacency<A>,
  differentiate: boolean,
): SparseMatrix<A> | null {
  return differentiate && fake !== null ? graph.sparse(fake.pattern, fake.values, true) : null;
}

/** F: users x factors and items x factors. With `block`, fake users' edges are read from it. */
function propagate<A extends FloatArray>(
  graph: Graph<A>,
  { users, layers, adjacency }: LightGcnProblem<A>,
  embeddings: readonly Tensor<A>[],
  block: SparseMatrix<A> | null,
): [users: Tensor<A>, items: Tensor<A>] {
  const { pattern, values, fake } = adjacency;
  const edges = graph.sparse(pattern, block !== null && fake !== null ? fake.realValues : values, false);
  const toUsers = (items: Tensor<A>) => {
    const out = sparseMatmul(edges, items);
    if (block === null || fake === null) return out;
    return add(out, scatterRows(sparseMatmul(block, items), fake.users, users));
  };
  const toItems = (from: Tensor<A>) => {
    const out = sparseMatmul(edges, from, { transpose: true });
    if (block === null || fake === null) return out;
    return add(out, sparseMatmul(block, gatherRows(from, fake.users), { transpose: true }));
  };
  let [layerUsers, layerItems] = embeddings;
  let [totalUsers, totalItems] = embeddings;
  for (let layer = 0; layer < layers; layer++) {
    [layerUsers, layerItems] = [toUsers(layerItems), toItems(layerUsers)];
    totalUsers = add(totalUsers, layerUsers);
    totalItems = add(totalItems, layerItems);
  }
  const mean = (total: Tensor<A>) => affine(total, 1 / (layers + 1), 0);
  return [mean(totalUsers), mean(totalItems)];
}

/** The term of each pair: pairs x 1. */
function pairTerms<A extends FloatArray>(
  graph: Graph<A>,
  { users, positives, negatives, ones }: PairSelection<A>,
  [userEmbeddings, itemEmbeddings]: readonly Tensor<A>[],
  [userFactors, itemFactors]: readonly Tensor<A>[],
  regularisation: number,
): Tensor<A> {
  const take = (pattern: SparsePattern, table: Tensor<A>) =>
    sparseMatmul(graph.sparse(pattern, ones, false), table);
  const difference = subtract(take(negatives, itemFactors), take(positives, itemFactors));
  const ranking = map('softplus', rowSums(multiply(take(users, userFactors), difference)));
  if (regularisation === 0) return ranking;
  const norms = [
    take(users, userEmbeddings),
    take(positives, itemEmbeddings),
    take(negatives, itemEmbeddings),
  ].map((rows) => rowSums(map('square', rows)));
  return add(ranking, affine(norms.reduce(add), regularisation / 2, 0));
}

/** From the derivative by the fake rows of A to that by x, degrees frozen: A_vi = x_vi / sqrt(d_v d_i). */
function addBlockGradient<A extends FloatArray>(
  { fake, userScales, itemScales }: Adjacency<A>,
  gradient: A,
  fakeGradient: A,
): void {
  const items = itemScales.length;
  fake?.users.forEach((user, v) => {
    for (let i = 0; i < items; i++)
      fakeGradient[v * items + i] += userScales[user] * itemScales[i] * gradient[v * items + i];
  });
}

/** r_ui = f_u . f_i for real users. Propagation reads the fake data: this is where the partial derivative comes from. */
export function createLightGcnScores<A extends FloatArray>(
  problem: LightGcnProblem<A>,
  realUsers: Int32Array,
): ScoreModel<A> {
  return {
    factors(graph, embeddings, differentiateFake) {
      const block = fakeBlock(graph, problem.adjacency, differentiateFake);
      const [users, items] = propagate(graph, problem, embeddings, block);
      return {
        users: users.rows === realUsers.length ? users : gatherRows(users, realUsers),
        items,
        fake: block === null ? [] : [block],
      };
    },
    accumulateFakeGradient([block], fakeGradient) {
      if (block !== null) addBlockGradient(problem.adjacency, block, fakeGradient);
    },
  };
}
