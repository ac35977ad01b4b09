/** Sparse products, row gather and scatter-add: arguments for `assembly/sparse.ts` and `assembly/rows.ts`. */

import type { RowPattern, ScaleOptions, SparsePattern } from '../types.js';
import {
  CHUNK_ELEMENTS,
  OP_GATHER,
  OP_SCATTER_ADD,
  OP_SDDMM,
  OP_SPMM,
  OP_TRANSPOSE_PATTERN,
} from './layout.js';
import { addressOf, type Runtime } from './runtime.js';

const FLOPS_PER_MICROSECOND = 5e3;
const BYTES_PER_MICROSECOND = 5e3;
/** Multiply-adds in one chunk of a sparse product, about; and the most chunks. */
const CHUNK_WORK = 131072;
const MOST_CHUNKS = 256;

/** Chunks of a kernel over rows of k elements; every entry and every row costs about k multiply-adds. */
export function chunksFor(pattern: Pick<SparsePattern, 'nonZeros'>, rows: number, k: number): number {
  const work = (pattern.nonZeros + rows) * Math.max(1, k);
  return Math.max(1, Math.min(rows, MOST_CHUNKS, Math.ceil(work / CHUNK_WORK)));
}

/** Rows in one chunk of a kernel that handles rows of k elements. */
export function rowsPerChunk(k: number): number {
  return Math.max(1, Math.floor(CHUNK_ELEMENTS / Math.max(1, k)));
}

/** The lines of a pattern that one product runs over: its rows or its columns. */
interface Lines {
  readonly count: number;
  readonly nonZeros: number;
  readonly pointers: Int32Array;
  readonly indices: Int32Array;
  /** where the values of the entries are; null: in order */
  readonly positions: Int32Array | null;
}

function byRows({ rows, nonZeros, rowPointers, columnIndices }: RowPattern): Lines {
  return { count: rows, nonZeros, pointers: rowPointers, indices: columnIndices, positions: null };
}

function byColumns({ columns, nonZeros, columnPointers, rowIndices, csrPositions }: SparsePattern): Lines {
  return {
    count: columns,
    nonZeros,
    pointers: columnPointers,
    indices: rowIndices,
    positions: csrPositions,
  };
}

function spmm(
  runtime: Runtime,
  lines: Lines,
  values: Float32Array,
  dense: Float32Array,
  k: number,
  out: Float32Array,
  options?: ScaleOptions,
): void {
  const { count, nonZeros, pointers, indices, positions } = lines;
  if (count === 0 || k === 0) return;
  const chunks = chunksFor(lines, count, k);
  const { words, numbers } = runtime;
  words[0] = addressOf(pointers);
  words[1] = count;
  words[2] = chunks;
  words[3] = addressOf(indices);
  words[4] = addressOf(values);
  words[5] = positions ? addressOf(positions) : 0;
  words[6] = addressOf(dense);
  words[7] = k;
  words[8] = addressOf(out);
  numbers[9] = options?.alpha ?? 1;
  words[10] = options?.accumulate ? 1 : 0;
  runtime.run(OP_SPMM, chunks, (2 * (nonZeros + count) * k) / FLOPS_PER_MICROSECOND);
}

function sddmm(
  runtime: Runtime,
  pattern: RowPattern,
  a: Float32Array,
  b: Float32Array,
  k: number,
  out: Float32Array,
  options?: ScaleOptions,
): void {
  if (pattern.rows === 0) return;
  const chunks = chunksFor(pattern, pattern.rows, k);
  const { words, numbers } = runtime;
  words[0] = addressOf(pattern.rowPointers);
  words[1] = pattern.rows;
  words[2] = chunks;
  words[3] = addressOf(pattern.columnIndices);
  words[4] = addressOf(a);
  words[5] = addressOf(b);
  words[6] = k;
  words[7] = addressOf(out);
  numbers[8] = options?.alpha ?? 1;
  words[9] = options?.accumulate ? 1 : 0;
  runtime.run(OP_SDDMM, chunks, (2 * (pattern.nonZeros + pattern.rows) * k) / FLOPS_PER_MICROSECOND);
}

export function createSparse(runtime: Runtime) {
  const { words, numbers } = runtime;
  return {
    transposePattern(pattern: SparsePattern): void {
      words[0] = addressOf(pattern.rowPointers);
      words[1] = pattern.rows;
      words[2] = addressOf(pattern.columnIndices);
      words[3] = pattern.columns;
      words[4] = addressOf(pattern.columnPointers);
      words[5] = addressOf(pattern.rowIndices);
      words[6] = addressOf(pattern.csrPositions);
      runtime.run(OP_TRANSPOSE_PATTERN, 1, 0);
    },

    spmm: (
      pattern: RowPattern,
      values: Float32Array,
      dense: Float32Array,
      k: number,
      out: Float32Array,
      options?: ScaleOptions,
    ): void => spmm(runtime, byRows(pattern), values, dense, k, out, options),

    spmmTransposed: (
      pattern: SparsePattern,
      values: Float32Array,
      dense: Float32Array,
      k: number,
      out: Float32Array,
      options?: ScaleOptions,
    ): void => spmm(runtime, byColumns(pattern), values, dense, k, out, options),

    sddmm: (
      pattern: RowPattern,
      a: Float32Array,
      b: Float32Array,
      k: number,
      out: Float32Array,
      options?: ScaleOptions,
    ): void => sddmm(runtime, pattern, a, b, k, out, options),

    gatherRows(table: Float32Array, k: number, indices: Int32Array, out: Float32Array): void {
      const rows = rowsPerChunk(k);
      words[0] = addressOf(table);
      words[1] = k;
      words[2] = addressOf(indices);
      words[3] = indices.length;
      words[4] = addressOf(out);
      words[5] = rows;
      const bytes = 8 * indices.length * k;
      runtime.run(OP_GATHER, Math.ceil(indices.length / rows), bytes / BYTES_PER_MICROSECOND);
    },

    scatterAddRows(
      source: Float32Array,
      k: number,
      indices: Int32Array,
      table: Float32Array,
      alpha = 1,
    ): void {
      const rows = rowsPerChunk(k);
      words[0] = addressOf(source);
      words[1] = k;
      words[2] = addressOf(indices);
      words[3] = indices.length;
      words[4] = addressOf(table);
      words[5] = rows;
      numbers[6] = alpha;
      const bytes = 12 * indices.length * k;
      runtime.run(OP_SCATTER_ADD, Math.ceil(indices.length / rows), bytes / BYTES_PER_MICROSECOND);
    },
  };
}
