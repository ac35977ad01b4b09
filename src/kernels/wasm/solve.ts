/** One positive definite system a row: arguments and workspaces for `assembly/solve.ts`. */

import { notPositiveDefinite } from '../row-systems.js';
import type { RowSystems } from '../types.js';
import { OP_SOLVE_ROWS, SOLVE_PANEL_BYTES } from './layout.js';
import { addressOf, type Runtime } from './runtime.js';

const FLOPS_PER_MICROSECOND = 12e3;
/** Operations in one chunk, about. */
const CHUNK_FLOPS = 4e6;

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

function solveRows(runtime: Runtime, systems: RowSystems<Float32Array>, x: Float32Array): void {
  const { rows, k, rowPointers, columnIndices } = systems;
  if (rows === 0 || k === 0) return;
  const panels = Math.ceil(k / 8);
  const matrixBytes = 128 * panels * (panels + 1);
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
    words[7] = addressOf(x);
    words[8] = rowsPerChunk;
    words[9] = workspaces;
    words[10] = workspaceBytes;
    words[11] = locks;
    words[12] = threads;
    words[13] = bad;
    runtime.run(OP_SOLVE_ROWS, chunks, flops / FLOPS_PER_MICROSECOND);
    const failed = new Int32Array(runtime.buffer, bad, chunks).find((row) => row > 0);
    if (failed !== undefined) throw notPositiveDefinite(failed - 1);
  });
}

export function createSolve(runtime: Runtime) {
  return {
    solveRows: (systems: RowSystems<Float32Array>, x: Float32Array): void => solveRows(runtime, systems, x),
  };
}
