/** Logistic regression with an L2 penalty, by Newton's method. What it is not: it makes no features. */

import { Matrix, solve } from 'ml-matrix';

export interface Logistic {
  /** the logit of each row of a table */
  logits(table: Float64Array): Float64Array;
}

const STEPS = 50;
const TOLERANCE = 1e-9;

/**
 * Minimises  mean over the rows of c_y log(1 + exp(-y (w . x + b))) + l2 |w|^2 / 2,  y = 1 or -1, c_y so that both classes weigh the same,
 * x standardised over the rows. A feature of one value has weight 0.
 *
 * @param table rows x width, finite
 * @param labels 1 or 0 a row, both of them there
 * @example const { logits } = fitLogistic(table, width, labels, 0.003); logits(others)
 */
export function fitLogistic(table: Float64Array, width: number, labels: Uint8Array, l2: number): Logistic {
  const rows = labels.length;
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (let n = 0; n < table.length; n++) mean[n % width] += table[n] / rows;
  for (let n = 0; n < table.length; n++) scale[n % width] += (table[n] - mean[n % width]) ** 2 / rows;
  for (let f = 0; f < width; f++) scale[f] = scale[f] > 1e-24 ? 1 / Math.sqrt(scale[f]) : 0;
  /** the row's standardised features, and 1 */
  const standard = (source: Float64Array, row: number, out: Float64Array) => {
    for (let f = 0; f < width; f++) out[f] = (source[row * width + f] - mean[f]) * scale[f];
    out[width] = 1;
  };
  const fakes = labels.reduce((sum, label) => sum + label, 0);
  const weightOf = [0.5 / (rows - fakes), 0.5 / fakes];
  const weights = new Float64Array(width + 1);
  const x = new Float64Array(width + 1);
  const dot = () => x.reduce((sum, value, f) => sum + value * weights[f], 0);
  const loss = () => {
    let sum = 0;
    for (let f = 0; f < width; f++) sum += (l2 * weights[f] ** 2) / 2;
    for (let row = 0; row < rows; row++) {
      standard(table, row, x);
      sum += weightOf[labels[row]] * softplus(labels[row] === 1 ? -dot() : dot());
    }
    return sum;
  };
  let last = loss();
  for (let n = 0; n < STEPS; n++) {
    const gradient = new Float64Array(width + 1);
    const hessian = Matrix.zeros(width + 1, width + 1);
    for (let row = 0; row < rows; row++) {
      standard(table, row, x);
      const p = 1 / (1 + Math.exp(-dot()));
      const weight = weightOf[labels[row]];
      for (let a = 0; a <= width; a++) {
        gradient[a] += weight * (p - labels[row]) * x[a];
        for (let b = 0; b <= a; b++)
          hessian.set(a, b, hessian.get(a, b) + weight * p * (1 - p) * x[a] * x[b]);
      }
    }
    for (let a = 0; a <= width; a++) {
      for (let b = 0; b < a; b++) hessian.set(b, a, hessian.get(a, b));
      if (a < width) gradient[a] += l2 * weights[a];
      // The last term only keeps the system solvable where all probabilities are 0 or 1.
      hessian.set(a, a, hessian.get(a, a) + (a < width ? l2 : 0) + 1e-12);
    }
    const direction = solve(hessian, Matrix.columnVector(Array.from(gradient))).to1DArray();
    // Newton's step, halved until the loss falls: it is convex, so a small enough step always does.
    let length = 1;
    let next = Number.POSITIVE_INFINITY;
    const before = weights.slice();
    for (; length > 1e-6; length /= 2) {
      weights.forEach((_, f) => {
        weights[f] = before[f] - length * direction[f];
      });
      next = loss();
      if (next <= last) break;
    }
    if (next > last) weights.set(before);
    if (!(last - next > TOLERANCE * (1 + last))) break;
    last = next;
  }
  return {
    logits: (others) =>
      Float64Array.from({ length: others.length / width }, (_, row) => {
        standard(others, row, x);
        return dot();
      }),
  };
}

/** log(1 + exp(t)) */
const softplus = (t: number) => (t > 0 ? t + Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t)));
