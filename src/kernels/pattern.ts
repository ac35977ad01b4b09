/**
 * Builds a `SparsePattern` in kernel memory from rows of column indices. Made once for a mini-batch, so it is
 * a copy of the rows and a counting sort, no comparison.
 */

import type { FloatArray, Kernels, SparsePattern } from './types.js';

/** The part of an interaction matrix a pattern is built from (CSR). */
export interface CsrRows {
  readonly rowPointers: Int32Array;
  readonly columns: Int32Array;
}

/**
 * The pattern whose j-th row is row `rows[j]` of `source`.
 *
 * @param columns number of columns of the pattern
 */
export function createPattern<A extends FloatArray>(
  kernels: Kernels<A>,
  source: CsrRows,
  rows: ArrayLike<number>,
  columns: number,
): SparsePattern {
  const { rowPointers: starts, columns: sourceColumns } = source;
  let nonZeros = 0;
  for (let j = 0; j < rows.length; j++) nonZeros += starts[rows[j] + 1] - starts[rows[j]];
  const rowPointers = kernels.allocateIndices(rows.length + 1);
  const columnIndices = kernels.allocateIndices(nonZeros);
  rowPointers[0] = 0;
  let entry = 0;
  for (let j = 0; j < rows.length; j++) {
    const end = starts[rows[j] + 1];
    for (let e = starts[rows[j]]; e < end; e++) columnIndices[entry++] = sourceColumns[e];
    rowPointers[j + 1] = entry;
  }
  const pattern = {
    rows: rows.length,
    columns,
    nonZeros,
    rowPointers,
    columnIndices,
    columnPointers: kernels.allocateIndices(columns + 1),
    rowIndices: kernels.allocateIndices(nonZeros),
    csrPositions: kernels.allocateIndices(nonZeros),
  };
  kernels.transposePattern(pattern);
  return pattern;
}

/** Gives the pattern's arrays back. */
export function releasePattern<A extends FloatArray>(kernels: Kernels<A>, pattern: SparsePattern): void {
  kernels.release(pattern.rowPointers);
  kernels.release(pattern.columnIndices);
  kernels.release(pattern.columnPointers);
  kernels.release(pattern.rowIndices);
  kernels.release(pattern.csrPositions);
}
