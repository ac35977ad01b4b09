/**
 * Weighted logistic regression with a ridge on all but the intercept, by Newton's method with step halving:
 *
 *     min_b  sum_n w_n log(1 + exp(-y_n b.x_n)) / sum w + l2 / 2 |b|^2
 *
 * Weights say how much a class counts: with both classes of the same weight, b.x is the log of a likelihood ratio.
 */

import { solveSymmetric } from './solve.js';

const STEPS = 30;
const LEAST_IMPROVEMENT = 1e-6;

export interface LabelledRows {
  /** rows x width, row-major */
  readonly values: Float64Array;
  readonly width: number;
  /** 1 or 0, one a row */
  readonly labels: Uint8Array;
  /** above 0, one a row */
  readonly weights: Float64Array;
}

/** The intercept, then one coefficient a column. */
export type Logistic = Float64Array;

/** b.x of a row of `width` values from `at`. @example logitOf(model, values, 3 * width) */
export function logitOf(model: Logistic, values: Float64Array, at: number): number {
  let sum = model[0];
  for (let c = 1; c < model.length; c++) sum += model[c] * values[at + c - 1];
  return sum;
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function lossOf(
  model: Logistic,
  { values, width, labels, weights }: LabelledRows,
  total: number,
  l2: number,
) {
  let loss = 0;
  for (let n = 0; n < labels.length; n++) {
    const logit = logitOf(model, values, n * width);
    loss += weights[n] * softplus(labels[n] === 1 ? -logit : logit);
  }
  let norm = 0;
  for (let c = 1; c < model.length; c++) norm += model[c] ** 2;
  return loss / total + (l2 / 2) * norm;
}

/** The Newton direction at a model. */
function direction(
  model: Logistic,
  { values, width, labels, weights }: LabelledRows,
  total: number,
  l2: number,
) {
  const size = width + 1;
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  const x = new Float64Array(size);
  x[0] = 1;
  for (let n = 0; n < labels.length; n++) {
    x.set(values.subarray(n * width, (n + 1) * width), 1);
    const p = 1 / (1 + Math.exp(-logitOf(model, values, n * width)));
    const slope = (weights[n] / total) * (p - labels[n]);
    const curve = (weights[n] / total) * p * (1 - p);
    for (let r = 0; r < size; r++) {
      gradient[r] += slope * x[r];
      const scaled = curve * x[r];
      for (let c = 0; c <= r; c++) hessian[r * size + c] += scaled * x[c];
    }
  }
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < r; c++) hessian[c * size + r] = hessian[r * size + c];
    hessian[r * size + r] += r === 0 ? 1e-9 : l2;
    if (r > 0) gradient[r] += l2 * model[r];
  }
  return solveSymmetric(hessian, gradient);
}

/** @example fitLogistic(rows, 0.01) */
export function fitLogistic(rows: LabelledRows, l2: number): Logistic {
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
  let model = new Float64Array(rows.width + 1);
  if (total === 0) return model;
  let loss = lossOf(model, rows, total, l2);
  for (let step = 0; step < STEPS; step++) {
    const change = direction(model, rows, total, l2);
    let length = 1;
    let next = model;
    let reached = Number.POSITIVE_INFINITY;
    for (; length > 1e-4; length /= 2) {
      next = model.map((value, c) => value - length * change[c]);
      reached = lossOf(next, rows, total, l2);
      if (reached <= loss) break;
    }
    if (!(loss - reached > LEAST_IMPROVEMENT)) break;
    model = next;
    loss = reached;
  }
  return model;
}
