/** Matrix product and Gram product: how the output is cut into tiles and the reduced dimension into slots. */

import type { ScaleOptions } from '../types.js';
import {
  BLOCK_K,
  BLOCK_M,
  BLOCK_N,
  CHUNK_ELEMENTS,
  OP_GRAM,
  OP_MATMUL,
  OP_MIRROR_SLOTS,
  OP_SUM_SLOTS,
} from './layout.js';
import { addressOf, type Runtime } from './runtime.js';

const FLOPS_PER_MICROSECOND = 20e3;
/** Below this many tiles an output is cut finer, or its reduced dimension into slots. */
const ENOUGH_TILES = 8;
const SMALLEST_TILE_FLOPS = 2e6;
/** A reduced dimension at least this long is cut into slots when there are few tiles. */
const LONG_REDUCTION = 2048;
const MOST_SLOTS = 16;

/** How a product is cut. A rule of the shape alone, so that no sum depends on the number of threads. */
export interface Cut {
  readonly tileRows: number;
  readonly tileColumns: number;
  readonly tilesDown: number;
  readonly tilesAcross: number;
  readonly slots: number;
  /** length of the reduced dimension in one slot */
  readonly depth: number;
}

/** Equal parts of at most `limit`, in multiples of `multiple`. */
function evenPart(length: number, limit: number, multiple: number): number {
  const parts = Math.ceil(length / limit);
  return Math.ceil(length / parts / multiple) * multiple;
}

function cutSlots(k: number, tiles: number): { slots: number; depth: number } {
  if (k < LONG_REDUCTION || tiles >= ENOUGH_TILES) return { slots: 1, depth: Math.max(1, k) };
  const wanted = Math.min(Math.ceil(k / (2 * BLOCK_K)), Math.ceil(MOST_SLOTS / tiles));
  const depth = Math.ceil(k / wanted / BLOCK_K) * BLOCK_K;
  return { slots: Math.ceil(k / depth), depth };
}

export function cutProduct(m: number, n: number, k: number): Cut {
  let limit = BLOCK_M;
  for (;;) {
    const tileRows = evenPart(m, limit, 4);
    const tileColumns = evenPart(n, BLOCK_N, 8);
    const tilesDown = Math.ceil(m / tileRows);
    const tilesAcross = Math.ceil(n / tileColumns);
    const { slots, depth } = cutSlots(k, tilesDown * tilesAcross);
    const chunks = tilesDown * tilesAcross * slots;
    const finer = 2 * tileRows * tileColumns * depth > 2 * SMALLEST_TILE_FLOPS && limit > 32;
    if (chunks >= ENOUGH_TILES || !finer)
      return { tileRows, tileColumns, tilesDown, tilesAcross, slots, depth };
    limit /= 2;
  }
}

/** Sums the slots at `slots` into `out`. */
function sumSlots(
  runtime: Runtime,
  slots: number,
  count: number,
  length: number,
  out: Float32Array,
  options?: ScaleOptions,
): void {
  const { words, numbers } = runtime;
  const chunk = Math.max(256, Math.ceil(CHUNK_ELEMENTS / count / 16) * 16);
  words[0] = slots;
  words[1] = count;
  words[2] = length;
  words[3] = addressOf(out);
  numbers[4] = options?.alpha ?? 1;
  words[5] = options?.accumulate ? 1 : 0;
  words[6] = chunk;
  runtime.run(OP_SUM_SLOTS, Math.ceil(length / chunk), (length * count) / 2e3);
}

function matmul(
  runtime: Runtime,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  transposeA: boolean,
  b: Float32Array,
  transposeB: boolean,
  out: Float32Array,
  options?: ScaleOptions,
): void {
  if (m === 0 || n === 0) return;
  const cut = cutProduct(m, n, k);
  const product = (address: number, alpha: number, accumulate: boolean) => {
    const { words, numbers } = runtime;
    words[0] = m;
    words[1] = n;
    words[2] = k;
    words[3] = addressOf(a);
    words[4] = transposeA ? 1 : 0;
    words[5] = addressOf(b);
    words[6] = transposeB ? 1 : 0;
    words[7] = address;
    numbers[8] = alpha;
    words[9] = accumulate ? 1 : 0;
    words[10] = cut.tileRows;
    words[11] = cut.tileColumns;
    words[12] = cut.tilesDown;
    words[13] = cut.tilesAcross;
    words[14] = cut.depth;
    const chunks = cut.tilesDown * cut.tilesAcross * cut.slots;
    runtime.run(OP_MATMUL, chunks, (2 * m * n * k) / FLOPS_PER_MICROSECOND);
  };
  if (cut.slots === 1) {
    product(addressOf(out), options?.alpha ?? 1, options?.accumulate ?? false);
    return;
  }
  runtime.withScratch(4 * m * n * cut.slots, (slots) => {
    product(slots, 1, false);
    sumSlots(runtime, slots, cut.slots, m * n, out, options);
  });
}

function gram(
  runtime: Runtime,
  rows: number,
  columns: number,
  a: Float32Array,
  out: Float32Array,
  options?: ScaleOptions,
): void {
  if (columns === 0) return;
  const edge = evenPart(columns, BLOCK_M, 8);
  const along = Math.ceil(columns / edge);
  const tiles = (along * (along + 1)) / 2;
  const { slots: count, depth } = cutSlots(rows, tiles);
  runtime.withScratch(4 * columns * columns * count, (slots) => {
    const { words, numbers } = runtime;
    words[0] = rows;
    words[1] = columns;
    words[2] = addressOf(a);
    words[3] = slots;
    words[4] = edge;
    words[5] = tiles;
    words[6] = depth;
    runtime.run(OP_GRAM, tiles * count, (rows * columns * columns) / FLOPS_PER_MICROSECOND);
    const chunk = Math.max(4, Math.ceil(CHUNK_ELEMENTS / (columns * count)));
    words[0] = slots;
    words[1] = count;
    words[2] = columns;
    words[3] = addressOf(out);
    numbers[4] = options?.alpha ?? 1;
    words[5] = options?.accumulate ? 1 : 0;
    words[6] = chunk;
    runtime.run(OP_MIRROR_SLOTS, Math.ceil(columns / chunk), (columns * columns * (count + 2)) / 2e3);
  });
}

export function createDense(runtime: Runtime) {
  return {
    matmul: (
      m: number,
      n: number,
      k: number,
      a: Float32Array,
      transposeA: boolean,
      b: Float32Array,
      transposeB: boolean,
      out: Float32Array,
      options?: ScaleOptions,
    ): void => matmul(runtime, m, n, k, a, transposeA, b, transposeB, out, options),

    gram: (rows: number, columns: number, a: Float32Array, out: Float32Array, options?: ScaleOptions): void =>
      gram(runtime, rows, columns, a, out, options),
  };
}
