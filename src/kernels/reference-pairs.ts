/** The hidden tanh layer over pairs in plain TypeScript: at a pattern's entries, its derivative, and for all pairs. */

import type { FloatArray, RowPattern, SparsePattern } from './types.js';

/** Calls `visit(entry, row, column)` for every entry in CSR order. */
function eachEntry(pattern: RowPattern, visit: (e: number, row: number, column: number) => void): void {
  for (let row = 0; row < pattern.rows; row++) {
    for (let e = pattern.rowPointers[row]; e < pattern.rowPointers[row + 1]; e++)
      visit(e, row, pattern.columnIndices[e]);
  }
}

function tanhPairs<A extends FloatArray>(
  pattern: RowPattern,
  a: A,
  b: A,
  k: number,
  weights: A,
  hidden: A,
  scores: A,
): void {
  eachEntry(pattern, (e, row, column) => {
    let score = 0;
    for (let l = 0; l < k; l++) {
      const value = Math.tanh(a[row * k + l] + b[column * k + l]);
      hidden[e * k + l] = value;
      score += weights[l] * value;
    }
    scores[e] += score;
  });
}

function tanhPairsVjp<A extends FloatArray>(
  pattern: SparsePattern,
  hidden: A,
  k: number,
  weights: A,
  cotangents: A,
  outA: A,
  outB: A,
): void {
  outA.fill(0);
  outB.fill(0);
  eachEntry(pattern, (e, row, column) => {
    for (let l = 0; l < k; l++) {
      const delta = cotangents[e] * weights[l] * (1 - hidden[e * k + l] ** 2);
      outA[row * k + l] += delta;
      outB[column * k + l] += delta;
    }
  });
}

function tanhScores<A extends FloatArray>(
  m: number,
  n: number,
  k: number,
  a: A,
  b: A,
  weights: A,
  out: A,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let score = 0;
      for (let l = 0; l < k; l++) score += weights[l] * Math.tanh(a[i * k + l] + b[j * k + l]);
      out[i * n + j] += score;
    }
  }
}

export function createReferencePairs<A extends FloatArray>() {
  return { tanhPairs: tanhPairs<A>, tanhPairsVjp: tanhPairsVjp<A>, tanhScores: tanhScores<A> };
}
