/**
 * WRMF with Adam written densely, entry by entry, in float64: what the structured engine is held against. Fake entries
 * may take any real value (`relaxed`) from epoch `boundary` on; weights are read off the binary profiles and frozen.
 */

import type { WrmfGoldenCase } from '../../dist/hypergradient/golden-wrmf.js';

type Matrix = number[][];
export type DenseProblem = Pick<
  WrmfGoldenCase,
  'X' | 'fake' | 'P0' | 'Q0' | 'batches' | 'lr' | 'weightDecay' | 'alpha' | 'targets'
>;

interface Table {
  theta: Matrix;
  m: Matrix;
  v: Matrix;
}

const zeros = (like: readonly (readonly number[])[]): Matrix => like.map((row) => row.map(() => 0));

/** L_adv after training, with `relaxed` in place of the fake profiles inside the window. */
export function denseAdversarialLoss(problem: DenseProblem, relaxed: Matrix, boundary: number): number {
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

function gradients(
  problem: DenseProblem,
  [p, q]: Table[],
  fake: readonly (readonly number[])[],
  users: readonly number[],
) {
  const real = problem.X.length;
  const out = [zeros(p.theta), zeros(q.theta)];
  for (const u of users) {
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
  let total = 0;
  for (let u = 0; u < X.length; u++) {
    const scores = q.theta.map((item) => item.reduce((sum, value, k) => sum + value * p.theta[u][k], 0));
    const largest = Math.max(...scores);
    const normaliser = largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
    for (const t of targets) total += (normaliser - scores[t]) / targets.length;
  }
  return total;
}
