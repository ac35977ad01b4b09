/**
 * The softmax of each row of a stored matrix, and the logarithm of its normaliser; and what the fused kernel of
 * `softmax.ts` shares with it.
 */

import { SOFTMAX_ITEMS } from '../src/kernels/wasm/layout';
import { exp4, log4 } from './functions';
import { address, floats, word } from './job';
import { laneSum } from './simd';

/** The largest of `count` values. */
export function largestOf(at: usize, count: i32): f32 {
  const end = at + floats(count);
  const wide = at + floats(count & ~3);
  let largest: f32 = -Infinity;
  if (count >= 4) {
    let four = v128.load(at);
    for (; at < wide; at += 16) four = f32x4.pmax(four, v128.load(at));
    largest = max(
      max(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
      max(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
    );
  }
  for (; at < end; at += 4) largest = max(largest, load<f32>(at));
  return largest;
}

/**
 * Sum of exp(x - largest), each stored at `out` unless that is 0 (`out` may be x). Added in float32 over `SOFTMAX_ITEMS`
 * values at most, then in float64, so that the error does not grow with the row.
 */
export function exponentials(x: usize, count: i32, largest: f32, out: usize): f64 {
  const shift = f32x4.splat(largest);
  let sum: f64 = 0;
  for (let first = 0; first < count; first += SOFTMAX_ITEMS) {
    const length = min(count - first, SOFTMAX_ITEMS);
    let at = floats(first);
    const wide = at + floats(length & ~3);
    const end = at + floats(length);
    let total = f32x4.splat(0);
    for (; at < wide; at += 16) {
      const e = exp4(f32x4.sub(v128.load(x + at), shift));
      if (out) v128.store(out + at, e);
      total = f32x4.add(total, e);
    }
    sum += laneSum(total);
    for (; at < end; at += 4) {
      const e = f32x4.extract_lane(exp4(f32x4.sub(v128.load_splat<f32>(x + at), shift)), 0);
      if (out) store<f32>(out + at, e);
      sum += e;
    }
  }
  return sum;
}

function scale(at: usize, count: i32, factor: f32): void {
  const four = f32x4.splat(factor);
  const end = at + floats(count);
  for (const wide = at + floats(count & ~3); at < wide; at += 16) v128.store(at, f32x4.mul(four, v128.load(at)));
  for (; at < end; at += 4) store<f32>(at, factor * load<f32>(at));
}

/** Arguments: 0 m, 1 n, 2 x, 3 out or 0, 4 log normalisers or 0, 5 rows a chunk. */
export function softmaxRowsChunk(chunk: i32): void {
  const n = word(1);
  const last = min((chunk + 1) * word(5), word(0));
  for (let row = chunk * word(5); row < last; row++) {
    const offset = <usize>row * floats(n);
    const x = address(2) + offset;
    const out = address(3) ? address(3) + offset : 0;
    const largest = largestOf(x, n);
    const normaliser = exponentials(x, n, largest, out);
    if (address(4)) {
      const logarithm = f32x4.extract_lane(log4(f32x4.splat(<f32>normaliser)), 0);
      store<f32>(address(4) + floats(row), largest + logarithm);
    }
    if (out) scale(out, n, <f32>(1 / normaliser));
  }
}
