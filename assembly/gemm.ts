/**
 * The one-thread matrix product that every dense kernel is made of: packed, blocked, with a 4 x 8 micro-kernel.
 *
 * An element of the output is the sum over blocks of `BLOCK_K` of products added in index order, so it does not
 * depend on where a tile begins or ends: any cut of the output among threads gives the same bits.
 */

import { BLOCK_K, BLOCK_M, BLOCK_N } from '../src/kernels/wasm/layout';
import { floats } from './job';
import { packAcross, packAlong } from './pack';
import { fillFloats } from './rows';
import { madd } from './simd';

/** This thread's scratch: packed A, packed B, then an edge tile. Set by `setScratch`. */
export let packedA: usize = 0;
export let packedB: usize = 0;
let edge: usize = 0;
/** What is left of the scratch for the kernels themselves. */
export let spare: usize = 0;

export function setScratch(at: usize): void {
  packedA = at;
  packedB = packedA + floats(BLOCK_M * BLOCK_K);
  edge = packedB + floats(BLOCK_N * BLOCK_K);
  spare = edge + 256;
}

@inline
function storeScaled(at: usize, offset: usize, value: v128, alpha: v128, accumulate: bool): void {
  const scaled = f32x4.mul(value, alpha);
  v128.store(at + offset, accumulate ? f32x4.add(v128.load(at + offset), scaled) : scaled);
}

/**
 * c (4 x 8, rows `stride` bytes apart) = or += alpha * a * b, a packed depth x 4, b packed depth x 8.
 *
 * Not unrolled on purpose: V8 moves the loads of all unrolled steps to the front, runs out of registers and spills the
 * sums in every round (26 instead of 37 GFLOP/s).
 */
function micro(depth: i32, a: usize, b: usize, c: usize, stride: usize, scale: f32, accumulate: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = a + floats(depth << 2);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += 16;
    b += 32;
  }
  const alpha = f32x4.splat(scale);
  storeScaled(c, 0, c00, alpha, accumulate);
  storeScaled(c, 16, c01, alpha, accumulate);
  c += stride;
  storeScaled(c, 0, c10, alpha, accumulate);
  storeScaled(c, 16, c11, alpha, accumulate);
  c += stride;
  storeScaled(c, 0, c20, alpha, accumulate);
  storeScaled(c, 16, c21, alpha, accumulate);
  c += stride;
  storeScaled(c, 0, c30, alpha, accumulate);
  storeScaled(c, 16, c31, alpha, accumulate);
}

/** A tile that sticks out of the output: computed aside, then its inner part is stored. */
function microEdge(
  depth: i32,
  a: usize,
  b: usize,
  c: usize,
  stride: usize,
  alpha: f32,
  accumulate: bool,
  rows: i32,
  columns: i32,
): void {
  micro(depth, a, b, edge, 32, alpha, false);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = c + floats(j);
      const value = load<f32>(edge + floats(i * 8 + j));
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
    c += stride;
  }
}

/** The product of the two packed blocks; with `upper`, only tiles that reach the diagonal or lie above it. */
export function multiplyPacked(
  rows: i32,
  columns: i32,
  depth: i32,
  c: usize,
  stride: usize,
  alpha: f32,
  accumulate: bool,
  upper: bool,
): void {
  let b = packedB;
  for (let j = 0; j < columns; j += 8) {
    const width = min(columns - j, 8);
    const limit = upper ? min(rows, j + 8) : rows;
    let a = packedA;
    for (let i = 0; i < limit; i += 4) {
      const at = c + <usize>i * stride + floats(j);
      const height = min(rows - i, 4);
      if (height == 4 && width == 8) micro(depth, a, b, at, stride, alpha, accumulate);
      else microEdge(depth, a, b, at, stride, alpha, accumulate, height, width);
      a += floats(depth << 2);
    }
    b += floats(depth << 3);
  }
}

/**
 * c (rows x columns) = or += alpha * op(a) * op(b), reduced over `depth`. Strides are in bytes. A transposed operand
 * is stored with the reduced dimension slowest.
 */
export function gemm(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  strideA: usize,
  transposeA: bool,
  b: usize,
  strideB: usize,
  transposeB: bool,
  c: usize,
  strideC: usize,
  alpha: f32,
  accumulate: bool,
  upper: bool,
): void {
  if (depth == 0 && !accumulate) {
    for (let i = 0; i < rows; i++) fillFloats(c + <usize>i * strideC, columns, 0);
  }
  for (let j = 0; j < columns; j += BLOCK_N) {
    const width = min(columns - j, BLOCK_N);
    for (let l = 0; l < depth; l += BLOCK_K) {
      const run = min(depth - l, BLOCK_K);
      if (transposeB) packAlong(b + <usize>j * strideB + floats(l), strideB, 0, width, run, 8, packedB);
      else packAcross(b + <usize>l * strideB + floats(j), strideB, width, run, 8, packedB);
      for (let i = 0; i < rows; i += BLOCK_M) {
        const height = min(rows - i, BLOCK_M);
        if (transposeA) packAcross(a + <usize>l * strideA + floats(i), strideA, height, run, 4, packedA);
        else packAlong(a + <usize>i * strideA + floats(l), strideA, 0, height, run, 4, packedA);
        const at = c + <usize>i * strideC + floats(j);
        multiplyPacked(height, width, run, at, strideC, alpha, accumulate || l > 0, upper);
      }
    }
  }
}
