/**
 * The leading singular triplets of a sparse matrix, A ~ U S V^T, by seeded subspace iteration:
 *
 *     G <- n x (k + oversampling) standard normal draws
 *     repeat: Y = orth(A G);  G = orth(A^T Y)
 *     Y = A G;  Y^T Y = W L W^T;  S = L^1/2,  U = Y W / S,  V = G W        the k largest
 *
 * Halko, Martinsson, Tropp: Finding Structure with Randomness, SIAM Review 2011 (algorithm 4.4). Products run in the kernels (float32);
 * `orth` whitens by the eigenvectors of the Gram matrix, which is summed in double precision in the order of the rows. So the bits
 * depend on (matrix, options, seed, kernel flavour) and on no number of threads. The dense matrix is never made.
 *
 * The error of the j-th value falls by (s_{k + oversampling + 1} / s_j)^2 an iteration: the last values of a slowly falling spectrum
 * are the least exact. A triplet below 1e-5 of the largest value is rounding, and is left out.
 */

import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { ComputeContext, TrainingShape } from '../../compute.js';
import { RecauditError } from '../../errors.js';
import type { SeedKey } from '../../rng.js';
import type { Step } from '../scoring.js';
import { operatorBytes, type SparseMatrix, sparseOperator } from './sparse-operator.js';

export interface SvdOptions {
  /** triplets wanted */
  readonly rank: number;
  /** further vectors that are iterated with; default 8 */
  readonly oversampling?: number;
  /** passes over A and A^T; default 6 */
  readonly iterations?: number;
}

export interface TruncatedSvd {
  /** triplets found: `rank`, or fewer where the matrix has fewer */
  readonly rank: number;
  /** falling */
  readonly values: Float64Array;
  /** users x rank, row-major; orthonormal columns */
  readonly left: Float64Array;
  /** items x rank */
  readonly right: Float64Array;
}

const OVERSAMPLING = 8;
const ITERATIONS = 6;
/** Squared singular values below this share of the largest are rounding of float32. */
const SMALLEST = 1e-10;

/** Operations and bytes of `truncatedSvd`. */
export function svdCost(
  { users, items, interactions }: TrainingShape,
  { rank, oversampling = OVERSAMPLING, iterations = ITERATIONS }: SvdOptions,
): { readonly operations: number; readonly bytes: number } {
  const k = rank + oversampling;
  return {
    operations: (2 * iterations + 1) * (2 * k * interactions + 3 * k * k * (users + items)),
    bytes: operatorBytes({ users, items, interactions }) + 8 * interactions + 24 * k * (users + items),
  };
}

/**
 * @param step is told each pass
 * @throws RecauditError `numeric` where a value of the matrix is not finite, `interrupted` from `step`
 * @example const { values, left } = await truncatedSvd({ interactions }, { rank: 8 }, seed, context, step);
 */
export async function truncatedSvd(
  matrix: SparseMatrix,
  { rank, oversampling = OVERSAMPLING, iterations = ITERATIONS }: SvdOptions,
  seed: SeedKey,
  { kernels }: Pick<ComputeContext, 'kernels'>,
  step: Step,
): Promise<TruncatedSvd> {
  const { users, items, nonZeros } = matrix.interactions;
  const k = Math.min(rank + oversampling, users, items);
  if (k === 0 || nonZeros === 0) return nothing();
  const operator = sparseOperator(kernels, matrix);
  const [onUsers, onItems] = [kernels.allocate(users * k), kernels.allocate(items * k)];
  try {
    for (let i = 0; i < items; i++) {
      const stream = seed.child(i).stream();
      for (let d = 0; d < k; d++) onItems[i * k + d] = stream.normal();
    }
    for (let pass = 0; pass < iterations; pass++) {
      await step('singular vectors', pass, iterations + 1);
      operator.apply(onItems, k, onUsers);
      whiten(onUsers, k);
      operator.applyTransposed(onUsers, k, onItems);
      whiten(onItems, k);
    }
    await step('singular vectors', iterations, iterations + 1);
    operator.apply(onItems, k, onUsers);
    const svd = triplets(onUsers, onItems, k, rank);
    await step('singular vectors', iterations + 1, iterations + 1);
    return svd;
  } finally {
    operator.release();
    kernels.release(onUsers);
    kernels.release(onItems);
  }
}

const nothing = (): TruncatedSvd => ({
  rank: 0,
  values: new Float64Array(0),
  left: new Float64Array(0),
  right: new Float64Array(0),
});

/** The eigenvectors of block^T block with the eigenvalues that are more than rounding, largest first: columns of `vectors`. */
function gramEigen(block: Float32Array, k: number): { values: number[]; vectors: Matrix } {
  const rows = block.length / k;
  const gram = new Float64Array(k * k);
  for (let r = 0; r < rows; r++) {
    const start = r * k;
    for (let a = 0; a < k; a++) {
      const value = block[start + a];
      if (value === 0) continue;
      for (let b = 0; b <= a; b++) gram[a * k + b] += value * block[start + b];
    }
  }
  const symmetric = new Matrix(k, k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b <= a; b++) {
      symmetric.set(a, b, gram[a * k + b]);
      symmetric.set(b, a, gram[a * k + b]);
    }
  if (!gram.every(Number.isFinite))
    throw new RecauditError(
      'numeric',
      'singular vectors: expected finite values in the matrix, got others. Check ratings and weights.',
    );
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, e) => e).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const kept = order.filter((e) => realEigenvalues[e] > SMALLEST * realEigenvalues[order[0]]);
  const vectors = new Matrix(k, kept.length);
  kept.forEach((e, column) => {
    vectors.setColumn(column, eigenvectorMatrix.getColumn(e));
  });
  return { values: kept.map((e) => realEigenvalues[e]), vectors };
}

/** block (rows x k) <- block W L^-1/2: orthonormal columns, and zeros where the block has fewer directions than columns. */
function whiten(block: Float32Array, k: number): void {
  const { values, vectors } = gramEigen(block, k);
  const turned = timesColumns(block, k, vectors, (column) => 1 / Math.sqrt(values[column]));
  const rank = values.length;
  block.fill(0);
  for (let r = 0; r < block.length / k; r++)
    for (let d = 0; d < rank; d++) block[r * k + d] = turned[r * rank + d];
}

/** block (rows x k) times `vectors` (k x columns), each column scaled. */
function timesColumns(
  block: Float32Array,
  k: number,
  vectors: Matrix,
  scale: (column: number) => number,
): Float64Array {
  const columns = vectors.columns;
  const rows = block.length / k;
  // Column by column in one array, so that the inner loop runs along memory.
  const flat = Float64Array.from({ length: k * columns }, (_, n) => {
    const column = Math.floor(n / k);
    return vectors.get(n % k, column) * scale(column);
  });
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let d = 0; d < k; d++) sum += block[r * k + d] * flat[c * k + d];
      out[r * columns + c] = sum;
    }
  return out;
}

function triplets(onUsers: Float32Array, onItems: Float32Array, k: number, wanted: number): TruncatedSvd {
  const { values, vectors } = gramEigen(onUsers, k);
  const rank = Math.min(wanted, values.length);
  if (rank === 0) return nothing();
  const leading = vectors.subMatrix(0, k - 1, 0, rank - 1);
  const left = timesColumns(onUsers, k, leading, (column) => 1 / Math.sqrt(values[column]));
  const right = timesColumns(onItems, k, leading, () => 1);
  return { rank, values: Float64Array.from(values.slice(0, rank), Math.sqrt), left, right };
}
