/**
 * How much of a user's row the leading directions of the data hold. With A = D_u^-1/2 X D_i^-1/2 and its truncated singular value
 * decomposition U S V^T of rank k,
 *
 *     residual_u = 1 - |U_u S|^2 / |A_u|^2        leverage_u = |U_u|^2
 *
 * The decomposition is a randomised subspace iteration (Halko, Martinsson, Tropp 2011): four products with A A^T from a seeded
 * start, ten directions more than are kept. Products are kernels, so the result is the same for any number of threads.
 */

import type { InteractionMatrix } from '../../../data/interactions.js';
import { createPattern, releasePattern } from '../../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../../kernels/types.js';
import type { SeedKey } from '../../../rng.js';

const OVERSAMPLED = 10;
const ITERATIONS = 4;
/** Directions with less than this share of the largest eigenvalue are rounding. */
const LEAST_SHARE = 1e-6;

export interface Spectral {
  /** in [0, 1]; NaN for a user without a click */
  readonly residual: Float64Array;
  readonly leverage: Float64Array;
}

interface Eigen {
  /** falling */
  readonly values: number[];
  /** vectors[n] belongs to values[n] */
  readonly vectors: number[][];
}

async function eigenOf(symmetric: FloatArray, size: number): Promise<Eigen> {
  const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
  const matrix = new Matrix(size, size);
  for (let r = 0; r < size; r++) for (let c = 0; c < size; c++) matrix.set(r, c, symmetric[r * size + c]);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, n) => n).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  return {
    values: order.map((n) => realEigenvalues[n]),
    vectors: order.map((n) => eigenvectorMatrix.getColumn(n)),
  };
}

/** block (rows x size) becomes block G^-1/2, whose columns are orthonormal (those of rounding alone become 0). */
async function orthonormalise(
  kernels: Kernels<Float32Array>,
  rows: number,
  size: number,
  block: Float32Array,
): Promise<void> {
  const gram = kernels.allocate(size * size);
  const turned = kernels.allocate(rows * size);
  try {
    kernels.gram(rows, size, block, gram);
    const { values, vectors } = await eigenOf(gram, size);
    for (let n = 0; n < size; n++) {
      const scale = values[n] > LEAST_SHARE * values[0] && values[n] > 0 ? 1 / Math.sqrt(values[n]) : 0;
      for (let r = 0; r < size; r++) gram[r * size + n] = vectors[n][r] * scale;
    }
    kernels.matmul(rows, size, size, block, false, gram, false, turned);
    kernels.copy(turned, block);
  } finally {
    kernels.release(gram);
    kernels.release(turned);
  }
}

function scaledValues(matrix: InteractionMatrix, values: Float32Array): Float64Array {
  const userDegrees = matrix.userDegrees();
  const itemDegrees = matrix.itemDegrees();
  const norms = new Float64Array(matrix.users);
  for (let u = 0; u < matrix.users; u++)
    for (let e = matrix.rowPointers[u]; e < matrix.rowPointers[u + 1]; e++) {
      values[e] = 1 / Math.sqrt(userDegrees[u] * itemDegrees[matrix.columns[e]]);
      norms[u] += values[e] ** 2;
    }
  return norms;
}

interface Work {
  readonly pattern: SparsePattern;
  readonly values: Float32Array;
  /** users x size and items x size */
  readonly byUser: Float32Array;
  readonly byItem: Float32Array;
  readonly size: number;
}

async function iterate(kernels: Kernels<Float32Array>, work: Work, seed: SeedKey): Promise<void> {
  const { pattern, values, byUser, byItem, size } = work;
  const stream = seed.stream();
  for (let n = 0; n < byItem.length; n++) byItem[n] = stream.normal();
  kernels.spmm(pattern, values, byItem, size, byUser);
  for (let n = 0; n < ITERATIONS; n++) {
    await orthonormalise(kernels, pattern.rows, size, byUser);
    kernels.spmmTransposed(pattern, values, byUser, size, byItem);
    await orthonormalise(kernels, pattern.columns, size, byItem);
    kernels.spmm(pattern, values, byItem, size, byUser);
  }
  await orthonormalise(kernels, pattern.rows, size, byUser);
  kernels.spmmTransposed(pattern, values, byUser, size, byItem);
}

/** Projections of the rows on the `rank` leading directions, from an orthonormal basis Q (users) and A^T Q (items). */
async function measured(
  kernels: Kernels<Float32Array>,
  { pattern, byUser, byItem, size }: Work,
  rank: number,
  norms: Float64Array,
): Promise<Spectral> {
  const gram = kernels.allocate(size * size);
  const turned = kernels.allocate(pattern.rows * size);
  try {
    kernels.gram(pattern.columns, size, byItem, gram);
    const { values, vectors } = await eigenOf(gram, size);
    for (let n = 0; n < size; n++) for (let r = 0; r < size; r++) gram[r * size + n] = vectors[n][r];
    kernels.matmul(pattern.rows, size, size, byUser, false, gram, false, turned);
    const kept = Math.min(rank, size);
    const residual = new Float64Array(pattern.rows);
    const leverage = new Float64Array(pattern.rows);
    for (let u = 0; u < pattern.rows; u++) {
      let held = 0;
      for (let n = 0; n < kept; n++) {
        const square = turned[u * size + n] ** 2;
        leverage[u] += square;
        held += square * Math.max(0, values[n]);
      }
      residual[u] = norms[u] > 0 ? Math.min(1, Math.max(0, 1 - held / norms[u])) : Number.NaN;
      if (norms[u] === 0) leverage[u] = Number.NaN;
    }
    return { residual, leverage };
  } finally {
    kernels.release(gram);
    kernels.release(turned);
  }
}

/** @param rank k @example (await spectral(kernels, interactions, 64, seed)).residual */
export async function spectral(
  kernels: Kernels<Float32Array>,
  matrix: InteractionMatrix,
  rank: number,
  seed: SeedKey,
): Promise<Spectral> {
  const size = Math.min(rank + OVERSAMPLED, matrix.users, matrix.items);
  if (size === 0 || matrix.nonZeros === 0) {
    const none = () => new Float64Array(matrix.users).fill(Number.NaN);
    return { residual: none(), leverage: none() };
  }
  const rows = Int32Array.from({ length: matrix.users }, (_, u) => u);
  const pattern = createPattern(kernels, matrix, rows, matrix.items);
  const arrays = [matrix.nonZeros, matrix.users * size, matrix.items * size].map((length) =>
    kernels.allocate(length),
  );
  const [values, byUser, byItem] = arrays;
  try {
    const norms = scaledValues(matrix, values);
    const work = { pattern, values, byUser, byItem, size };
    await iterate(kernels, work, seed);
    return await measured(kernels, work, rank, norms);
  } finally {
    for (const array of arrays) kernels.release(array);
    releasePattern(kernels, pattern);
  }
}
