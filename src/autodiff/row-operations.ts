/**
 * Operations of the tape on whole rows: a bias added, rows scaled, and the softmax of a row. Closed like the others, but for `softmaxCrossEntropy`, whose gradient comes from one fused kernel.
 */

import { RecauditError } from '../errors.js';
import type { FloatArray, SparsePattern } from '../kernels/types.js';
import { columnSums, multiply, rowSums, scaleBy, shapeError, subtract } from './operations.js';
import type { Tensor } from './tape.js';

/** x with a 1 x n row added to each of its rows (a bias). */
export function addRow<A extends FloatArray>(x: Tensor<A>, row: Tensor<A>): Tensor<A> {
  if (row.rows !== 1 || row.columns !== x.columns) throw shapeError('addRow', 'a 1 x n row', x, row);
  const { graph, rows, columns } = x;
  const out = graph.allocate(rows * columns);
  graph.kernels.repeatRow(rows, columns, row.data, out);
  graph.kernels.binary('add', x.data, out, out);
  return graph.result('addRow', out, rows, columns, [x, row], (cotangent) => [
    () => cotangent,
    () => columnSums(cotangent),
  ]);
}

/** Row i of x times entry i of an m x 1 column. */
export function scaleRows<A extends FloatArray>(column: Tensor<A>, x: Tensor<A>): Tensor<A> {
  if (column.columns !== 1 || column.rows !== x.rows)
    throw shapeError('scaleRows', 'one factor a row', column, x);
  const { graph, rows, columns } = x;
  const out = graph.allocate(rows * columns);
  graph.kernels.repeatColumn(rows, columns, column.data, out);
  graph.kernels.binary('multiply', out, x.data, out);
  return graph.result('scaleRows', out, rows, columns, [column, x], (cotangent) => [
    () => rowSums(multiply(cotangent, x)),
    () => scaleRows(column, cotangent),
  ]);
}

/** log sum exp of each row: m x 1. */
export function logSumExp<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const { graph, rows, columns } = x;
  const out = graph.allocate(rows);
  graph.kernels.softmaxRows(rows, columns, x.data, null, out);
  return graph.result('logSumExp', out, rows, 1, [x], (cotangent) => [
    () => scaleRows(cotangent, softmax(x)),
  ]);
}

/** Softmax of each row. */
export function softmax<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const { graph, rows, columns } = x;
  const out = graph.allocate(rows * columns);
  graph.kernels.softmaxRows(rows, columns, x.data, out, null);
  const y: Tensor<A> = graph.result('softmax', out, rows, columns, [x], (cotangent) => [
    () => {
      const weighted = multiply(cotangent, y);
      return subtract(weighted, scaleRows(rowSums(weighted), y));
    },
  ]);
  return y;
}

/**
 * Sum over users of the mean over their targets (the rows of `targets`) of -log softmax(users_u . items)_t, 1 x 1.
 *
 * Value and gradients come from one fused kernel that stores no users x items matrix. In return the gradient cannot be
 * differentiated again: where that is wanted, write the loss with `logSumExp`.
 *
 * @throws RecauditError `internal` when its gradient is asked for with `createGraph`
 */
export function softmaxCrossEntropy<A extends FloatArray>(
  users: Tensor<A>,
  items: Tensor<A>,
  targets: SparsePattern,
): Tensor<A> {
  if (users.columns !== items.columns)
    throw shapeError('softmaxCrossEntropy', 'equal numbers of columns', users, items);
  const { graph } = users;
  const { kernels } = graph;
  const input = { users: users.data, m: users.rows, items: items.data, n: items.rows, k: users.columns };
  const out = graph.allocate(1);
  if (!graph.recording || !(users.requiresGrad || items.requiresGrad)) {
    out[0] = kernels.softmaxCrossEntropy({ ...input, targets });
    return graph.constant(out, 1, 1);
  }
  const gradUsers = graph.allocate(users.data.length);
  const gradItems = graph.allocate(items.data.length);
  out[0] = kernels.softmaxCrossEntropy({ ...input, targets, gradUsers, gradItems });
  return graph.result('softmaxCrossEntropy', out, 1, 1, [users, items], (cotangent) => {
    if (graph.recording) {
      throw new RecauditError(
        'internal',
        'softmaxCrossEntropy: expected a gradient that is not differentiated again, got createGraph. Use logSumExp.',
      );
    }
    return [
      (into) => scaleBy(cotangent, graph.constant(gradUsers, users.rows, users.columns), into),
      (into) => scaleBy(cotangent, graph.constant(gradItems, items.rows, items.columns), into),
    ];
  });
}
