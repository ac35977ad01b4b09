/**
 * The inverse of a symmetric positive definite n x n matrix, in place, by block sweeps. Sweeping block k replaces, with
 * D = A_kk^-1,
 *
 *     A_ij by A_ij - A_ik D A_kj,   A_kj by D A_kj,   A_kk by -D,
 *
 * and keeps the matrix symmetric; after all blocks A holds minus its inverse. Only blocks on or above the diagonal are
 * kept up, so the whole takes n^3 operations, nearly all of them in `Kernels.matmul`.
 *
 * Block row s (`block` rows from row s * block on, from its own diagonal on) lies side by side at the start of the memory
 * that these rows have in the full matrix: n^2 values hold the upper half in work and, after `expand`, the full matrix.
 *
 * What it is not: for matrices that are not positive definite (there is no pivoting).
 */

import { RecauditError } from '../../errors.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';

/** Rows of a block: the longest run of the matrix product. */
export const BLOCK = 256;

export interface SymmetricMatrix<A extends FloatArray> {
  readonly n: number;
  readonly block: number;
  /** n * n values of kernel memory */
  readonly data: A;
}

/** Rows first to first + height, from column `first` on: height x width. */
export interface BlockRow<A extends FloatArray> {
  readonly first: number;
  readonly height: number;
  readonly width: number;
  readonly values: A;
}

export function blockCount({ n, block }: Pick<SymmetricMatrix<FloatArray>, 'n' | 'block'>): number {
  return Math.ceil(n / block);
}

export function blockRow<A extends FloatArray>(matrix: SymmetricMatrix<A>, s: number): BlockRow<A> {
  const { n, block, data } = matrix;
  const first = s * block;
  const height = Math.min(block, n - first);
  const width = n - first;
  return { first, height, width, values: data.subarray(first * n, first * n + height * width) as A };
}

/** A matrix of zeros. @example const matrix = createSymmetric(kernels, train.items); */
export function createSymmetric<A extends FloatArray>(
  kernels: Kernels<A>,
  n: number,
  block = BLOCK,
): SymmetricMatrix<A> {
  const data = kernels.allocate(n * n);
  kernels.fill(data, 0);
  return { n, block, data };
}

/**
 * Sweeps block s. After all of them the matrix holds minus its inverse. Two panels of n x block values and one of
 * block x block are held beside the matrix, (n + block)^2 values in all.
 *
 * @throws RecauditError `numeric` where the matrix is not positive definite, or not finite
 */
export function sweepBlock<A extends FloatArray>(
  kernels: Kernels<A>,
  matrix: SymmetricMatrix<A>,
  s: number,
): void {
  const { n } = matrix;
  const { height } = blockRow(matrix, s);
  const column = kernels.allocate(n * height);
  const product = kernels.allocate(n * height);
  const inverse = kernels.allocate(height * height);
  try {
    inverse.set(invertDiagonal(blockRow(matrix, s)));
    readColumn(matrix, s, column);
    kernels.matmul(n, height, height, column, false, inverse, false, product);
    for (let t = 0; t < blockCount(matrix); t++) {
      if (t === s) continue;
      const row = blockRow(matrix, t);
      const left = column.subarray(row.first * height, (row.first + row.height) * height) as A;
      const right = product.subarray(row.first * height) as A;
      const { height: m, width, values } = row;
      kernels.matmul(m, width, height, left, false, right, true, values, { alpha: -1, accumulate: true });
    }
    writeColumn(matrix, s, product);
    const { width, values } = blockRow(matrix, s);
    for (let r = 0; r < height; r++)
      for (let c = 0; c < height; c++) values[r * width + c] = -inverse[r * height + c];
  } finally {
    for (const array of [column, product, inverse]) kernels.release(array);
  }
}

/** The inverse of a block row's diagonal block, in float64, by scalar sweeps. */
function invertDiagonal({ first, height, width, values }: BlockRow<FloatArray>): Float64Array {
  const a = new Float64Array(height * height);
  for (let i = 0; i < height; i++)
    for (let j = i; j < height; j++) a[i * height + j] = a[j * height + i] = values[i * width + j];
  for (let p = 0; p < height; p++) {
    const pivot = a[p * height + p];
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) {
      throw new RecauditError(
        'numeric',
        `matrix inverse: expected a finite, positive pivot, got ${pivot} in row ${first + p}. Raise the regularisation.`,
      );
    }
    const row = a.slice(p * height, (p + 1) * height);
    for (let i = 0; i < height; i++) {
      const factor = row[i] / pivot;
      if (i === p || factor === 0) continue;
      for (let j = 0; j < height; j++) a[i * height + j] -= factor * row[j];
    }
    for (let j = 0; j < height; j++) a[p * height + j] = a[j * height + p] = row[j] / pivot;
    a[p * height + p] = -1 / pivot;
  }
  return a.map((value) => -value);
}

/** Block column s of all rows (n x height), 0 in the block's own rows. */
function readColumn<A extends FloatArray>(matrix: SymmetricMatrix<A>, s: number, out: A): void {
  const { first, height, width, values } = blockRow(matrix, s);
  for (let t = 0; t < s; t++) {
    const above = blockRow(matrix, t);
    for (let r = 0; r < above.height; r++) {
      const at = r * above.width + first - above.first;
      out.set(above.values.subarray(at, at + height), (above.first + r) * height);
    }
  }
  out.fill(0, first * height, (first + height) * height);
  for (let r = 0; r < height; r++)
    for (let j = height; j < width; j++) out[(first + j) * height + r] = values[r * width + j];
}

/** The inverse of `readColumn`; the block's own rows are left alone. */
function writeColumn<A extends FloatArray>(matrix: SymmetricMatrix<A>, s: number, column: A): void {
  const { first, height, width, values } = blockRow(matrix, s);
  for (let t = 0; t < s; t++) {
    const above = blockRow(matrix, t);
    for (let r = 0; r < above.height; r++) {
      const from = (above.first + r) * height;
      above.values.set(column.subarray(from, from + height), r * above.width + first - above.first);
    }
  }
  for (let r = 0; r < height; r++)
    for (let j = height; j < width; j++) values[r * width + j] = column[(first + j) * height + r];
}

/** Turns the block rows into the full matrix, row-major, in place, and returns it. The block rows are gone. */
export function expand<A extends FloatArray>(matrix: SymmetricMatrix<A>): A {
  const { n, data } = matrix;
  for (let t = 0; t < blockCount(matrix); t++) {
    const { first, height, width } = blockRow(matrix, t);
    // Rows only move to the right, so the last one goes first.
    for (let r = height - 1; r >= 0; r--) {
      const from = first * n + r * width;
      data.copyWithin((first + r) * n + first, from, from + width);
    }
    for (let u = 0; u <= t; u++) mirrorBlock(matrix, t, u);
  }
  return data;
}

/** Entries below the diagonal of block (t, u), u <= t, from those of block (u, t), both in the full matrix. */
function mirrorBlock<A extends FloatArray>(
  { n, block, data }: SymmetricMatrix<A>,
  t: number,
  u: number,
): void {
  const end = Math.min((t + 1) * block, n);
  for (let i = t * block; i < end; i++) {
    const last = Math.min((u + 1) * block, i);
    for (let j = u * block; j < last; j++) data[i * n + j] = data[j * n + i];
  }
}
