/**
 * The kernels in plain TypeScript: the definition the fast ones are tested against, and the float64 engine.
 *
 * It is written to be read. Sums run in index order in float64 (the language's number) and are rounded when stored.
 */

import { createReferenceFused } from './reference-fused.js';
import { createReferencePairs } from './reference-pairs.js';
import { createReferenceRanking } from './reference-ranking.js';
import { createReferenceRows } from './reference-rows.js';
import { createReferenceSolve } from './reference-solve.js';
import { SELU_ALPHA, SELU_SCALE } from './selu.js';
import type {
  BinaryOperation,
  FloatArray,
  Kernels,
  RowPattern,
  ScaleOptions,
  SparsePattern,
  UnaryOperation,
} from './types.js';

export const UNARY: Record<UnaryOperation, (x: number) => number> = {
  negate: (x) => -x,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  reciprocal: (x) => (x === 0 ? 0 : 1 / x),
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  step: (x) => (x > 0 ? 1 : 0),
  selu: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
};

const BINARY: Record<BinaryOperation, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
};

/** How a product is stored: `alpha * value`, added to what is there with `accumulate`. */
function store(out: FloatArray, index: number, value: number, options: ScaleOptions | undefined): void {
  const scaled = (options?.alpha ?? 1) * value;
  out[index] = options?.accumulate ? out[index] + scaled : scaled;
}

/**
 * Reference kernels over Float64Array (the default) or Float32Array.
 *
 * @example
 * const kernels = createReferenceKernels('f64');
 * const out = kernels.allocate(4);
 */
export function createReferenceKernels(precision?: 'f64'): Kernels<Float64Array>;
export function createReferenceKernels(precision: 'f32'): Kernels<Float32Array>;
export function createReferenceKernels(
  precision: 'f32' | 'f64' = 'f64',
): Kernels<Float64Array> | Kernels<Float32Array> {
  return precision === 'f64'
    ? createKernels((length) => new Float64Array(length), 8)
    : createKernels((length) => new Float32Array(length), 4);
}

function createKernels<A extends FloatArray>(
  make: (length: number) => A,
  bytesPerElement: 4 | 8,
): Kernels<A> {
  const memory = createAccount();
  return {
    flavour: bytesPerElement === 8 ? 'reference-f64' : 'reference-f32',
    instructionSet: null,
    threads: 1,
    bytesPerElement,
    allocate: (length) => memory.track(make(length)),
    allocateIndices: (length) => memory.track(new Int32Array(length)),
    release: (array) => memory.forget(array),
    memory: () => memory.report(),
    dispose: () => {},
    ...createDense<A>(),
    ...createSparse<A>(),
    ...createElementwise<A>(),
    ...createReferenceFused<A>(),
    ...createReferenceSolve<A>(),
    ...createReferenceRanking<A>(),
    ...createReferencePairs<A>(),
    ...createReferenceRows<A>(),
  };
}

function createAccount() {
  const live = new Set<ArrayBufferView>();
  let used = 0;
  let peak = 0;
  return {
    track<T extends ArrayBufferView>(array: T): T {
      live.add(array);
      used += array.byteLength;
      peak = Math.max(peak, used);
      return array;
    },
    forget(array: ArrayBufferView): void {
      if (!live.delete(array))
        throw new Error('release: expected an array of these kernels, not yet released');
      used -= array.byteLength;
    },
    report: () => ({ used, peak, limit: Number.POSITIVE_INFINITY }),
  };
}

function createDense<A extends FloatArray>() {
  return {
    matmul(
      m: number,
      n: number,
      k: number,
      a: A,
      transposeA: boolean,
      b: A,
      transposeB: boolean,
      out: A,
      options?: ScaleOptions,
    ): void {
      const [aRow, aStep] = transposeA ? [1, m] : [k, 1];
      const [bStep, bColumn] = transposeB ? [1, k] : [n, 1];
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let l = 0; l < k; l++) sum += a[i * aRow + l * aStep] * b[l * bStep + j * bColumn];
          store(out, i * n + j, sum, options);
        }
      }
    },

    gram(rows: number, columns: number, a: A, out: A, options?: ScaleOptions): void {
      for (let i = 0; i < columns; i++) {
        for (let j = i; j < columns; j++) {
          let sum = 0;
          for (let l = 0; l < rows; l++) sum += a[l * columns + i] * a[l * columns + j];
          store(out, i * columns + j, sum, options);
          if (j > i) store(out, j * columns + i, sum, options);
        }
      }
    },
  };
}

function createSparse<A extends FloatArray>() {
  return {
    transposePattern(pattern: SparsePattern): void {
      const { rows, columns, rowPointers, columnIndices, columnPointers } = pattern;
      columnPointers.fill(0);
      for (const column of columnIndices) columnPointers[column + 1]++;
      for (let c = 0; c < columns; c++) columnPointers[c + 1] += columnPointers[c];
      const next = columnPointers.slice(0, columns);
      for (let row = 0; row < rows; row++) {
        for (let e = rowPointers[row]; e < rowPointers[row + 1]; e++) {
          const p = next[columnIndices[e]]++;
          pattern.rowIndices[p] = row;
          pattern.csrPositions[p] = e;
        }
      }
    },

    spmm(pattern: RowPattern, values: A, dense: A, k: number, out: A, options?: ScaleOptions): void {
      for (let row = 0; row < pattern.rows; row++) {
        for (let l = 0; l < k; l++) {
          let sum = 0;
          for (let e = pattern.rowPointers[row]; e < pattern.rowPointers[row + 1]; e++) {
            sum += values[e] * dense[pattern.columnIndices[e] * k + l];
          }
          store(out, row * k + l, sum, options);
        }
      }
    },

    spmmTransposed(
      pattern: SparsePattern,
      values: A,
      dense: A,
      k: number,
      out: A,
      options?: ScaleOptions,
    ): void {
      for (let column = 0; column < pattern.columns; column++) {
        for (let l = 0; l < k; l++) {
          let sum = 0;
          for (let p = pattern.columnPointers[column]; p < pattern.columnPointers[column + 1]; p++) {
            sum += values[pattern.csrPositions[p]] * dense[pattern.rowIndices[p] * k + l];
          }
          store(out, column * k + l, sum, options);
        }
      }
    },

    sddmm(pattern: RowPattern, a: A, b: A, k: number, out: A, options?: ScaleOptions): void {
      for (let row = 0; row < pattern.rows; row++) {
        for (let e = pattern.rowPointers[row]; e < pattern.rowPointers[row + 1]; e++) {
          let sum = 0;
          for (let l = 0; l < k; l++) sum += a[row * k + l] * b[pattern.columnIndices[e] * k + l];
          store(out, e, sum, options);
        }
      }
    },

    gatherRows(table: A, k: number, indices: Int32Array, out: A): void {
      for (let j = 0; j < indices.length; j++) {
        for (let l = 0; l < k; l++) out[j * k + l] = table[indices[j] * k + l];
      }
    },

    scatterAddRows(source: A, k: number, indices: Int32Array, table: A, alpha = 1): void {
      for (let j = 0; j < indices.length; j++) {
        for (let l = 0; l < k; l++) table[indices[j] * k + l] += alpha * source[j * k + l];
      }
    },
  };
}

function createElementwise<A extends FloatArray>() {
  return {
    fill: (out: A, value: number): void => void out.fill(value),
    copy: (source: A, out: A): void => out.set(source),

    unary(operation: UnaryOperation, x: A, out: A): void {
      const apply = UNARY[operation];
      for (let i = 0; i < out.length; i++) out[i] = apply(x[i]);
    },

    binary(operation: BinaryOperation, x: A, y: A, out: A): void {
      const apply = BINARY[operation];
      for (let i = 0; i < out.length; i++) out[i] = apply(x[i], y[i]);
    },

    affine(x: A, alpha: number, beta: number, out: A, accumulate = false): void {
      for (let i = 0; i < out.length; i++) out[i] = alpha * x[i] + beta + (accumulate ? out[i] : 0);
    },

    sum(x: A): number {
      let total = 0;
      for (let i = 0; i < x.length; i++) total += x[i];
      return total;
    },

    dot(x: A, y: A): number {
      let total = 0;
      for (let i = 0; i < x.length; i++) total += x[i] * y[i];
      return total;
    },

    rowSums(m: number, n: number, x: A, out: A): void {
      for (let i = 0; i < m; i++) {
        let total = 0;
        for (let j = 0; j < n; j++) total += x[i * n + j];
        out[i] = total;
      }
    },

    columnSums(m: number, n: number, x: A, out: A): void {
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let i = 0; i < m; i++) total += x[i * n + j];
        out[j] = total;
      }
    },

    repeatRow(m: number, n: number, row: A, out: A): void {
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[i * n + j] = row[j];
    },

    repeatColumn(m: number, n: number, column: A, out: A): void {
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[i * n + j] = column[i];
    },
  };
}
