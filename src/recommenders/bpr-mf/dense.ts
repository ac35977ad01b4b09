/**
 * BPR-MF with Adam written pair by pair, in float64: what the differentiable model is held against. The clicks of fake users
 * may take any real value (`relaxed`) from epoch `boundary` on, for every item; negatives and the step of each pair are
 * those of the draws.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { SampleSource } from '../sampling/sampling.js';
import type { DenseObjective, DenseRequest, Rows } from '../surrogate-types.js';
import { denseCrossEntropy, initialTables } from '../training/dense.js';
import type { PairwiseOptions } from '../training/pairwise-options.js';
import { bprInnerProblem } from './training.js';

type Matrix = number[][];

export interface DenseBprProblem {
  readonly train: InteractionMatrix;
  readonly realUsers: number;
  readonly source: SampleSource;
  readonly start: readonly [Matrix, Matrix];
  readonly learningRate: number;
  readonly regularisation: number;
  readonly targets: readonly number[];
}

/** BPR-MF's L_adv after a dense training, for clicks of fake users of any values. */
export function denseBpr({ unrolled, ...request }: DenseRequest<PairwiseOptions>): DenseObjective {
  const { data, options, seed, targets } = request;
  const [p, q] = initialTables(bprInnerProblem, request);
  const { learningRate, regularisation, epochs } = options;
  const source = new SampleSource(data.interactions, options, seed);
  const problem = {
    train: data.interactions,
    realUsers: data.realUsers,
    source,
    start: [p, q] as const,
    learningRate,
    regularisation,
    targets,
  };
  return (relaxed) => denseBprAdversarialLoss(problem, relaxed, epochs - unrolled);
}

interface Table {
  readonly theta: Matrix;
  readonly m: Matrix;
  readonly v: Matrix;
}

const zeros = (like: Matrix): Matrix => like.map((row) => row.map(() => 0));
const inner = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** L_adv after training. */
export function denseBprAdversarialLoss(problem: DenseBprProblem, relaxed: Rows, boundary: number): number {
  const { source, learningRate, start } = problem;
  const tables = start.map((theta) => ({
    theta: theta.map((row) => [...row]),
    m: zeros(theta),
    v: zeros(theta),
  }));
  let step = 0;
  for (let epoch = 0; epoch < source.epochs; epoch++) {
    const pairs = pairsOf(problem, epoch, epoch >= boundary ? relaxed : null);
    for (let index = 0; index < source.stepsAnEpoch; index++) {
      const inStep = pairs.filter((pair) => pair.step === index);
      adam(tables, gradients(problem, tables, inStep), ++step, learningRate);
    }
  }
  return crossEntropy(problem, tables);
}

interface Pair {
  readonly step: number;
  readonly user: number;
  /** the clicked item, then its negatives */
  readonly items: number[];
  readonly x: number;
}

function pairsOf({ train, realUsers, source }: DenseBprProblem, epoch: number, relaxed: Rows | null): Pair[] {
  const pairs: Pair[] = [];
  for (let user = 0; user < train.users; user++) {
    for (let item = 0; item < train.items; item++) {
      const clicked = train.has(user, item) ? 1 : 0;
      const x = user >= realUsers && relaxed !== null ? relaxed[user - realUsers][item] : clicked;
      if (x === 0) continue;
      const items = new Int32Array(source.width);
      source.drawItems(epoch, user, item, items, 0);
      pairs.push({ step: source.stepOf(epoch, user, item), user, items: [...items], x });
    }
  }
  return pairs;
}

function gradients({ regularisation }: DenseBprProblem, [p, q]: Table[], pairs: readonly Pair[]): Matrix[] {
  const out = [zeros(p.theta), zeros(q.theta)];
  const add = (row: number[], factor: number, values: number[]) =>
    values.forEach((value, k) => {
      row[k] += factor * value;
    });
  for (const { user, items, x } of pairs) {
    const own = p.theta[user];
    const [clicked, ...negatives] = items;
    for (const negative of negatives) {
      const slope = 1 / (1 + Math.exp(inner(own, q.theta[clicked]) - inner(own, q.theta[negative])));
      add(out[0][user], x * slope, q.theta[negative]);
      add(out[0][user], -x * slope, q.theta[clicked]);
      add(out[1][negative], x * slope, own);
      add(out[1][clicked], -x * slope, own);
      add(out[1][negative], x * regularisation, q.theta[negative]);
    }
    add(out[0][user], x * regularisation, own);
    add(out[1][clicked], x * regularisation, q.theta[clicked]);
  }
  return out;
}

function adam(tables: readonly Table[], grads: Matrix[], step: number, learningRate: number): void {
  tables.forEach(({ theta, m, v }, t) => {
    theta.forEach((row, a) => {
      row.forEach((_, b) => {
        const g = grads[t][a][b];
        m[a][b] = 0.9 * m[a][b] + 0.1 * g;
        v[a][b] = 0.999 * v[a][b] + 0.001 * g * g;
        const corrected = m[a][b] / (1 - 0.9 ** step);
        row[b] -= (learningRate * corrected) / (Math.sqrt(v[a][b] / (1 - 0.999 ** step)) + 1e-8);
      });
    });
  });
}

function crossEntropy({ realUsers, targets }: DenseBprProblem, [p, q]: Table[]): number {
  return denseCrossEntropy(realUsers, (u) => q.theta.map((item) => inner(item, p.theta[u])), targets);
}
