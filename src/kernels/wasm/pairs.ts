/** The hidden tanh layer over pairs: arguments for `assembly/pairs.ts`. */

import type { RowPattern, SparsePattern } from '../types.js';
import { OP_TANH_PAIRS, OP_TANH_PAIRS_VJP, OP_TANH_SCORES, PAIR_TILE } from './layout.js';
import { addressOf, type Runtime } from './runtime.js';
import { chunksFor } from './sparse.js';

const TANHS_PER_MICROSECOND = 400;
const SLOPES_PER_MICROSECOND = 1500;
const RECIPROCALS_PER_MICROSECOND = 1500;
/** What one tanh costs in multiply-adds of a sparse product. */
const MULTIPLY_ADDS_OF_TANH = 8;

type A = Float32Array;

function tanhPairs(
  runtime: Runtime,
  pattern: RowPattern,
  a: A,
  b: A,
  k: number,
  weights: A,
  hidden: A,
  scores: A,
): void {
  if (pattern.rows === 0) return;
  const { words } = runtime;
  const chunks = chunksFor(pattern, pattern.rows, k * MULTIPLY_ADDS_OF_TANH);
  words[0] = addressOf(pattern.rowPointers);
  words[1] = pattern.rows;
  words[2] = chunks;
  words[3] = addressOf(pattern.columnIndices);
  words[4] = addressOf(a);
  words[5] = addressOf(b);
  words[6] = k;
  words[7] = addressOf(weights);
  words[8] = addressOf(hidden);
  words[9] = addressOf(scores);
  runtime.run(OP_TANH_PAIRS, chunks, (pattern.nonZeros * k) / TANHS_PER_MICROSECOND);
}

/** The sums of one side: by rows, or by columns. */
function sumSlopes(
  runtime: Runtime,
  pattern: SparsePattern,
  transposed: boolean,
  hidden: A,
  k: number,
  weights: A,
  cotangents: A,
  out: A,
): void {
  const rows = transposed ? pattern.columns : pattern.rows;
  if (rows === 0) return;
  const { words } = runtime;
  const chunks = chunksFor(pattern, rows, k);
  words[0] = addressOf(transposed ? pattern.columnPointers : pattern.rowPointers);
  words[1] = rows;
  words[2] = chunks;
  words[3] = transposed ? addressOf(pattern.csrPositions) : 0;
  words[4] = addressOf(cotangents);
  words[5] = addressOf(hidden);
  words[6] = k;
  words[7] = addressOf(weights);
  words[8] = addressOf(out);
  runtime.run(OP_TANH_PAIRS_VJP, chunks, ((pattern.nonZeros + rows) * k) / SLOPES_PER_MICROSECOND);
}

function tanhScores(runtime: Runtime, m: number, n: number, k: number, a: A, b: A, weights: A, out: A): void {
  const { words } = runtime;
  words[0] = m;
  words[1] = n;
  words[2] = k;
  words[3] = addressOf(a);
  words[4] = addressOf(b);
  words[5] = addressOf(weights);
  words[6] = addressOf(out);
  words[7] = Math.ceil(m / PAIR_TILE);
  const tiles = words[7] * Math.ceil(n / PAIR_TILE);
  runtime.run(OP_TANH_SCORES, tiles, (m * n * k) / RECIPROCALS_PER_MICROSECOND);
}

export function createPairs(runtime: Runtime) {
  return {
    tanhPairs: (pattern: RowPattern, a: A, b: A, k: number, weights: A, hidden: A, scores: A): void =>
      tanhPairs(runtime, pattern, a, b, k, weights, hidden, scores),

    tanhPairsVjp(
      pattern: SparsePattern,
      hidden: A,
      k: number,
      weights: A,
      cotangents: A,
      outA: A,
      outB: A,
    ): void {
      sumSlopes(runtime, pattern, false, hidden, k, weights, cotangents, outA);
      sumSlopes(runtime, pattern, true, hidden, k, weights, cotangents, outB);
    },

    tanhScores: (m: number, n: number, k: number, a: A, b: A, weights: A, out: A): void =>
      tanhScores(runtime, m, n, k, a, b, weights, out),
  };
}
