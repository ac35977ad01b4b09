/** Elementwise maps, broadcasts and sums: arguments for `assembly/elementwise.ts`, `rows.ts` and `reductions.ts`. */

import type { BinaryOperation, UnaryOperation } from '../types.js';
import {
  CHUNK_ELEMENTS,
  OP_AFFINE,
  OP_BINARY,
  OP_COLUMN_SUMS,
  OP_COPY,
  OP_DOT,
  OP_FILL,
  OP_REPEAT_COLUMN,
  OP_REPEAT_ROW,
  OP_ROW_SUMS,
  OP_SUM,
  OP_UNARY,
  REDUCTION_SLOT_COUNT,
  REDUCTION_SLOTS,
} from './layout.js';
import { addressOf, type Runtime } from './runtime.js';
import { rowsPerChunk } from './sparse.js';

/** Elements a microsecond: memory-bound maps, and maps with an exponential inside. */
const FAST = 2000;
const SLOW = 500;

/** Number of each operation in `assembly/elementwise.ts`. */
const UNARY_NUMBER: Record<UnaryOperation, number> = {
  negate: 0,
  square: 1,
  sqrt: 2,
  reciprocal: 3,
  exp: 4,
  log: 5,
  tanh: 6,
  sigmoid: 7,
  softplus: 8,
  step: 9,
  selu: 10,
};
const BINARY_NUMBER: Record<BinaryOperation, number> = { add: 0, subtract: 1, multiply: 2 };

function createMaps(runtime: Runtime) {
  const { words, numbers } = runtime;
  const run = (operation: number, length: number, speed: number) =>
    runtime.run(operation, Math.ceil(length / CHUNK_ELEMENTS), length / speed);
  return {
    fill(out: Float32Array, value: number): void {
      words[0] = addressOf(out);
      numbers[1] = value;
      words[2] = out.length;
      run(OP_FILL, out.length, FAST);
    },

    copy(source: Float32Array, out: Float32Array): void {
      words[0] = addressOf(source);
      words[1] = addressOf(out);
      words[2] = source.length;
      run(OP_COPY, source.length, FAST);
    },

    unary(operation: UnaryOperation, x: Float32Array, out: Float32Array): void {
      words[0] = UNARY_NUMBER[operation];
      words[1] = addressOf(x);
      words[2] = addressOf(out);
      words[3] = out.length;
      run(OP_UNARY, out.length, words[0] >= UNARY_NUMBER.exp ? SLOW : FAST);
    },

    binary(operation: BinaryOperation, x: Float32Array, y: Float32Array, out: Float32Array): void {
      words[0] = BINARY_NUMBER[operation];
      words[1] = addressOf(x);
      words[2] = addressOf(y);
      words[3] = addressOf(out);
      words[4] = out.length;
      run(OP_BINARY, out.length, FAST);
    },

    affine(x: Float32Array, alpha: number, beta: number, out: Float32Array, accumulate = false): void {
      words[0] = addressOf(x);
      numbers[1] = alpha;
      numbers[2] = beta;
      words[3] = addressOf(out);
      words[4] = accumulate ? 1 : 0;
      words[5] = out.length;
      run(OP_AFFINE, out.length, FAST);
    },
  };
}

/** Sum of per-chunk partial sums in chunk order; arrays with more chunks than slots go in several rounds. */
function reduce(runtime: Runtime, operation: number, x: Float32Array, y: Float32Array): number {
  const { words } = runtime;
  const slots = new Float64Array(runtime.buffer, REDUCTION_SLOTS, REDUCTION_SLOT_COUNT);
  const round = CHUNK_ELEMENTS * REDUCTION_SLOT_COUNT;
  let total = 0;
  for (let begin = 0; begin < x.length; begin += round) {
    const length = Math.min(round, x.length - begin);
    const chunks = Math.ceil(length / CHUNK_ELEMENTS);
    words[0] = addressOf(x) + 4 * begin;
    words[1] = length;
    words[2] = REDUCTION_SLOTS;
    words[3] = addressOf(y) + 4 * begin;
    runtime.run(operation, chunks, length / FAST);
    for (let chunk = 0; chunk < chunks; chunk++) total += slots[chunk];
  }
  return total;
}

function createSums(runtime: Runtime) {
  const { words } = runtime;
  return {
    sum: (x: Float32Array): number => reduce(runtime, OP_SUM, x, x),
    dot: (x: Float32Array, y: Float32Array): number => reduce(runtime, OP_DOT, x, y),

    rowSums(m: number, n: number, x: Float32Array, out: Float32Array): void {
      const rows = rowsPerChunk(n);
      words[0] = m;
      words[1] = n;
      words[2] = addressOf(x);
      words[3] = addressOf(out);
      words[4] = rows;
      runtime.run(OP_ROW_SUMS, Math.ceil(m / rows), (m * n) / FAST);
    },

    columnSums(m: number, n: number, x: Float32Array, out: Float32Array): void {
      words[0] = m;
      words[1] = n;
      words[2] = addressOf(x);
      words[3] = addressOf(out);
      runtime.run(OP_COLUMN_SUMS, Math.ceil(n / 8), (m * n) / FAST);
    },
  };
}

function createBroadcasts(runtime: Runtime) {
  const { words } = runtime;
  const repeat = (operation: number, m: number, n: number, x: Float32Array, out: Float32Array) => {
    const rows = rowsPerChunk(n);
    words[0] = m;
    words[1] = n;
    words[2] = addressOf(x);
    words[3] = addressOf(out);
    words[4] = rows;
    runtime.run(operation, Math.ceil(m / rows), (m * n) / FAST);
  };
  return {
    repeatRow: (m: number, n: number, row: Float32Array, out: Float32Array): void =>
      repeat(OP_REPEAT_ROW, m, n, row, out),
    repeatColumn: (m: number, n: number, column: Float32Array, out: Float32Array): void =>
      repeat(OP_REPEAT_COLUMN, m, n, column, out),
  };
}

export function createElementwise(runtime: Runtime) {
  return { ...createMaps(runtime), ...createSums(runtime), ...createBroadcasts(runtime) };
}
