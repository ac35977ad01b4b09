/** One positive definite system a row: arguments and workspaces for `assembly/solve.ts` and `native/solve.h`. */

import { notPositiveDefinite } from '../row-systems.js';
import type { RowFactors, RowSystems } from '../types.js';
import {
  OP_FACTOR_ROWS,
  OP_SOLVE_FACTORED,
  OP_SOLVE_ROWS,
  SOLVE_COLUMNS,
  SOLVE_NATIVE_COLUMNS,
  SOLVE_NATIVE_PANEL_BYTES,
  SOLVE_PANEL_BYTES,
} from './layout.js';
import { addressOf, type Runtime } from './runtime.js';

const FLOPS_PER_MICROSECOND = 12e3;
/** Operations in one chunk, about. */
const CHUNK_FLOPS = 4e6;
const BYTES_PER_MICROSECOND = 8e3;
/** Bytes of factors that one chunk of substitutions reads, about. */
const CHUNK_BYTES = 2 ** 20;

/** How matrices are laid out: `assembly/solve.ts` and `native/solve.h` differ in it. */
interface Layout {
  readonly panels: number;
  /** columns of a panel */
  readonly columns: number;
  /** of gathered factors, from one panel to the next */
  readonly panelBytes: number;
  readonly matrixBytes: number;
  /** a matrix with what else its row keeps: in WebAssembly the inverse diagonal */
  readonly keptBytes: number;
}

const toLines = (bytes: number) => Math.ceil(bytes / 64) * 64;

function layoutOf(runtime: Runtime, k: number): Layout {
  const native = runtime.instructionSet !== null;
  const columns = native ? SOLVE_NATIVE_COLUMNS : SOLVE_COLUMNS;
  const panels = Math.ceil(k / columns);
  const matrixBytes = 2 * columns ** 2 * panels * (panels + 1);
  return {
    panels,
    columns,
    panelBytes: native ? SOLVE_NATIVE_PANEL_BYTES : SOLVE_PANEL_BYTES,
    matrixBytes,
    keptBytes: native ? matrixBytes : toLines(matrixBytes + 4 * columns * panels),
  };
}

/** `base` in panels; padding is the identity. */
function packBase(base: Float32Array, k: number, { columns }: Layout, out: Float32Array): void {
  let at = 0;
  for (let first = 0; first < k; first += columns) {
    for (let i = 0; i < first + columns; i++) {
      for (let j = first; j < first + columns; j++)
        out[at++] = i < k && j < k ? base[i * k + j] : i === j ? 1 : 0;
    }
  }
}

/** Runs an operation that factors every system; `target` is where it solves, or keeps the factors. */
function factor(
  runtime: Runtime,
  operation: number,
  systems: RowSystems<Float32Array>,
  target: Float32Array,
): void {
  const { rows, k, rowPointers, columnIndices } = systems;
  if (rows === 0 || k === 0) return;
  const layout = layoutOf(runtime, k);
  const { panels, columns, panelBytes, matrixBytes } = layout;
  const workspaceBytes = toLines(matrixBytes + panels * (panelBytes + 8 * columns));
  const entries = rowPointers[rows] - rowPointers[0];
  const flops = rows * (k ** 3 / 3 + 2 * k * k) + entries * k * k;
  const rowsPerChunk = Math.max(1, Math.round((CHUNK_FLOPS * rows) / flops));
  const chunks = Math.ceil(rows / rowsPerChunk);
  const threads = runtime.threads;
  const bytes = matrixBytes + threads * workspaceBytes + 4 * threads + 4 * chunks;
  runtime.withScratch(bytes, (packed) => {
    const workspaces = packed + matrixBytes;
    const locks = workspaces + threads * workspaceBytes;
    const bad = locks + 4 * threads;
    packBase(systems.base, k, layout, new Float32Array(runtime.buffer, packed, matrixBytes / 4));
    new Int32Array(runtime.buffer, locks, threads).fill(0);
    const { words, numbers } = runtime;
    words[0] = addressOf(rowPointers);
    words[1] = rows;
    words[2] = addressOf(columnIndices);
    words[3] = addressOf(systems.factors);
    words[4] = k;
    words[5] = packed;
    numbers[6] = systems.weight;
    words[7] = addressOf(target);
    words[8] = rowsPerChunk;
    words[9] = workspaces;
    words[10] = workspaceBytes;
    words[11] = locks;
    words[12] = threads;
    words[13] = bad;
    words[14] = layout.keptBytes;
    runtime.run(operation, chunks, flops / FLOPS_PER_MICROSECOND);
    const failed = new Int32Array(runtime.buffer, bad, chunks).find((row) => row > 0);
    if (failed !== undefined) throw notPositiveDefinite(failed - 1);
  });
}

interface KeptFactors extends RowFactors {
  readonly kept: Float32Array;
}

function factorRows(runtime: Runtime, systems: RowSystems<Float32Array>): KeptFactors {
  const { rows, k } = systems;
  const length = (rows * layoutOf(runtime, k).keptBytes) / 4;
  const at = runtime.heap.allocate(4 * length);
  const kept = new Float32Array(runtime.buffer, at, length);
  const release = () => runtime.heap.release(at);
  try {
    factor(runtime, OP_FACTOR_ROWS, systems, kept);
  } catch (error) {
    release();
    throw error;
  }
  return { rows, k, kept, release };
}

function solveFactored(runtime: Runtime, { rows, k, kept }: KeptFactors, x: Float32Array): void {
  if (rows === 0 || k === 0) return;
  const { keptBytes: stride, panels, columns } = layoutOf(runtime, k);
  const rowsPerChunk = Math.max(1, Math.round(CHUNK_BYTES / stride));
  const chunks = Math.ceil(rows / rowsPerChunk);
  runtime.withScratch(4 * columns * panels * chunks, (vectors) => {
    const { words } = runtime;
    words[0] = addressOf(kept);
    words[1] = rows;
    words[2] = stride;
    words[3] = rowsPerChunk;
    words[4] = k;
    words[5] = vectors;
    words[7] = addressOf(x);
    runtime.run(OP_SOLVE_FACTORED, chunks, (rows * stride) / BYTES_PER_MICROSECOND);
  });
}

export function createSolve(runtime: Runtime) {
  return {
    solveRows: (systems: RowSystems<Float32Array>, x: Float32Array): void =>
      factor(runtime, OP_SOLVE_ROWS, systems, x),
    factorBytes: (rows: number, k: number): number => rows * layoutOf(runtime, k).keptBytes,
    factorRows: (systems: RowSystems<Float32Array>): RowFactors => factorRows(runtime, systems),
    solveFactored: (factors: RowFactors, x: Float32Array): void =>
      solveFactored(runtime, factors as KeptFactors, x),
  };
}
