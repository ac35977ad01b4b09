/**
 * The rows of a matrix as solutions of symmetric systems that are constants of the tape. Like every operation of this
 * folder it is closed under differentiation: a symmetric solve is its own adjoint.
 */

import { RecauditError } from '../errors.js';
import type { FloatArray, RowSystems } from '../kernels/types.js';
import { shapeOf, type Tensor } from './tape.js';

/**
 * Rows x_r = S_r^-1 b_r. The systems are not differentiated; each differentiation factors them once more, because
 * keeping the factors would take rows x k x k values.
 *
 * @param rightSides rows x k
 * @example const items = solveRows({ rows, rowPointers, columnIndices, factors, k, base, weight: 19 }, rightSides);
 */
export function solveRows<A extends FloatArray>(systems: RowSystems<A>, rightSides: Tensor<A>): Tensor<A> {
  const { graph, rows, columns, data } = rightSides;
  if (rows !== systems.rows || columns !== systems.k) {
    const expected = `${systems.rows} x ${systems.k}`;
    throw new RecauditError('internal', `solveRows: expected ${expected} values, got ${shapeOf(rightSides)}`);
  }
  const out = graph.allocate(data.length);
  graph.kernels.copy(data, out);
  graph.kernels.solveRows(systems, out);
  return graph.result('solveRows', out, rows, columns, [rightSides], (cotangent) => [
    () => solveRows(systems, cotangent),
  ]);
}
