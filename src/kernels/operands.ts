/** What kernels work on: arrays, sparse patterns, and tables with the moments of Adam. What it is not: it computes nothing. */

export type FloatArray = Float32Array | Float64Array;

/**
 * The positions of a sparse matrix's non-zeros, by rows (CSR) and by columns (CSC). Values, where there are
 * any, live in a separate array in CSR order. Columns ascend within a row; rows ascend within a column.
 */
export interface SparsePattern {
  readonly rows: number;
  readonly columns: number;
  readonly nonZeros: number;
  /** length rows + 1 */
  readonly rowPointers: Int32Array;
  /** length nonZeros: the column of each entry, in CSR order */
  readonly columnIndices: Int32Array;
  /** length columns + 1 */
  readonly columnPointers: Int32Array;
  /** length nonZeros: the row of each entry, in CSC order */
  readonly rowIndices: Int32Array;
  /** length nonZeros: CSR position of the p-th entry in CSC order */
  readonly csrPositions: Int32Array;
}

/** The part of a pattern that products by rows read. */
export type RowPattern = Omit<SparsePattern, 'columnPointers' | 'rowIndices' | 'csrPositions'>;

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** outside the square root */
  readonly epsilon: number;
  /** added to the gradient before the moments (PyTorch's `weight_decay`) */
  readonly weightDecay: number;
  /** number of this step, from 1 (bias correction) */
  readonly step: number;
}

/** One parameter table and its moments, each rows x columns. */
export interface AdamState<A extends FloatArray> {
  readonly parameter: A;
  readonly firstMoment: A;
  readonly secondMoment: A;
  readonly rows: number;
  readonly columns: number;
}

/**
 * A gradient that is zero outside some rows: row r of the table has gradient row `slots[r]` of `values`, or
 * zero where `slots[r]` is -1. `slots` null: `values` has one row for each row of the table.
 */
export interface RowGradient<A extends FloatArray> {
  readonly values: A;
  readonly slots: Int32Array | null;
}
