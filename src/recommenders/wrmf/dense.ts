/**
 * WRMF with Adam written densely, entry by entry, in float64: what the structured engine is held against. Fake entries
 * may take any real value (`relaxed`) from epoch `boundary` on; weights are read off the binary profiles and frozen.
 */

import { shuffledBatches } from '../sampling/batches.js';
import type { DenseObjective, DenseRequest, Rows } from '../surrogate-types.js';
import { denseCrossEntropy, initialTables, splitRows } from '../training/dense.js';
import type { WrmfOptions } from './options.js';
import { wrmfInnerProblem } from './training.js';

type Matrix = number[][];

export interface DenseProblem {
  /** real users x items, 0 or 1 */
  readonly X: Rows;
  readonly fake: Rows;
  /** initial factors, real users first */
  readonly P0: Rows;
  readonly Q0: Rows;
  /** users of each step of each epoch */
  readonly batches: readonly (readonly ArrayLike<number>[])[];
  readonly lr: number;
  readonly weightDecay: number;
  /** weight of an observed entry */
  readonly alpha: number;
  readonly targets: readonly number[];
}

/** WRMF's L_adv after a dense training, for fake profiles of any values. */
export function denseWrmf({ unrolled, ...request }: DenseRequest<WrmfOptions>): DenseObjective {
  const { data, options, seed, targets } = request;
  const [P0, Q0] = initialTables(wrmfInnerProblem, request);
  const order = shuffledBatches(data.interactions.users, options, seed);
  const { learningRate: lr, weightDecay, positiveWeight: alpha, epochs } = options;
  const batches = Array.from({ length: epochs }, (_, epoch) => order.rowsOf(epoch));
  const problem = { ...splitRows(data), P0, Q0, batches, lr, weightDecay, alpha, targets };
  return (relaxed) => denseAdversarialLoss(problem, relaxed, epochs - unrolled);
}

interface Table {
  theta: Matrix;
  m: Matrix;
  v: Matrix;
}

const zeros = (like: Rows): Matrix => like.map((row) => row.map(() => 0));

/** L_adv after training, with `relaxed` in place of the fake profiles inside the window. */
export function denseAdversarialLoss(problem: DenseProblem, relaxed: Rows, boundary: number): number {
  const tables: Table[] = [problem.P0, problem.Q0].map((initial) => ({
    theta: initial.map((row) => [...row]),
    m: zeros(initial),
    v: zeros(initial),
  }));
  let step = 0;
  problem.batches.forEach((epoch, e) => {
    const fake = e >= boundary ? relaxed : problem.fake;
    for (const users of epoch) adam(tables, gradients(problem, tables, fake, users), ++step, problem);
  });
  return crossEntropy(problem, tables);
}

function gradients(problem: DenseProblem, [p, q]: Table[], fake: Rows, users: ArrayLike<number>) {
  const real = problem.X.length;
  const out = [zeros(p.theta), zeros(q.theta)];
  for (const u of Array.from(users)) {
    const binary = u < real ? problem.X[u] : problem.fake[u - real];
    const values = u < real ? problem.X[u] : fake[u - real];
    q.theta.forEach((item, i) => {
      const score = item.reduce((sum, value, k) => sum + value * p.theta[u][k], 0);
      const c = -2 * (binary[i] === 1 ? problem.alpha : 1) * (values[i] - score);
      item.forEach((value, k) => {
        out[0][u][k] += c * value;
        out[1][i][k] += c * p.theta[u][k];
      });
    });
  }
  return out;
}

function adam(tables: Table[], grads: Matrix[], step: number, { lr, weightDecay }: DenseProblem): void {
  tables.forEach(({ theta, m, v }, t) => {
    theta.forEach((row, a) => {
      row.forEach((value, b) => {
        const g = grads[t][a][b] + weightDecay * value;
        m[a][b] = 0.9 * m[a][b] + 0.1 * g;
        v[a][b] = 0.999 * v[a][b] + 0.001 * g * g;
        const corrected = m[a][b] / (1 - 0.9 ** step);
        row[b] -= (lr * corrected) / (Math.sqrt(v[a][b] / (1 - 0.999 ** step)) + 1e-8);
      });
    });
  });
}

function crossEntropy({ X, targets }: DenseProblem, [p, q]: Table[]): number {
  const score = (u: number) => (item: readonly number[]) =>
    item.reduce((sum, value, k) => sum + value * p.theta[u][k], 0);
  return denseCrossEntropy(X.length, (u) => q.theta.map(score(u)), targets);
}
