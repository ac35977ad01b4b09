/**
 * Columns of dense tensors: joined, cut out, put back. Closed like the other operations: `sliceColumns` and `padColumns`
 * are each other's gradients. Rows are copied one by one: these are for factors that get a bias as one more column, and
 * for heads that share a product, not for inner loops.
 */

import { RecauditError } from '../errors.js';
import type { FloatArray } from '../kernels/types.js';
import { shapeError } from './operations.js';
import { shapeOf, type Tensor } from './tape.js';

/** [a, b]: the columns of b after those of a. */
export function joinColumns<A extends FloatArray>(a: Tensor<A>, b: Tensor<A>): Tensor<A> {
  if (a.rows !== b.rows) throw shapeError('joinColumns', 'equal numbers of rows', a, b);
  const { graph, rows } = a;
  const columns = a.columns + b.columns;
  const out = graph.allocate(rows * columns);
  copyColumns(a, 0, out, columns, 0, a.columns);
  copyColumns(b, 0, out, columns, a.columns, b.columns);
  return graph.result('joinColumns', out, rows, columns, [a, b], (cotangent) => [
    () => sliceColumns(cotangent, 0, a.columns),
    () => sliceColumns(cotangent, a.columns, b.columns),
  ]);
}

/** Columns [first, first + count) of x. */
export function sliceColumns<A extends FloatArray>(x: Tensor<A>, first: number, count: number): Tensor<A> {
  if (first < 0 || first + count > x.columns)
    throw new RecauditError(
      'internal',
      `sliceColumns: expected columns of a ${shapeOf(x)} tensor, got ${first} to ${first + count - 1}`,
    );
  const out = x.graph.allocate(x.rows * count);
  copyColumns(x, first, out, count, 0, count);
  return x.graph.result('sliceColumns', out, x.rows, count, [x], (cotangent) => [
    () => padColumns(cotangent, first, x.columns),
  ]);
}

/** x as columns [first, ...) of a matrix of `columns` columns that is `value` elsewhere. @example padColumns(h, 0, h.columns + 1, 1) // [h, 1] */
export function padColumns<A extends FloatArray>(
  x: Tensor<A>,
  first: number,
  columns: number,
  value = 0,
): Tensor<A> {
  if (first < 0 || first + x.columns > columns)
    throw new RecauditError(
      'internal',
      `padColumns: expected room for a ${shapeOf(x)} tensor in ${columns} columns, got its start at ${first}`,
    );
  const out = x.graph.allocate(x.rows * columns);
  x.graph.kernels.fill(out, value);
  copyColumns(x, 0, out, columns, first, x.columns);
  return x.graph.result('padColumns', out, x.rows, columns, [x], (cotangent) => [
    () => sliceColumns(cotangent, first, x.columns),
  ]);
}

/** Copies `count` columns of `source` from column `from` on to column `to` of `out`, which has `columns`. */
function copyColumns<A extends FloatArray>(
  source: Tensor<A>,
  from: number,
  out: A,
  columns: number,
  to: number,
  count: number,
): void {
  for (let row = 0; row < source.rows; row++) {
    const start = row * source.columns + from;
    for (let j = 0; j < count; j++) out[row * columns + to + j] = source.data[start + j];
  }
}
