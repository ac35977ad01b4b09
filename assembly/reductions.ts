/** Sums in float64: over fixed chunks for the flat ones, over fixed strips of columns for column sums. */

import { CHUNK_ELEMENTS } from '../src/kernels/wasm/layout';
import { address, floats, word } from './job';

@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
}

@inline
function total2(a: v128, b: v128): f64 {
  const x = f64x2.add(a, b);
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Sum of `count` floats from `x`. */
export function sumFloats(x: usize, count: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  const end = x + floats(count);
  const wide = x + floats(count & ~3);
  while (x < wide) {
    const four = v128.load(x);
    a = f64x2.add(a, f64x2.promote_low_f32x4(four));
    b = f64x2.add(b, high(four));
    x += 16;
  }
  let total = total2(a, b);
  while (x < end) {
    total += load<f32>(x);
    x += 4;
  }
  return total;
}

function dotFloats(x: usize, y: usize, count: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  const end = x + floats(count);
  const wide = x + floats(count & ~3);
  while (x < wide) {
    const left = v128.load(x);
    const right = v128.load(y);
    a = f64x2.add(a, f64x2.mul(f64x2.promote_low_f32x4(left), f64x2.promote_low_f32x4(right)));
    b = f64x2.add(b, f64x2.mul(high(left), high(right)));
    x += 16;
    y += 16;
  }
  let total = total2(a, b);
  while (x < end) {
    total += <f64>load<f32>(x) * <f64>load<f32>(y);
    x += 4;
    y += 4;
  }
  return total;
}

/** Partial sum of one chunk to its slot. Arguments: 0 x, 1 length, 2 slots (f64). */
export function sumChunk(chunk: i32): void {
  const begin = chunk * CHUNK_ELEMENTS;
  const total = sumFloats(address(0) + floats(begin), min(word(1) - begin, CHUNK_ELEMENTS));
  store<f64>(address(2) + (<usize>chunk << 3), total);
}

/** Arguments: 0 x, 1 length, 2 slots (f64), 3 y. */
export function dotChunk(chunk: i32): void {
  const begin = floats(chunk * CHUNK_ELEMENTS);
  const count = min(word(1) - chunk * CHUNK_ELEMENTS, CHUNK_ELEMENTS);
  store<f64>(address(2) + (<usize>chunk << 3), dotFloats(address(0) + begin, address(3) + begin, count));
}

/** Arguments: 0 m, 1 n, 2 x, 3 out, 4 rows a chunk. */
export function rowSumsChunk(chunk: i32): void {
  const n = word(1);
  const end = min((chunk + 1) * word(4), word(0));
  for (let i = chunk * word(4); i < end; i++) {
    store<f32>(address(3) + floats(i), <f32>sumFloats(address(2) + <usize>i * floats(n), n));
  }
}

/** Columns of one strip of 8. Arguments: 0 m, 1 n, 2 x, 3 out. */
export function columnSumsChunk(chunk: i32): void {
  const m = word(0);
  const n = word(1);
  const stride = floats(n);
  const column = chunk * 8;
  let x = address(2) + floats(column);
  const out = address(3) + floats(column);
  if (column + 8 > n) {
    for (let j = 0; j < n - column; j++) {
      let total: f64 = 0;
      for (let i = 0, at = x + floats(j); i < m; i++, at += stride) total += load<f32>(at);
      store<f32>(out + floats(j), <f32>total);
    }
    return;
  }
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let i = 0; i < m; i++) {
    const left = v128.load(x);
    const right = v128.load(x, 16);
    a = f64x2.add(a, f64x2.promote_low_f32x4(left));
    b = f64x2.add(b, high(left));
    c = f64x2.add(c, f64x2.promote_low_f32x4(right));
    d = f64x2.add(d, high(right));
    x += stride;
  }
  const low = v128.shuffle<f64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2);
  v128.store(out, low);
  v128.store(out, v128.shuffle<f64>(f32x4.demote_f64x2_zero(c), f32x4.demote_f64x2_zero(d), 0, 2), 16);
}
