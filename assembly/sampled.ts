/** Losses of samples, with their derivatives by each score: one user against a clicked item and some that are not. */

import { REDUCTION_SLOTS } from '../src/kernels/wasm/layout';
import { sigmoid4, softplus4 } from './functions';
import { address, floats, number, word } from './job';
import { laneSum, madd } from './simd';
import { dotRow } from './sparse';

/** |a - b|^2 of two rows of length k: even and odd vectors apart, then lanes, then the tail. */
function distanceRow(a: usize, b: usize, k: i32): f32 {
  let even = f32x4.splat(0);
  let odd = even;
  const pairs = a + floats(k & ~7);
  const wide = a + floats(k & ~3);
  const end = a + floats(k);
  while (a < pairs) {
    const x = f32x4.sub(v128.load(a), v128.load(b));
    const y = f32x4.sub(v128.load(a, 16), v128.load(b, 16));
    even = madd(x, x, even);
    odd = madd(y, y, odd);
    a += 32;
    b += 32;
  }
  if (a < wide) {
    const x = f32x4.sub(v128.load(a), v128.load(b));
    even = madd(x, x, even);
    a += 16;
    b += 16;
  }
  let total = laneSum(f32x4.add(even, odd));
  while (a < end) {
    const x = load<f32>(a) - load<f32>(b);
    total += x * x;
    a += 4;
    b += 4;
  }
  return total;
}

/**
 * Arguments of both kernels: 0 users, 1 items, 2 k, 3 count, 4 width, 5 rows of users, 6 rows of items, 7 weights,
 * 8 samples a chunk, 9 margin. The loss of a chunk goes to its reduction slot.
 */
@inline
function chunkEnd(chunk: i32): i32 {
  return min((chunk + 1) * word(8), word(3));
}

@inline
function userRow(s: i32): usize {
  return address(0) + <usize>load<i32>(address(5) + floats(s)) * floats(word(2));
}

@inline
function itemRow(entry: i32): usize {
  return address(1) + <usize>load<i32>(address(6) + floats(entry)) * floats(word(2));
}

/** Sum of softplus(r_n - r_0); weights: the sigmoid at each n, minus their sum at the clicked item. */
export function bprChunk(chunk: i32): void {
  const k = word(2);
  const width = word(4);
  const end = chunkEnd(chunk);
  let loss: f64 = 0;
  for (let s = chunk * word(8); s < end; s++) {
    const user = userRow(s);
    const weights = address(7) + floats(s * width);
    const clicked = dotRow(user, itemRow(s * width), k);
    let sum: f32 = 0;
    for (let n = 1; n < width; n++) {
      const x = f32x4.splat(dotRow(user, itemRow(s * width + n), k) - clicked);
      const slope = f32x4.extract_lane(sigmoid4(x), 0);
      loss += <f64>f32x4.extract_lane(softplus4(x), 0);
      store<f32>(weights + floats(n), slope);
      sum += slope;
    }
    store<f32>(weights, -sum);
  }
  store<f64>(<usize>REDUCTION_SLOTS + (<usize>chunk << 3), loss);
}

/** Sum of max(0, margin + d_0 - d_nearest); weights: 1 and -1 at these two items where it is above 0. */
export function hingeChunk(chunk: i32): void {
  const k = word(2);
  const width = word(4);
  const margin = number(9);
  const end = chunkEnd(chunk);
  let loss: f64 = 0;
  for (let s = chunk * word(8); s < end; s++) {
    const user = userRow(s);
    const weights = address(7) + floats(s * width);
    const clicked = distanceRow(user, itemRow(s * width), k);
    store<f32>(weights, 0);
    let nearest = 1;
    let least: f32 = 0;
    for (let n = 1; n < width; n++) {
      const distance = distanceRow(user, itemRow(s * width + n), k);
      store<f32>(weights + floats(n), 0);
      if (n == 1 || distance < least) {
        nearest = n;
        least = distance;
      }
    }
    const hinge = margin + clicked - least;
    // Written so that what is not a number counts as a violation and shows in the loss.
    if (hinge <= 0) continue;
    loss += <f64>hinge;
    store<f32>(weights, 1);
    store<f32>(weights + floats(nearest), -1);
  }
  store<f64>(<usize>REDUCTION_SLOTS + (<usize>chunk << 3), loss);
}
