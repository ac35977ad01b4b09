/**
 * The one interface between the engine and the machine: dense, sparse and fused kernels over flat arrays.
 *
 * What it is not: it knows no model, no tape and no data file. Two implementations exist and one parity
 * test runs both: `ReferenceKernels` (plain TypeScript, generic over Float32Array and Float64Array) and
 * `WasmKernels` (f32 SIMD WebAssembly over shared memory, with a thread team).
 *
 * Conventions. Matrices are row-major and dense: element (i, j) of an m x n matrix is `a[i * n + j]`.
 * All arrays passed in were made by the same object's `allocate` / `allocateIndices`. `out` arrays must not
 * alias inputs unless a method says so. `alpha` defaults to 1; `accumulate` (default false) adds to `out`
 * instead of overwriting it. No kernel checks shapes: that is the caller's (autodiff's) work.
 * Every result is the same, bit for bit, for every thread count.
 */

import type {
  AdamOptions,
  AdamState,
  FloatArray,
  RowGradient,
  RowPattern,
  SparsePattern,
} from './operands.js';
import type { TopKInput, TopKScoresInput } from './ranking-types.js';
import type { RowKernels } from './row-types.js';

export type * from './operands.js';

/** `reference-f64`, `reference-f32`: plain TypeScript. `wasm-simd`, `wasm-fma`: WebAssembly. `native`: compiled for the machine. */
export type KernelFlavour = 'reference-f64' | 'reference-f32' | 'wasm-simd' | 'wasm-fma' | 'native';

export interface ScaleOptions {
  readonly alpha?: number;
  readonly accumulate?: boolean;
}

export type UnaryOperation =
  | 'negate'
  | 'square'
  | 'sqrt'
  | 'reciprocal' // 1/x, and 0 where x = 0
  | 'exp'
  | 'log'
  | 'tanh'
  | 'sigmoid'
  | 'softplus' // log(1 + e^x)
  | 'step' // 1 where x > 0, else 0
  | 'selu'; // SELU_SCALE * (x where x > 0, else SELU_ALPHA * (e^x - 1))

export type BinaryOperation = 'add' | 'subtract' | 'multiply';

export interface SoftmaxCrossEntropyInput<A extends FloatArray> {
  /** m x k: one row a user */
  readonly users: A;
  readonly m: number;
  /** n x k: one row an item */
  readonly items: A;
  readonly n: number;
  readonly k: number;
  /** the targets of all users (distinct items), or those of each user: the rows of an m x n pattern */
  readonly targets: Int32Array | SparsePattern;
  /** multiplies the gradients (the cotangent of the value); default 1 */
  readonly scale?: number;
  /** m x k, overwritten with scale * dL/dusers, when given */
  readonly gradUsers?: A;
  /** n x k, overwritten with scale * dL/ditems, when given (both or none) */
  readonly gradItems?: A;
}

/**
 * One symmetric system a row of a sparse pattern: S_r = base + weight * sum over the row's entries c of f_c f_c^T.
 * Rows of either side of a `SparsePattern` serve (`rowPointers` and `columnIndices`, or `columnPointers` and
 * `rowIndices`).
 */
export interface RowSystems<A extends FloatArray> {
  readonly rows: number;
  /** length rows + 1 */
  readonly rowPointers: Int32Array;
  readonly columnIndices: Int32Array;
  /** one row f_c of k values for each column */
  readonly factors: A;
  readonly k: number;
  /** k x k, symmetric */
  readonly base: A;
  readonly weight: number;
}

/** The Cholesky factors of `RowSystems`, opaque: made by `factorRows` and read by `solveFactored` of the same kernels. */
export interface RowFactors {
  readonly rows: number;
  readonly k: number;
  release(): void;
}

export interface Kernels<A extends FloatArray = FloatArray> extends RowKernels<A> {
  readonly flavour: KernelFlavour;
  /** what native kernels use of the processor, which changes no bit of a result; null for the other flavours */
  readonly instructionSet: string | null;
  readonly threads: number;
  readonly bytesPerElement: 4 | 8;

  /** A float array of kernel memory. Contents are undefined. Throws RecauditError('numeric') when memory is exhausted. */
  allocate(length: number): A;
  allocateIndices(length: number): Int32Array;
  /** Gives an array made by `allocate` or `allocateIndices` back. */
  release(array: A | Int32Array): void;
  /** Bytes in use now, the most there ever were, and the most there can be. */
  memory(): { readonly used: number; readonly peak: number; readonly limit: number };
  /** Stops the thread team. The object is unusable afterwards. */
  dispose(): void;

  /** out (m x n) = alpha * op(a) * op(b), op(a) is m x k, op(b) is k x n; transposeA: a is stored k x m. */
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
  ): void;
  /** out (columns x columns, exactly symmetric) = alpha * a^T a, for a (rows x columns). */
  gram(rows: number, columns: number, a: A, out: A, options?: ScaleOptions): void;

  /** Writes a pattern's columns (`columnPointers`, `rowIndices`, `csrPositions`) from its rows. */
  transposePattern(pattern: SparsePattern): void;
  /** out (pattern.rows x k) = alpha * S * dense, S with `values` on the pattern, dense (pattern.columns x k). */
  spmm(pattern: RowPattern, values: A, dense: A, k: number, out: A, options?: ScaleOptions): void;
  /** out (pattern.columns x k) = alpha * S^T * dense, dense (pattern.rows x k). */
  spmmTransposed(
    pattern: SparsePattern,
    values: A,
    dense: A,
    k: number,
    out: A,
    options?: ScaleOptions,
  ): void;
  /** out (nonZeros, CSR order)[e] = alpha * a[row(e), :] . b[column(e), :]; a (rows x k), b (columns x k). */
  sddmm(pattern: RowPattern, a: A, b: A, k: number, out: A, options?: ScaleOptions): void;

  /** out (indices.length x k)[j] = table[indices[j]]. */
  gatherRows(table: A, k: number, indices: Int32Array, out: A): void;
  /** table[indices[j]] += alpha * source[j]; indices are distinct. */
  scatterAddRows(source: A, k: number, indices: Int32Array, table: A, alpha?: number): void;

  fill(out: A, value: number): void;
  /** Copies all of `source` to the start of `out`. */
  copy(source: A, out: A): void;
  /** out = f(x), elementwise over out.length; out may be x. */
  unary(operation: UnaryOperation, x: A, out: A): void;
  /** out = f(x, y), elementwise; out may be x or y. */
  binary(operation: BinaryOperation, x: A, y: A, out: A): void;
  /** out = alpha * x + beta, or out += alpha * x + beta with accumulate; out may be x. */
  affine(x: A, alpha: number, beta: number, out: A, accumulate?: boolean): void;

  /** Sum of all elements. */
  sum(x: A): number;
  /** Sum of products. */
  dot(x: A, y: A): number;
  /** out (m) = sum of each row of x (m x n). */
  rowSums(m: number, n: number, x: A, out: A): void;
  /** out (n) = sum of each column of x (m x n). */
  columnSums(m: number, n: number, x: A, out: A): void;
  /** out (m x n)[i, j] = row[j]. */
  repeatRow(m: number, n: number, row: A, out: A): void;
  /** out (m x n)[i, j] = column[i]. */
  repeatColumn(m: number, n: number, column: A, out: A): void;

  /**
   * One Adam step of a whole table, in place:
   * g = gradient + wd * theta; m' = b1 m + (1 - b1) g; v' = b2 v + (1 - b2) g^2;
   * theta' = theta - lr * (m' / (1 - b1^t)) / (sqrt(v' / (1 - b2^t)) + eps).
   */
  adam(state: AdamState<A>, gradient: RowGradient<A>, options: AdamOptions): void;
  /**
   * The vector-Jacobian product of `adam`. `state` and `gradient` are the step's *inputs*; `cotangent` holds the
   * cotangents of (theta', m', v') and is overwritten with those of (theta, m, v); `gradientCotangent` receives the
   * cotangent of `gradient.values` (same rows). The derivative of sqrt at 0 is taken as 0.
   */
  adamVjp(
    state: AdamState<A>,
    gradient: RowGradient<A>,
    options: AdamOptions,
    cotangent: AdamState<A>,
    gradientCotangent: A,
  ): void;

  /**
   * L = sum over users u of mean over targets t of u of -log softmax(users_u . items)_t (0 for a user without targets),
   * with both gradients, tile by tile: never a users x items matrix. Returns L.
   */
  softmaxCrossEntropy(input: SoftmaxCrossEntropyInput<A>): number;
  /**
   * Of each row of x (m x n, n >= 1): out (m x n) = softmax, and logNormalisers (m) = log sum exp; null where not
   * wanted. `out` may be x.
   */
  softmaxRows(m: number, n: number, x: A, out: A | null, logNormalisers: A | null): void;

  /** Ranked lists of unseen items under score users_u . items_i (scores must be finite). */
  topK(input: TopKInput<A>): void;
  /** Ranked lists of unseen items under given scores, which must be finite (those of seen items too). */
  topKScores(input: TopKScoresInput<A>): void;

  /**
   * Solves S_r x_r = b_r for every row r, in place: `x` (rows x k) holds the right sides and is overwritten with the
   * solutions. A right side of 0 gives exactly 0.
   *
   * @throws RecauditError('numeric') where a matrix is not positive definite, or not finite
   */
  solveRows(systems: RowSystems<A>, x: A): void;
  /** Bytes that the factors of `rows` systems of size k take: about k^2 / 2 elements a row. */
  factorBytes(rows: number, k: number): number;
  /**
   * The factors of every system, to solve with more than once.
   *
   * @throws RecauditError('numeric') where a matrix is not positive definite, or not finite
   */
  factorRows(systems: RowSystems<A>): RowFactors;
  /** As `solveRows` with the systems that were factored, to the bit. */
  solveFactored(factors: RowFactors, x: A): void;
  /**
   * A hidden tanh layer at the entries of a pattern, whose order and repetitions are free: hidden (nonZeros x k)[e] =
   * tanh(a[row(e)] + b[column(e)]), scores[e] += weights . hidden[e], for a (rows x k), b (columns x k).
   */
  tanhPairs(pattern: RowPattern, a: A, b: A, k: number, weights: A, hidden: A, scores: A): void;
  /**
   * The cotangents of a and b for `cotangents` of the scores: with d_e = cotangents[e] * weights * (1 - hidden[e]^2),
   * outA[r] = sum of d_e over row r, outB[c] = sum of d_e over column c.
   */
  tanhPairsVjp(
    pattern: SparsePattern,
    hidden: A,
    k: number,
    weights: A,
    cotangents: A,
    outA: A,
    outB: A,
  ): void;
  /** out (m x n)[i, j] += weights . tanh(a_i + b_j), for a (m x k), b (n x k). */
  tanhScores(m: number, n: number, k: number, a: A, b: A, weights: A, out: A): void;
}
