/**
 * The sparse operations of the tape, and rows in and out of tables. Closed like the dense ones: `spmm`, its transpose
 * and `sddmm` are each other's gradients; so are gather and scatter.
 */

import { RecauditError } from '../errors.js';
import type { FloatArray, SparsePattern } from '../kernels/types.js';
import { destination, matmul, shapeError } from './operations.js';
import { type SparseMatrix, shapeOf, type Tensor } from './tape.js';

type Into<A extends FloatArray> = Tensor<A> | null | undefined;

export interface SparseOptions<A extends FloatArray> {
  /** multiply by the transpose of the sparse matrix */
  readonly transpose?: boolean;
  readonly alpha?: number;
  readonly into?: Into<A>;
}

function checkPattern(
  operation: string,
  pattern: SparsePattern,
  inner: number,
  dense: { rows: number; columns: number },
): void {
  if (dense.rows !== inner) throw shapeError(operation, 'matching inner sizes', pattern, dense);
}

function product<A extends FloatArray>(
  pattern: SparsePattern,
  values: A,
  dense: Tensor<A>,
  transpose: boolean,
  alpha: number,
  into: Into<A>,
): A {
  const rows = transpose ? pattern.columns : pattern.rows;
  checkPattern('spmm', pattern, transpose ? pattern.rows : pattern.columns, dense);
  const { out, scale } = destination(dense, rows * dense.columns, into);
  const { kernels } = dense.graph;
  if (transpose) kernels.spmmTransposed(pattern, values, dense.data, dense.columns, out, scale(alpha));
  else kernels.spmm(pattern, values, dense.data, dense.columns, out, scale(alpha));
  return out;
}

/** alpha * op(S) * dense, S having the computed `values` (nonZeros x 1) on `pattern`. */
export function spmm<A extends FloatArray>(
  pattern: SparsePattern,
  values: Tensor<A>,
  dense: Tensor<A>,
  options: SparseOptions<A> = {},
): Tensor<A> {
  const { transpose = false, alpha = 1, into } = options;
  if (values.data.length !== pattern.nonZeros) {
    throw new RecauditError('internal', `spmm: expected ${pattern.nonZeros} values, got ${shapeOf(values)}`);
  }
  const out = product(pattern, values.data, dense, transpose, alpha, into);
  if (into) return into;
  const rows = transpose ? pattern.columns : pattern.rows;
  return dense.graph.result('spmm', out, rows, dense.columns, [values, dense], (cotangent) => [
    (target) =>
      transpose
        ? sddmm(pattern, dense, cotangent, { alpha, into: target })
        : sddmm(pattern, cotangent, dense, { alpha, into: target }),
    (target) => spmm(pattern, values, cotangent, { transpose: !transpose, alpha, into: target }),
  ]);
}

/** alpha * a_row . b_column at each entry of `pattern`: nonZeros x 1. */
export function sddmm<A extends FloatArray>(
  pattern: SparsePattern,
  a: Tensor<A>,
  b: Tensor<A>,
  options: Omit<SparseOptions<A>, 'transpose'> = {},
): Tensor<A> {
  const { alpha = 1, into } = options;
  checkPattern('sddmm', pattern, pattern.rows, a);
  checkPattern('sddmm', pattern, pattern.columns, b);
  if (a.columns !== b.columns) throw shapeError('sddmm', 'equal numbers of columns', a, b);
  const { out, scale } = destination(a, pattern.nonZeros, into);
  a.graph.kernels.sddmm(pattern, a.data, b.data, a.columns, out, scale(alpha));
  if (into) return into;
  return a.graph.result('sddmm', out, pattern.nonZeros, 1, [a, b], (cotangent) => [
    (target) => spmm(pattern, cotangent, b, { alpha, into: target }),
    (target) => spmm(pattern, cotangent, a, { transpose: true, alpha, into: target }),
  ]);
}

/**
 * alpha * op(X) * dense for a sparse matrix X: costs its non-zeros, but where X is differentiated its gradient is the
 * dense alpha * cotangent * dense^T, over all entries.
 */
export function sparseMatmul<A extends FloatArray>(
  x: SparseMatrix<A>,
  dense: Tensor<A>,
  options: SparseOptions<A> = {},
): Tensor<A> {
  const { transpose = false, alpha = 1, into } = options;
  const out = product(x.pattern, x.values, dense, transpose, alpha, into);
  if (into) return into;
  const rows = transpose ? x.columns : x.rows;
  return dense.graph.result('sparseMatmul', out, rows, dense.columns, [x, dense], (cotangent) => [
    (target) =>
      transpose
        ? matmul(dense, cotangent, { transposeB: true, alpha, into: target })
        : matmul(cotangent, dense, { transposeB: true, alpha, into: target }),
    (target) => sparseMatmul(x, cotangent, { transpose: !transpose, alpha, into: target }),
  ]);
}

/** Rows `indices` (distinct) of a table. */
export function gatherRows<A extends FloatArray>(table: Tensor<A>, indices: Int32Array): Tensor<A> {
  const { graph, columns } = table;
  const out = graph.allocate(indices.length * columns);
  graph.kernels.gatherRows(table.data, columns, indices, out);
  return graph.result('gatherRows', out, indices.length, columns, [table], (cotangent) => [
    (into) => scatterRows(cotangent, indices, table.rows, into),
  ]);
}

/** A table of `rows` rows holding row j of `source` at row `indices[j]` (distinct), zero elsewhere. */
export function scatterRows<A extends FloatArray>(
  source: Tensor<A>,
  indices: Int32Array,
  rows: number,
  into?: Into<A>,
): Tensor<A> {
  const { graph, columns } = source;
  if (source.rows !== indices.length) {
    throw shapeError('scatterRows', 'one index a row', source, { rows: indices.length, columns: 1 });
  }
  if (into) {
    graph.kernels.scatterAddRows(source.data, columns, indices, into.data);
    return into;
  }
  const out = graph.allocate(rows * columns);
  graph.kernels.fill(out, 0);
  graph.kernels.scatterAddRows(source.data, columns, indices, out);
  return graph.result('scatterRows', out, rows, columns, [source], (cotangent) => [
    () => gatherRows(cotangent, indices),
  ]);
}
