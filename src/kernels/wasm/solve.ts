/** One positive definite system a row: arguments and workspaces for `assembly/solve.ts`. */

import { notPositiveDefinite } from '../row-systems.js';
import type { RowFactors, RowSystems } from '../types.js';
import { OP_FACTOR_ROWS, OP_SOLVE_FACTORED, OP_SOLVE_ROWS, SOLVE_PANEL_BYTES } from './layout.js';
import { addressOf, type Runtime } from './runtime.js';

const FLOPS_PER_MICROSECOND = 12e3;
/** Operations in one chunk, about. */
const CHUNK_FLOPS = 4e6;
const BYTES_PER_MICROSECOND = 8e3;
/** Bytes of factors that one chunk of substitutions reads, about. */
const CHUNK_BYTES = 2 ** 20;

const panelsOf = (k: number) => Math.ceil(k / 8);
const matrixBytesOf = (k: number) => 128 * panelsOf(k) * (panelsOf(k) + 1);
/** A matrix with its inverse diagonal. */
const keptBytesOf = (k: number) => Math.ceil((matrixBytesOf(k) + 32 * panelsOf(k)) / 64) * 64;

/** `base` in panels of 8 columns, as `assembly/solve.ts` describes; padding is the identity. */
function packBase(base: Float32Array, k: number, out: Float32Array): void {
  let at = 0;
  for (let panel = 0; 8 * panel < k; panel++) {
    for (let i = 0; i < 8 * (panel + 1); i++) {
      for (let j = 8 * panel; j < 8 * (panel + 1); j++)
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
  const panels = panelsOf(k);
  const matrixBytes = matrixBytesOf(k);
  const workspaceBytes = Math.ceil((matrixBytes + panels * (SOLVE_PANEL_BYTES + 64)) / 64) * 64;
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
    packBase(systems.base, k, new Float32Array(runtime.buffer, packed, matrixBytes / 4));
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
    words[14] = keptBytesOf(k);
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
  const length = (rows * keptBytesOf(k)) / 4;
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
  const stride = keptBytesOf(k);
  const rowsPerChunk = Math.max(1, Math.round(CHUNK_BYTES / stride));
  const chunks = Math.ceil(rows / rowsPerChunk);
  runtime.withScratch(32 * panelsOf(k) * chunks, (vectors) => {
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
    factorBytes: (rows: number, k: number): number => rows * keptBytesOf(k),
    factorRows: (systems: RowSystems<Float32Array>): RowFactors => factorRows(runtime, systems),
    solveFactored: (factors: RowFactors, x: Float32Array): void =>
      solveFactored(runtime, factors as KeptFactors, x),
  };
}
