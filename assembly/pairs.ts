/**
 * One hidden tanh layer over pairs of rows, tanh(a_r + b_c): at the entries of a sparse pattern, with the values kept for
 * its vector-Jacobian product, and summed with weights for all pairs of a dense tile.
 */

import { PAIR_DEPTH, PAIR_TILE } from '../src/kernels/wasm/layout';
import { exp4, tanh4 } from './functions';
import { spare } from './gemm';
import { address, floats, word } from './job';
import { fillFloats } from './rows';
import { laneSum, madd, storeOne } from './simd';
import { firstRow, laneSums } from './sparse';

/** hidden = tanh(a + b) over k elements; returns weights . hidden. */
function tanhRow(a: usize, b: usize, weights: usize, hidden: usize, k: i32): f32 {
  let sum = f32x4.splat(0);
  let at: usize = 0;
  for (const wide = floats(k & ~3); at < wide; at += 16) {
    const value = tanh4(f32x4.add(v128.load(a + at), v128.load(b + at)));
    v128.store(hidden + at, value);
    sum = madd(value, v128.load(weights + at), sum);
  }
  let total = laneSum(sum);
  for (const end = floats(k); at < end; at += 4) {
    const value = tanh4(f32x4.add(v128.load_splat<f32>(a + at), v128.load_splat<f32>(b + at)));
    storeOne(hidden + at, value);
    total += load<f32>(hidden + at) * load<f32>(weights + at);
  }
  return total;
}

/**
 * hidden[e] = tanh(a[row(e)] + b[column(e)]), scores[e] += weights . hidden[e]. Arguments: 0 pointers, 1 rows, 2 chunks,
 * 3 indices, 4 a, 5 b, 6 k, 7 weights, 8 hidden, 9 scores.
 */
export function tanhPairsChunk(chunk: i32): void {
  const pointers = address(0);
  const k = word(6);
  const stride = floats(k);
  const last = firstRow(pointers, word(1), chunk + 1, word(2));
  for (let row = firstRow(pointers, word(1), chunk, word(2)); row < last; row++) {
    const end = load<i32>(pointers + floats(row), 4);
    const a = address(4) + <usize>row * stride;
    for (let e = load<i32>(pointers + floats(row)); e < end; e++) {
      const b = address(5) + <usize>load<i32>(address(3) + floats(e)) * stride;
      const score = address(9) + floats(e);
      const sum = tanhRow(a, b, address(7), address(8) + <usize>e * stride, k);
      store<f32>(score, load<f32>(score) + sum);
    }
  }
}

/** out += x * (1 - h^2) over k elements. */
function addSlope(out: usize, x: f32, h: usize, k: i32): void {
  const four = f32x4.splat(x);
  const one = f32x4.splat(1);
  let at: usize = 0;
  for (const wide = floats(k & ~3); at < wide; at += 16) {
    const value = v128.load(h + at);
    const slope = f32x4.sub(one, f32x4.mul(value, value));
    v128.store(out + at, madd(four, slope, v128.load(out + at)));
  }
  for (const end = floats(k); at < end; at += 4) {
    const value = load<f32>(h + at);
    store<f32>(out + at, load<f32>(out + at) + x * (1 - value * value));
  }
}

function scaleRow(out: usize, by: usize, k: i32): void {
  let at: usize = 0;
  for (const wide = floats(k & ~3); at < wide; at += 16) {
    v128.store(out + at, f32x4.mul(v128.load(out + at), v128.load(by + at)));
  }
  for (const end = floats(k); at < end; at += 4) {
    store<f32>(out + at, load<f32>(out + at) * load<f32>(by + at));
  }
}

/**
 * out[r] = weights * sum over the entries e of r of cotangent[e] (1 - hidden[e]^2). Arguments: 0 pointers, 1 rows,
 * 2 chunks, 3 positions of the entries (0: in order), 4 cotangents, 5 hidden, 6 k, 7 weights, 8 out.
 */
export function tanhPairsVjpChunk(chunk: i32): void {
  const pointers = address(0);
  const positions = address(3);
  const k = word(6);
  const stride = floats(k);
  const last = firstRow(pointers, word(1), chunk + 1, word(2));
  for (let row = firstRow(pointers, word(1), chunk, word(2)); row < last; row++) {
    const end = load<i32>(pointers + floats(row), 4);
    const out = address(8) + <usize>row * stride;
    fillFloats(out, k, 0);
    for (let p = load<i32>(pointers + floats(row)); p < end; p++) {
      const e = positions ? load<i32>(positions + floats(p)) : p;
      addSlope(out, load<f32>(address(4) + floats(e)), address(5) + <usize>e * stride, k);
    }
    scaleRow(out, address(7), k);
  }
}

/** Scratch of a tile: e^2a of its rows, e^2b of its columns, the weights, each padded to a multiple of four, ... */
@inline
function growthA(): usize {
  return spare;
}

@inline
function growthB(): usize {
  return growthA() + PAIR_TILE * PAIR_DEPTH * 4;
}

@inline
function paddedWeights(): usize {
  return growthB() + PAIR_TILE * PAIR_DEPTH * 4;
}

/** ... whether a row and a column are too far from 0, and room for one pair. */
@inline
function farA(): usize {
  return paddedWeights() + PAIR_DEPTH * 4;
}

@inline
function farB(): usize {
  return farA() + PAIR_TILE * 4;
}

@inline
function pairScratch(): usize {
  return farB() + PAIR_TILE * 4;
}

/** Copies `count` floats and adds zeros up to a multiple of four. */
function copyPadded(from: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(to + floats(i), load<f32>(from + floats(i)));
  for (let i = count; i & 3; i++) store<f32>(to + floats(i), 0);
}

/** Writes e^2x of `tile` rows of `count` elements, `stride` bytes apart, and 1 to `far` where an |x| is above 40 or no number. */
function grow(from: usize, tile: i32, stride: usize, count: i32, to: usize, far: usize): void {
  const step = floats((count + 3) & ~3);
  for (let row = 0; row < tile; row++) {
    let largest = f32x4.splat(0);
    copyPadded(from, to, count);
    for (let at: usize = 0; at < step; at += 16) {
      const x = v128.load(to + at);
      largest = f32x4.max(largest, f32x4.abs(x));
      v128.store(to + at, exp4(f32x4.add(x, x)));
    }
    store<i32>(far + floats(row), i32(!i32x4.all_true(f32x4.le(largest, f32x4.splat(40)))));
    from += stride;
    to += step;
  }
  // Groups of four columns reach beyond the tile: what is there is not used, and not far.
  for (let row = tile; row & 3; row++) store<i32>(far + floats(row), 0);
}

/** sum of w / (1 + a b) with four rows of b, over `bytes` bytes. */
@inline
function reciprocals(a: usize, b: usize, weights: usize, bytes: usize): v128 {
  const one = f32x4.splat(1);
  const b1 = b + bytes;
  const b2 = b1 + bytes;
  const b3 = b2 + bytes;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(a + at);
    const w = v128.load(weights + at);
    s0 = f32x4.add(s0, f32x4.div(w, madd(x, v128.load(b + at), one)));
    s1 = f32x4.add(s1, f32x4.div(w, madd(x, v128.load(b1 + at), one)));
    s2 = f32x4.add(s2, f32x4.div(w, madd(x, v128.load(b2 + at), one)));
    s3 = f32x4.add(s3, f32x4.div(w, madd(x, v128.load(b3 + at), one)));
  }
  return laneSums(s0, s1, s2, s3);
}

/** Adds the first `width` values; where a row or column is far from 0, weights . tanh(a + b) as it is written. */
function addOneByOne(value: v128, row: i32, column: i32, width: i32, depth: i32, a: usize, b: usize, weights: usize, out: usize): void {
  const stride = floats(word(2));
  const lanes = pairScratch();
  v128.store(lanes, value);
  for (let j = 0; j < width; j++) {
    const at = out + floats(j);
    let sum = load<f32>(lanes + floats(j));
    if (load<i32>(farA() + floats(row)) | load<i32>(farB() + floats(column + j))) {
      sum = tanhRow(a + <usize>row * stride, b + <usize>(column + j) * stride, weights, lanes + 16, depth);
    }
    store<f32>(at, load<f32>(at) + sum);
  }
}

/** The tile's sums through tanh(a + b) = 1 - 2 / (1 + e^2a e^2b): one division each. */
function addTile(rows: i32, columns: i32, depth: i32, a: usize, b: usize, weights: usize, out: usize): void {
  const bytes = floats((depth + 3) & ~3);
  const stride = floats(word(2));
  copyPadded(weights, paddedWeights(), depth);
  grow(a, rows, stride, depth, growthA(), farA());
  grow(b, columns, stride, depth, growthB(), farB());
  let total: f32 = 0;
  for (let l = 0; l < depth; l++) total += load<f32>(weights + floats(l));
  const all = f32x4.splat(total);
  const two = f32x4.splat(-2);
  for (let j = 0; j < columns; j += 4) {
    const growths = growthB() + <usize>j * bytes;
    const width = min(columns - j, 4);
    const far = v128.any_true(v128.load(farB() + floats(j)));
    for (let i = 0; i < rows; i++) {
      const sums = reciprocals(growthA() + <usize>i * bytes, growths, paddedWeights(), bytes);
      const value = madd(two, sums, all);
      const at = out + <usize>i * floats(word(1)) + floats(j);
      if (width < 4 || far || load<i32>(farA() + floats(i))) addOneByOne(value, i, j, width, depth, a, b, weights, at);
      else v128.store(at, f32x4.add(v128.load(at), value));
    }
  }
}

/**
 * out (m x n) += weights . tanh(a_i + b_j). Arguments: 0 m, 1 n, 2 k, 3 a, 4 b, 5 weights, 6 out, 7 tiles down.
 */
export function tanhScoresChunk(chunk: i32): void {
  const i = (chunk % word(7)) * PAIR_TILE;
  const j = (chunk / word(7)) * PAIR_TILE;
  const rows = min(word(0) - i, PAIR_TILE);
  const columns = min(word(1) - j, PAIR_TILE);
  const stride = floats(word(2));
  const out = address(6) + <usize>i * floats(word(1)) + floats(j);
  for (let l = 0; l < word(2); l += PAIR_DEPTH) {
    const depth = min(word(2) - l, PAIR_DEPTH);
    const a = address(3) + <usize>i * stride + floats(l);
    const b = address(4) + <usize>j * stride + floats(l);
    addTile(rows, columns, depth, a, b, address(5) + floats(l), out);
  }
}
