/**
 * LightGCN with Adam written densely in float64: what the structured engine is held against. The propagation is one
 * symmetric matrix over users and items, the mean of the adjacency's powers. Fake entries may take any real value
 * (`relaxed`) from epoch `boundary` on and in the prediction, with the degrees of the binary profiles.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { DenseObjective, DenseRequest, Rows } from '../surrogate-types.js';
import { denseCrossEntropy, initialTables } from '../training/dense.js';
import type { LightGcnOptions } from './options.js';
import { createPairOrder, type PairOrder, type Pairs } from './pairs.js';
import { lightGcnInnerProblem } from './training.js';

type Matrix = number[][];

export interface DenseLightGcn {
  readonly interactions: InteractionMatrix;
  readonly realUsers: number;
  readonly options: LightGcnOptions;
  readonly order: PairOrder;
  /** initial embeddings of users, then items */
  readonly embeddings: Matrix;
  readonly targets: readonly number[];
}

/** LightGCN's L_adv after a dense training, for fake profiles of any values. */
export function denseLightGcnObjective({
  unrolled,
  ...request
}: DenseRequest<LightGcnOptions>): DenseObjective {
  const { data, options, seed, targets } = request;
  const { users, items } = data.interactions;
  const embeddings = initialTables(lightGcnInnerProblem, request).flat();
  const order = createPairOrder({ users, items, ...data }, options, seed);
  const problem = { ...data, options, order, embeddings, targets };
  return (relaxed) => denseLightGcn(problem, relaxed, options.epochs - unrolled).adversarialLoss;
}

const zeros = (like: Matrix): Matrix => like.map((row) => row.map(() => 0));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, k) => sum + value * b[k], 0);
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

/** The fake profiles, fake users x items. */
export function binaryProfiles({ interactions, realUsers }: DenseLightGcn): Matrix {
  return Array.from({ length: interactions.users - realUsers }, (_, v) =>
    Array.from({ length: interactions.items }, (_, i) => Number(interactions.has(realUsers + v, i))),
  );
}

export function denseLightGcn(problem: DenseLightGcn, relaxed: Rows, boundary: number) {
  const { options, order } = problem;
  const binary = binaryProfiles(problem);
  const theta = problem.embeddings.map((row) => [...row]);
  const [m, v] = [zeros(theta), zeros(theta)];
  const losses: number[] = [];
  let step = 0;
  for (let epoch = 0; epoch < order.epochs; epoch++) {
    const fake = epoch >= boundary ? relaxed : binary;
    const propagation = propagationOf(problem, fake);
    let loss = 0;
    for (let index = 0; index < order.stepsAnEpoch; index++) {
      const batch = gradient(problem, propagation, theta, fake, [
        order.clicked(epoch, index),
        order.candidates(epoch, index),
      ]);
      loss += batch.loss;
      step++;
      theta.forEach((row, a) => {
        row.forEach((_, k) => {
          const g = batch.gradient[a][k];
          m[a][k] = 0.9 * m[a][k] + 0.1 * g;
          v[a][k] = 0.999 * v[a][k] + 0.001 * g * g;
          const root = Math.sqrt(v[a][k] / (1 - 0.999 ** step));
          row[k] -= (options.learningRate * (m[a][k] / (1 - 0.9 ** step))) / (root + 1e-8);
        });
      });
    }
    losses.push(loss);
  }
  const factors = product(propagationOf(problem, relaxed), theta);
  return { losses, adversarialLoss: crossEntropy(problem, factors) };
}

/** Mean of the powers 0 to L of the adjacency of users and items. */
function propagationOf({ interactions, realUsers, options }: DenseLightGcn, fake: Rows): Matrix {
  const { users, items } = interactions;
  const degrees = [...interactions.userDegrees(), ...interactions.itemDegrees()];
  const scale = (node: number) => (degrees[node] === 0 ? 0 : 1 / Math.sqrt(degrees[node]));
  const size = users + items;
  const adjacency = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let u = 0; u < users; u++) {
    for (let i = 0; i < items; i++) {
      const x = u < realUsers ? Number(interactions.has(u, i)) : fake[u - realUsers][i];
      adjacency[u][users + i] = x * scale(u) * scale(users + i);
      adjacency[users + i][u] = adjacency[u][users + i];
    }
  }
  let power = adjacency.map((row, a) => row.map((_, b) => Number(a === b)));
  let total = power;
  for (let layer = 0; layer < options.layers; layer++) {
    power = product(power, adjacency);
    total = total.map((row, a) => row.map((value, b) => value + power[a][b]));
  }
  return total.map((row) => row.map((value) => value / (options.layers + 1)));
}

function gradient(
  { interactions, realUsers, options }: DenseLightGcn,
  propagation: Matrix,
  theta: Matrix,
  fake: Rows,
  lists: readonly Pairs[],
) {
  const factors = product(propagation, theta);
  const byFactors = zeros(theta);
  const direct = zeros(theta);
  let loss = 0;
  for (const { users, positives, negatives } of lists) {
    users.forEach((user, n) => {
      const weight = user < realUsers ? 1 : fake[user - realUsers][positives[n]];
      const [p, q] = [interactions.users + positives[n], interactions.users + negatives[n]];
      const margin = dot(factors[user], factors[q]) - dot(factors[user], factors[p]);
      const slope = weight / (1 + Math.exp(-margin));
      const norms = [user, p, q].reduce((sum, node) => sum + dot(theta[node], theta[node]), 0);
      loss += weight * (Math.log1p(Math.exp(margin)) + (options.regularisation / 2) * norms);
      theta[0].forEach((_, k) => {
        byFactors[user][k] += slope * (factors[q][k] - factors[p][k]);
        byFactors[q][k] += slope * factors[user][k];
        byFactors[p][k] -= slope * factors[user][k];
        for (const node of [user, p, q]) direct[node][k] += weight * options.regularisation * theta[node][k];
      });
    });
  }
  // The propagation is symmetric: it is its own transpose.
  const back = product(propagation, byFactors);
  return { loss, gradient: direct.map((row, a) => row.map((value, k) => value + back[a][k])) };
}

function crossEntropy({ interactions, realUsers, targets }: DenseLightGcn, factors: Matrix): number {
  const items = factors.slice(interactions.users);
  return denseCrossEntropy(realUsers, (u) => items.map((item) => dot(factors[u], item)), targets);
}
