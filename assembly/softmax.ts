/**
 * Fused softmax cross-entropy, one block of users at a time. A chunk is a range of `SOFTMAX_ITEMS` items.
 *
 * For the block, E = exp(S - row maximum) is kept (users x items of one block), never users x items as a whole:
 * dL/dS = E / Z - [item is a target of u] / targets of u, so with E_ut -= Z_u / targets and users' = users * scale / Z,
 * gradItems = E^T users' and gradUsers = scale / Z * E items. Targets are the same for all users, or a row a user; a user
 * without targets has loss 0 and scale 0.
 *
 * Arguments of all operations here: 0 users of the block, 1 users in it, 2 items, 3 n, 4 k, 5 scores (block x n),
 * 6 maxima (chunks x block), 7 sums (f64, chunks x block), 8 chunks, 9 targets, 10 number of common targets, 11 factors
 * scale / Z (block), 12 scaled users (block x k), 13 partial sums of gradUsers (chunks x block x k), 14 gradItems, 15 gradUsers
 * of the block, 16 this is the first block, 17 rows a chunk, 18 gradients wanted, 19 pairs (Z, row maximum - mean target score)
 * in f64 (block x 2), 20 pointers into the targets from the block's first user on (0: common targets). Doubles: 0 scale.
 */

import { SOFTMAX_ITEMS } from '../src/kernels/wasm/layout';
import { gemm } from './gemm';
import { address, double, floats, word } from './job';
import { exponentials, largestOf } from './softmax-rows';

/** Scores of a range of items, and the largest of each user. */
export function logitsChunk(chunk: i32): void {
  const users = word(1);
  const n = word(3);
  const k = word(4);
  const first = chunk * SOFTMAX_ITEMS;
  const count = min(n - first, SOFTMAX_ITEMS);
  const items = address(2) + <usize>first * floats(k);
  const scores = address(5) + floats(first);
  const stride = floats(n);
  gemm(users, count, k, address(0), floats(k), false, items, floats(k), true, scores, stride, 1, false, false);
  for (let u = 0; u < users; u++) {
    const largest = largestOf(scores + <usize>u * stride, count);
    store<f32>(address(6) + floats(chunk * users + u), largest);
  }
}

function rowMaximum(u: i32): f32 {
  const users = word(1);
  const chunks = word(8);
  let largest: f32 = -Infinity;
  for (let c = 0; c < chunks; c++) largest = max(largest, load<f32>(address(6) + floats(c * users + u)));
  return largest;
}

/** The targets of user u are entries [firstTarget(u), lastTarget(u)) of the targets. */
@inline
function firstTarget(u: i32): i32 {
  const pointers = address(20);
  return pointers ? load<i32>(pointers + floats(u)) : 0;
}

@inline
function lastTarget(u: i32): i32 {
  const pointers = address(20);
  return pointers ? load<i32>(pointers + floats(u), 4) : word(10);
}

/** The mean of the block's target scores a user, to `factors`; must run before the scores become exponentials. */
export function targetMeans(): void {
  const users = word(1);
  for (let u = 0; u < users; u++) {
    const row = address(5) + <usize>u * floats(word(3));
    const first = firstTarget(u);
    const last = lastTarget(u);
    let total: f64 = 0;
    for (let t = first; t < last; t++) total += load<f32>(row + floats(load<i32>(address(9) + floats(t))));
    store<f32>(address(11) + floats(u), first < last ? <f32>(total / (last - first)) : 0);
  }
}

/** Scores to exponentials, and their sum a user. */
export function exponentialsChunk(chunk: i32): void {
  const users = word(1);
  const n = word(3);
  const first = chunk * SOFTMAX_ITEMS;
  const count = min(n - first, SOFTMAX_ITEMS);
  for (let u = 0; u < users; u++) {
    const at = address(5) + <usize>u * floats(n) + floats(first);
    const sum = exponentials(at, count, rowMaximum(u), at);
    store<f64>(address(7) + ((<usize>chunk * users + u) << 3), sum);
  }
}

/** The parts of the block's loss, the factors, the scaled users, and the targets' share taken off the exponentials. */
export function normalise(): void {
  const users = word(1);
  const k = word(4);
  const chunks = word(8);
  for (let u = 0; u < users; u++) {
    const firstOf = firstTarget(u);
    const lastOf = lastTarget(u);
    const some = firstOf < lastOf;
    let z: f64 = 0;
    for (let c = 0; c < chunks; c++) z += load<f64>(address(7) + ((<usize>c * users + u) << 3));
    const factorAt = address(11) + floats(u);
    const losses = address(19) + (<usize>u << 4);
    store<f64>(losses, some ? z : 1);
    store<f64>(losses, some ? <f64>rowMaximum(u) - <f64>load<f32>(factorAt) : 0, 8);
    if (word(18) == 0) continue;
    const factor: f32 = some ? <f32>(double(0) / z) : 0;
    store<f32>(factorAt, factor);
    const from = address(0) + <usize>u * floats(k);
    const to = address(12) + <usize>u * floats(k);
    for (let l = 0; l < k; l++) store<f32>(to + floats(l), factor * load<f32>(from + floats(l)));
    const row = address(5) + <usize>u * floats(word(3));
    const share = <f32>(z / (lastOf - firstOf));
    for (let t = firstOf; t < lastOf; t++) {
      const at = row + floats(load<i32>(address(9) + floats(t)));
      store<f32>(at, load<f32>(at) - share);
    }
  }
}

/** Rows of gradItems, and the range's part of gradUsers. */
export function gradientsChunk(chunk: i32): void {
  const users = word(1);
  const n = word(3);
  const k = word(4);
  const first = chunk * SOFTMAX_ITEMS;
  const count = min(n - first, SOFTMAX_ITEMS);
  const stride = floats(k);
  const scores = address(5) + floats(first);
  const gradItems = address(14) + <usize>first * stride;
  const wide = floats(n);
  const scaled = address(12);
  const more = word(16) == 0;
  gemm(count, k, users, scores, wide, true, scaled, stride, false, gradItems, stride, 1, more, false);
  const items = address(2) + <usize>first * stride;
  const partial = address(13) + <usize>chunk * <usize>users * stride;
  gemm(users, k, count, scores, wide, false, items, stride, false, partial, stride, 1, false, false);
}

/** gradUsers of the block: factors times the partial sums, in order of the ranges. */
export function usersChunk(chunk: i32): void {
  const users = word(1);
  const k = word(4);
  const chunks = word(8);
  const end = min((chunk + 1) * word(17), users);
  const step = <usize>users * floats(k);
  for (let u = chunk * word(17); u < end; u++) {
    const factor = load<f32>(address(11) + floats(u));
    const from = address(13) + <usize>u * floats(k);
    const to = address(15) + <usize>u * floats(k);
    let l = 0;
    for (; l + 4 <= k; l += 4) {
      let total = f32x4.splat(0);
      for (let c = 0, at = from + floats(l); c < chunks; c++, at += step) total = f32x4.add(total, v128.load(at));
      v128.store(to + floats(l), f32x4.mul(f32x4.splat(factor), total));
    }
    for (; l < k; l++) {
      let total: f32 = 0;
      for (let c = 0, at = from + floats(l); c < chunks; c++, at += step) total += load<f32>(at);
      store<f32>(to + floats(l), factor * total);
    }
  }
}
