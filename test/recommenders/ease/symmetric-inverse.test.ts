import { describe, expect, it } from 'vitest';
import { createReferenceKernels, createWasmKernels, type FloatArray } from '../../../dist/kernels/index.js';
import type { Kernels } from '../../../dist/kernels/types.js';
import {
  blockCount,
  blockRow,
  createSymmetric,
  expand,
  sweepBlock,
} from '../../../dist/recommenders/ease/symmetric-inverse.js';
import { SeedKey } from '../../../dist/rng.js';

/** X^T X + I for normal draws X: rows x n. */
function positiveDefinite(n: number): number[][] {
  const stream = SeedKey.root(7).child(n).stream();
  const x = Array.from({ length: n }, () => Array.from({ length: n }, () => stream.normal()));
  const entry = (i: number, j: number) => x.reduce((sum, row) => sum + row[i] * row[j], i === j ? 1 : 0);
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j)));
}

function minusInverse<A extends FloatArray>(kernels: Kernels<A>, matrix: number[][], block?: number): A {
  const n = matrix.length;
  const symmetric = createSymmetric(kernels, n, block);
  for (let s = 0; s < blockCount(symmetric); s++) {
    const { first, height, width, values } = blockRow(symmetric, s);
    for (let r = 0; r < height; r++)
      for (let j = r; j < width; j++) values[r * width + j] = matrix[first + r][first + j];
  }
  for (let s = 0; s < blockCount(symmetric); s++) sweepBlock(kernels, symmetric, s);
  const full = expand(symmetric).slice() as A;
  kernels.release(symmetric.data);
  expect(kernels.memory().used).toBe(0);
  return full;
}

/** Largest entry of A * inverse - I. */
function residual(matrix: number[][], minus: FloatArray): number {
  const n = matrix.length;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 1 : 0;
      for (let l = 0; l < n; l++) sum += matrix[i][l] * minus[l * n + j];
      largest = Math.max(largest, Math.abs(sum));
    }
  }
  return largest;
}

describe('the inverse by block sweeps', () => {
  it.each([
    [1, 4],
    [4, 4],
    [5, 4],
    [8, 4],
    [37, 8],
    [37, 256],
  ])('times the %i x %i matrix (blocks of %i) is the identity, and symmetric', (n, block) => {
    const matrix = positiveDefinite(n);
    const minus = minusInverse(createReferenceKernels('f64'), matrix, block);
    expect(residual(matrix, minus)).toBeLessThan(1e-10);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(minus[i * n + j]).toBe(minus[j * n + i]);
  });

  it('is the same in float32 on the WebAssembly kernels, over several blocks of the default size', async () => {
    const n = 520;
    const stream = SeedKey.root(8).stream();
    const matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) matrix[i][j] = matrix[j][i] = stream.normal() / 50;
      matrix[i][i] = 3;
    }
    const kernels = await createWasmKernels({ threads: 1 });
    const used = kernels.memory().used;
    const symmetric = createSymmetric(kernels, n);
    for (let s = 0; s < blockCount(symmetric); s++) {
      const { first, height, width, values } = blockRow(symmetric, s);
      for (let r = 0; r < height; r++)
        for (let j = r; j < width; j++) values[r * width + j] = matrix[first + r][first + j];
    }
    for (let s = 0; s < blockCount(symmetric); s++) sweepBlock(kernels, symmetric, s);
    expect(residual(matrix, expand(symmetric))).toBeLessThan(2e-6);
    kernels.release(symmetric.data);
    expect(kernels.memory().used).toBe(used);
    kernels.dispose();
  });

  it('refuses a matrix that is not positive definite, naming the row, and gives its memory back', () => {
    const kernels = createReferenceKernels('f64');
    const matrix = createSymmetric(kernels, 3, 2);
    matrix.data.set([1, 0, 0, 0, 2, 0]);
    matrix.data[6] = -4;
    const used = kernels.memory().used;
    sweepBlock(kernels, matrix, 0);
    expect(() => sweepBlock(kernels, matrix, 1)).toThrow(
      expect.objectContaining({ code: 'numeric', message: expect.stringContaining('got -4 in row 2') }),
    );
    expect(kernels.memory().used).toBe(used);
  });
});
