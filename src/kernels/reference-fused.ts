/**
 * The fused kernels in plain TypeScript: Adam and its vector-Jacobian product, softmax cross-entropy.
 * One entry, one user at a time: the definition, not the fast way.
 */

import type {
  AdamOptions,
  AdamState,
  FloatArray,
  RowGradient,
  SoftmaxCrossEntropyInput,
  SparsePattern,
} from './types.js';

/** Offset of the gradient row of table row `row`, or -1 where that gradient is zero. */
function gradientOffset<A extends FloatArray>(
  gradient: RowGradient<A>,
  row: number,
  columns: number,
): number {
  const slot = gradient.slots === null ? row : gradient.slots[row];
  return slot < 0 ? -1 : slot * columns;
}

function adam<A extends FloatArray>(
  state: AdamState<A>,
  gradient: RowGradient<A>,
  options: AdamOptions,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = options;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  const { parameter, firstMoment, secondMoment, rows, columns } = state;
  for (let row = 0; row < rows; row++) {
    const offset = gradientOffset(gradient, row, columns);
    for (let j = 0; j < columns; j++) {
      const i = row * columns + j;
      const g = (offset < 0 ? 0 : gradient.values[offset + j]) + weightDecay * parameter[i];
      firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * g;
      secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * g * g;
      const denominator = Math.sqrt(secondMoment[i] / correction2) + epsilon;
      parameter[i] -= (learningRate * (firstMoment[i] / correction1)) / denominator;
    }
  }
}

function adamVjp<A extends FloatArray>(
  state: AdamState<A>,
  gradient: RowGradient<A>,
  options: AdamOptions,
  cotangent: AdamState<A>,
  gradientCotangent: A,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = options;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  const { parameter, firstMoment, secondMoment, rows, columns } = state;
  for (let row = 0; row < rows; row++) {
    const offset = gradientOffset(gradient, row, columns);
    for (let j = 0; j < columns; j++) {
      const i = row * columns + j;
      const g = (offset < 0 ? 0 : gradient.values[offset + j]) + weightDecay * parameter[i];
      const m = beta1 * firstMoment[i] + (1 - beta1) * g;
      const v = beta2 * secondMoment[i] + (1 - beta2) * g * g;
      const root = Math.sqrt(v / correction2);
      const denominator = root + epsilon;
      const upstream = learningRate * cotangent.parameter[i];
      const mBar = cotangent.firstMoment[i] - upstream / (correction1 * denominator);
      const twice = upstream / (correction1 * denominator * denominator);
      const slope = root === 0 ? 0 : 1 / (root * correction2);
      const vBar = cotangent.secondMoment[i] + (twice * m * slope) / 2;
      // (1 - b1) mBar + 2 (1 - b2) g vBar, where this step's own terms in g^2 cancel: left out, as in float32 what
      // remains of them is their rounding, many times the sum where g is small or the moments are fresh.
      const kept =
        (1 - beta2) * beta1 * state.firstMoment[i] * g - (1 - beta1) * beta2 * state.secondMoment[i];
      const own = twice * (kept * slope - (1 - beta1) * epsilon);
      const gBar =
        (1 - beta1) * cotangent.firstMoment[i] + 2 * (1 - beta2) * g * cotangent.secondMoment[i] + own;
      cotangent.firstMoment[i] = beta1 * mBar;
      cotangent.secondMoment[i] = beta2 * vBar;
      cotangent.parameter[i] += weightDecay * gBar;
      if (offset >= 0) gradientCotangent[offset + j] = gBar;
    }
  }
}

function targetsOf(targets: Int32Array | SparsePattern, user: number): Int32Array {
  if (!('columnIndices' in targets)) return targets;
  return targets.columnIndices.subarray(targets.rowPointers[user], targets.rowPointers[user + 1]);
}

function softmaxCrossEntropy<A extends FloatArray>(input: SoftmaxCrossEntropyInput<A>): number {
  const { users, m, items, n, k, targets, scale = 1, gradUsers, gradItems } = input;
  gradUsers?.fill(0);
  gradItems?.fill(0);
  const logits = new Float64Array(n);
  let total = 0;
  for (let u = 0; u < m; u++) {
    const own = targetsOf(targets, u);
    if (own.length === 0) continue;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      let score = 0;
      for (let l = 0; l < k; l++) score += users[u * k + l] * items[i * k + l];
      logits[i] = score;
      largest = Math.max(largest, score);
    }
    let normaliser = 0;
    for (let i = 0; i < n; i++) normaliser += Math.exp(logits[i] - largest);
    const logNormaliser = largest + Math.log(normaliser);
    for (const t of own) total += (logNormaliser - logits[t]) / own.length;
    if (gradUsers === undefined || gradItems === undefined) continue;
    for (let i = 0; i < n; i++) logits[i] = scale * Math.exp(logits[i] - logNormaliser);
    for (const t of own) logits[t] -= scale / own.length;
    for (let i = 0; i < n; i++) {
      for (let l = 0; l < k; l++) {
        gradUsers[u * k + l] += logits[i] * items[i * k + l];
        gradItems[i * k + l] += logits[i] * users[u * k + l];
      }
    }
  }
  return total;
}

function softmaxRows<A extends FloatArray>(
  m: number,
  n: number,
  x: A,
  out: A | null,
  logNormalisers: A | null,
): void {
  for (let row = 0; row < m; row++) {
    const at = row * n;
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < n; j++) largest = Math.max(largest, x[at + j]);
    let normaliser = 0;
    for (let j = 0; j < n; j++) normaliser += Math.exp(x[at + j] - largest);
    if (logNormalisers) logNormalisers[row] = largest + Math.log(normaliser);
    if (out) for (let j = 0; j < n; j++) out[at + j] = Math.exp(x[at + j] - largest) / normaliser;
  }
}

export function createReferenceFused<A extends FloatArray>() {
  return {
    adam: adam<A>,
    adamVjp: adamVjp<A>,
    softmaxCrossEntropy: softmaxCrossEntropy<A>,
    softmaxRows: softmaxRows<A>,
  };
}
