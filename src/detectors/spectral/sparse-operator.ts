/**
 * A sparse matrix as a linear operator on blocks of vectors, in kernel memory:
 *
 *     A = R X C - a b^T        X: the clicks (users x items), with values where there are some; R, C diagonal
 *
 * The rank-one part centres rows (a, 1) or columns (1, b) of the matrix without filling it. What it is not: it decomposes nothing.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { Kernels, SparsePattern } from '../../kernels/types.js';

export interface SparseMatrix {
  readonly interactions: InteractionMatrix;
  /** one factor a user; default 1 */
  readonly rowScale?: Float64Array;
  /** one factor an item; default 1 */
  readonly columnScale?: Float64Array;
  /** one value an entry, in CSR order; default 1 */
  readonly values?: Float64Array;
  /** a (users) and b (items): a b^T is taken off */
  readonly less?: { readonly rows: Float64Array; readonly columns: Float64Array };
}

/** Products with blocks of k vectors, row-major; all arrays are of kernel memory. */
export interface SparseOperator {
  readonly rows: number;
  readonly columns: number;
  /** out (rows x k) = A block, for a block (columns x k) */
  apply(block: Float32Array, k: number, out: Float32Array): void;
  /** out (columns x k) = A^T block, for a block (rows x k) */
  applyTransposed(block: Float32Array, k: number, out: Float32Array): void;
  release(): void;
}

/** Bytes of kernel memory that the operator holds. */
export function operatorBytes({
  users,
  items,
  interactions,
}: {
  users: number;
  items: number;
  interactions: number;
}) {
  return 16 * interactions + 8 * (users + items);
}

/** @example const operator = sparseOperator(kernels, { interactions, rowScale }); try { ... } finally { operator.release(); } */
export function sparseOperator(kernels: Kernels<Float32Array>, matrix: SparseMatrix): SparseOperator {
  const { interactions, less } = matrix;
  const { users: rows, items: columns } = interactions;
  const held: (Float32Array | Int32Array)[] = [];
  const indices = (source: Int32Array) => {
    const copy = kernels.allocateIndices(source.length);
    held.push(copy);
    copy.set(source);
    return copy;
  };
  const floats = (source: ArrayLike<number>) => {
    const copy = kernels.allocate(source.length);
    held.push(copy);
    copy.set(source);
    return copy;
  };
  const release = () => {
    for (const array of held.splice(0)) kernels.release(array);
  };
  try {
    const byColumns = interactions.csc();
    const pattern: SparsePattern = {
      rows,
      columns,
      nonZeros: interactions.nonZeros,
      rowPointers: indices(interactions.rowPointers),
      columnIndices: indices(interactions.columns),
      columnPointers: indices(byColumns.columnPointers),
      rowIndices: indices(byColumns.rowIndices),
      csrPositions: indices(byColumns.csrPositions),
    };
    const values = floats(scaledValues(matrix));
    const [a, b] = less === undefined ? [null, null] : [floats(less.rows), floats(less.columns)];
    /** out -= left (right^T block) */
    const takeOff = (
      left: Float32Array,
      right: Float32Array,
      block: Float32Array,
      k: number,
      out: Float32Array,
    ) => {
      const along = kernels.allocate(k);
      try {
        kernels.matmul(1, k, right.length, right, false, block, false, along);
        kernels.matmul(left.length, k, 1, left, false, along, false, out, { alpha: -1, accumulate: true });
      } finally {
        kernels.release(along);
      }
    };
    return {
      rows,
      columns,
      apply(block, k, out) {
        kernels.spmm(pattern, values, block, k, out);
        if (a !== null && b !== null) takeOff(a, b, block, k, out);
      },
      applyTransposed(block, k, out) {
        kernels.spmmTransposed(pattern, values, block, k, out);
        if (a !== null && b !== null) takeOff(b, a, block, k, out);
      },
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** r_u x_ui c_i of each entry, in CSR order. */
export function scaledValues({ interactions, rowScale, columnScale, values }: SparseMatrix): Float64Array {
  const { rowPointers, columns, users, nonZeros } = interactions;
  const scaled = new Float64Array(nonZeros);
  for (let u = 0; u < users; u++)
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++)
      scaled[e] = (rowScale?.[u] ?? 1) * (values?.[e] ?? 1) * (columnScale?.[columns[e]] ?? 1);
  return scaled;
}
