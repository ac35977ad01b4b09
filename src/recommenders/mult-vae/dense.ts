/**
 * Mult-VAE with Adam written densely, entry by entry, in float64, with its backward pass by hand: what the engine is held
 * against. Fake entries may take any real value (`relaxed`) from epoch `boundary` on; numbers of clicks are read off the
 * binary profiles and frozen. Noise and input weights are the library's (they are draws, not mathematics).
 */

import { shuffledBatches } from '../sampling/batches.js';
import type { DenseObjective, DenseRequest, Rows } from '../surrogate-types.js';
import { binaryRows, denseCrossEntropy, initialTables } from '../training/dense.js';
import { fillNoise, inputWeight, type MultVaeProblem } from './batches.js';
import type { MultVaeOptions } from './options.js';
import { multVaeInnerProblem } from './training.js';

type Vector = number[];
type Matrix = Vector[];

interface Table {
  theta: Matrix;
  m: Matrix;
  v: Matrix;
}

export interface DenseVaeProblem {
  readonly problem: MultVaeProblem;
  /** binary rows of all users, fake ones last */
  readonly rows: Matrix;
  /** the seven tables' initial values */
  readonly initial: readonly Matrix[];
  /** users of each step of each epoch */
  readonly batches: readonly (readonly ArrayLike<number>[])[];
  readonly targets: readonly number[];
}

/** Mult-VAE's L_adv after a dense training, for fake profiles of any values. */
export function denseMultVae({ unrolled, ...request }: DenseRequest<MultVaeOptions>): DenseObjective {
  const { data, options, seed, targets } = request;
  const { users, items } = data.interactions;
  const order = shuffledBatches(users, options, seed);
  const dense: DenseVaeProblem = {
    problem: { users, items, ...data, options, seed },
    rows: binaryRows(data.interactions),
    initial: initialTables(multVaeInnerProblem, request),
    batches: Array.from({ length: options.epochs }, (_, epoch) => order.rowsOf(epoch)),
    targets,
  };
  return (relaxed) => trainDense(dense, relaxed, options.epochs - unrolled).adversarialLoss;
}

const dotOf = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const zerosLike = (matrix: Matrix): Matrix => matrix.map((row) => row.map(() => 0));
/** row . matrix + bias */
const layer = (row: Vector, matrix: Matrix, bias: Vector): Vector =>
  bias.map((b, j) => row.reduce((sum, x, i) => sum + x * matrix[i][j], b));

function logSumExp(scores: Vector): number {
  const largest = Math.max(...scores);
  return largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
}

/** L_adv after training, with `relaxed` in place of the fake profiles inside the window; and each epoch's loss. */
export function trainDense(dense: DenseVaeProblem, relaxed: Rows, boundary: number) {
  const { problem, rows, initial, batches } = dense;
  const tables: Table[] = initial.map((theta) => ({
    theta: theta.map((row) => [...row]),
    m: zerosLike(theta),
    v: zerosLike(theta),
  }));
  let step = 0;
  const losses = batches.map((epochBatches, epoch) => {
    let loss = 0;
    for (const users of epochBatches) {
      const gradients = tables.map(({ theta }) => zerosLike(theta));
      const beta = Math.min(problem.options.betaLimit, problem.options.betaIncrement * step);
      for (const user of Array.from(users)) {
        const fake = user >= problem.realUsers && epoch >= boundary;
        const clicks = fake ? relaxed[user - problem.realUsers] : rows[user];
        loss += addUser(dense, tables, gradients, user, clicks, epoch, beta);
      }
      adam(tables, gradients, ++step, problem.options);
    }
    return loss;
  });
  return { losses, adversarialLoss: adversarialLoss(dense, tables) };
}

/** What a user's forward pass leaves for its backward pass. */
function forward(tables: readonly Table[], input: Vector, noise: Vector) {
  const [E, a, L, b, D, c, W] = tables.map(({ theta }) => theta);
  const h1 = layer(input, E, a[0]).map(Math.tanh);
  const both = layer(h1, L, b[0]);
  const mu = both.slice(0, noise.length);
  const logVariance = both.slice(noise.length);
  const latent = mu.map((value, j) => value + Math.exp(logVariance[j] / 2) * noise[j]);
  const h2 = [...layer(latent, D, c[0]).map(Math.tanh), 1];
  const logits = W.map((item) => dotOf(h2, item));
  return { h1, mu, logVariance, latent, h2, logits, normaliser: logSumExp(logits) };
}

/** Adds the user's gradients; returns its loss. */
function addUser(
  { problem, rows }: DenseVaeProblem,
  tables: readonly Table[],
  gradients: readonly Matrix[],
  user: number,
  clicks: readonly number[],
  epoch: number,
  beta: number,
): number {
  const [E, , L, , D, , W] = tables.map(({ theta }) => theta);
  const [gE, ga, gL, gb, gD, gc, gW] = gradients;
  const n = rows[user].reduce((sum, x) => sum + x, 0);
  const share = n > 0 ? 1 / n : 0;
  const weight = inputWeight(problem, user, epoch);
  const input = clicks.map((x, i) => x * weight(i));
  const draws = new Float64Array(problem.options.factors);
  fillNoise(draws, problem, [user], epoch);
  const noise = Array.from(draws);
  const { h1, mu, logVariance, latent, h2, logits, normaliser } = forward(tables, input, noise);
  const total = clicks.reduce((sum, x) => sum + x, 0);

  const dLogits = logits.map((s, i) => share * (total * Math.exp(s - normaliser) - clicks[i]));
  const dh2 = addOuter(gW, dLogits, h2, W);
  const dLatent = addLayer(gD, gc, latent, tanhBack(dh2, h2).slice(0, -1), D);
  const dBoth = [
    ...mu.map((value, j) => dLatent[j] + beta * value),
    ...logVariance.map(
      (s, j) => dLatent[j] * noise[j] * 0.5 * Math.exp(s / 2) + beta * 0.5 * (Math.exp(s) - 1),
    ),
  ];
  const dh1 = addLayer(gL, gb, h1, dBoth, L);
  addLayer(gE, ga, input, tanhBack(dh1, h1), E);

  const divergence = mu.reduce((sum, value, j) => sum + klTerm(value, logVariance[j]), 0);
  return share * (total * normaliser - dotOf(clicks, logits)) + beta * divergence;
}

const klTerm = (mu: number, logVariance: number) => 0.5 * (Math.exp(logVariance) + mu ** 2 - 1 - logVariance);

const tanhBack = (dOut: Vector, out: Vector): Vector => dOut.map((d, k) => d * (1 - out[k] ** 2));

/** Backward of out = W row: adds to W's gradient, returns the row's. */
function addOuter(gradient: Matrix, dOut: Vector, row: Vector, weights: Matrix): Vector {
  dOut.forEach((d, i) => {
    row.forEach((x, k) => {
      gradient[i][k] += d * x;
    });
  });
  return row.map((_, k) => dOut.reduce((sum, d, i) => sum + d * weights[i][k], 0));
}

/** Backward of `layer`: adds to the gradients of matrix and bias, returns the row's. */
function addLayer(gradient: Matrix, gBias: Matrix, row: Vector, dOut: Vector, matrix: Matrix): Vector {
  dOut.forEach((d, j) => {
    gBias[0][j] += d;
    row.forEach((x, i) => {
      gradient[i][j] += x * d;
    });
  });
  return matrix.map((weights) => dotOf(weights, dOut));
}

function adam(
  tables: Table[],
  gradients: Matrix[],
  step: number,
  { learningRate, weightDecay }: MultVaeProblem['options'],
): void {
  tables.forEach(({ theta, m, v }, t) => {
    theta.forEach((row, i) => {
      row.forEach((value, j) => {
        const g = gradients[t][i][j] + weightDecay * value;
        m[i][j] = 0.9 * m[i][j] + 0.1 * g;
        v[i][j] = 0.999 * v[i][j] + 0.001 * g * g;
        row[j] -=
          (learningRate * (m[i][j] / (1 - 0.9 ** step))) / (Math.sqrt(v[i][j] / (1 - 0.999 ** step)) + 1e-8);
      });
    });
  });
}

function adversarialLoss({ problem, rows, targets }: DenseVaeProblem, tables: readonly Table[]): number {
  const noNoise = Array(problem.options.factors).fill(0);
  const scoresOf = (user: number) => {
    const weight = inputWeight(problem, user, null);
    const input = rows[user].map((x, i) => x * weight(i));
    return forward(tables, input, noNoise).logits;
  };
  return denseCrossEntropy(problem.realUsers, scoresOf, targets);
}
