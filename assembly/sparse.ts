/**
 * Sparse times dense, its transpose, and the sampled dense-dense product. A chunk is a run of rows with about the
 * same number of non-zeros (plus rows) as any other, so that popular rows do not leave a thread alone at the end.
 */

import { address, floats, number, word } from './job';
import { laneSum, madd, storeOne } from './simd';

/** The first row of chunk `chunk`: the least row r with pointers[r] + r >= chunk's share of (nonZeros + rows). */
export function firstRow(pointers: usize, rows: i32, chunk: i32, chunks: i32): i32 {
  if (chunk >= chunks) return rows;
  const total = <i64>load<i32>(pointers + floats(rows)) + rows;
  const share = <i32>((total * chunk) / chunks);
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<i32>(pointers + floats(middle)) + middle < share) low = middle + 1;
    else high = middle;
  }
  return low;
}

@inline
function valueAt(values: usize, positions: usize, entry: i32): usize {
  return values + floats(positions ? load<i32>(positions + floats(entry)) : entry);
}

@inline
function storeScaled(at: usize, offset: usize, value: v128, alpha: v128, accumulate: bool): void {
  const scaled = f32x4.mul(value, alpha);
  v128.store(at + offset, accumulate ? f32x4.add(v128.load(at + offset), scaled) : scaled);
}

/** out = (fresh) or += x * from, over k columns. */
export function addRow(out: usize, k: i32, fresh: bool, x: f32, from: usize): void {
  const four = f32x4.splat(x);
  const wide = out + floats(k & ~3);
  const end = out + floats(k);
  while (out < wide) {
    const start = fresh ? f32x4.splat(0) : v128.load(out);
    v128.store(out, madd(four, v128.load(from), start));
    out += 16;
    from += 16;
  }
  while (out < end) {
    store<f32>(out, (fresh ? 0 : load<f32>(out)) + x * load<f32>(from));
    out += 4;
    from += 4;
  }
}

/** alpha times the value of an entry, and the dense row that it multiplies. */
@inline
function scaled(values: usize, positions: usize, entry: i32, alpha: f32): v128 {
  return f32x4.splat(alpha * load<f32>(valueAt(values, positions, entry)));
}

@inline
function source(dense: usize, indices: usize, entry: i32): usize {
  return dense + <usize>load<i32>(indices + floats(entry)) * floats(word(7));
}

/** 32 columns of one row of out, entries [begin, end) added in order. `dense` and `out` are those of the first column. */
function addEntries32(begin: i32, end: i32, dense: usize, out: usize, fresh: bool): void {
  const indices = address(3);
  const values = address(4);
  const positions = address(5);
  const alpha = number(9);
  let t0 = start(out, fresh);
  let t1 = start(out + 16, fresh);
  let t2 = start(out + 32, fresh);
  let t3 = start(out + 48, fresh);
  let t4 = start(out + 64, fresh);
  let t5 = start(out + 80, fresh);
  let t6 = start(out + 96, fresh);
  let t7 = start(out + 112, fresh);
  for (let e = begin; e < end; e++) {
    const x = scaled(values, positions, e, alpha);
    const from = source(dense, indices, e);
    t0 = madd(x, v128.load(from), t0);
    t1 = madd(x, v128.load(from, 16), t1);
    t2 = madd(x, v128.load(from, 32), t2);
    t3 = madd(x, v128.load(from, 48), t3);
    t4 = madd(x, v128.load(from, 64), t4);
    t5 = madd(x, v128.load(from, 80), t5);
    t6 = madd(x, v128.load(from, 96), t6);
    t7 = madd(x, v128.load(from, 112), t7);
  }
  v128.store(out, t0);
  v128.store(out, t1, 16);
  v128.store(out, t2, 32);
  v128.store(out, t3, 48);
  v128.store(out, t4, 64);
  v128.store(out, t5, 80);
  v128.store(out, t6, 96);
  v128.store(out, t7, 112);
}

/** The same for 16 columns. */
function addEntries16(begin: i32, end: i32, dense: usize, out: usize, fresh: bool): void {
  const indices = address(3);
  const values = address(4);
  const positions = address(5);
  const alpha = number(9);
  let t0 = start(out, fresh);
  let t1 = start(out + 16, fresh);
  let t2 = start(out + 32, fresh);
  let t3 = start(out + 48, fresh);
  for (let e = begin; e < end; e++) {
    const x = scaled(values, positions, e, alpha);
    const from = source(dense, indices, e);
    t0 = madd(x, v128.load(from), t0);
    t1 = madd(x, v128.load(from, 16), t1);
    t2 = madd(x, v128.load(from, 32), t2);
    t3 = madd(x, v128.load(from, 48), t3);
  }
  v128.store(out, t0);
  v128.store(out, t1, 16);
  v128.store(out, t2, 32);
  v128.store(out, t3, 48);
}

/** The same for 4 columns, or 1. */
function addEntriesFew(begin: i32, end: i32, dense: usize, out: usize, fresh: bool, whole: bool): void {
  const indices = address(3);
  const values = address(4);
  const positions = address(5);
  const alpha = number(9);
  let total = fresh ? f32x4.splat(0) : whole ? v128.load(out) : v128.load32_zero(out);
  for (let e = begin; e < end; e++) {
    const from = source(dense, indices, e);
    const four = whole ? v128.load(from) : v128.load32_zero(from);
    total = madd(scaled(values, positions, e, alpha), four, total);
  }
  if (whole) v128.store(out, total);
  else storeOne(out, total);
}

@inline
function start(out: usize, fresh: bool): v128 {
  return fresh ? f32x4.splat(0) : v128.load(out);
}

/**
 * Rows of out = or += alpha * S * dense. Arguments: 0 pointers, 1 rows, 2 chunks, 3 indices, 4 values, 5 positions of the
 * values (0: in order), 6 dense, 7 k, 8 out, 9 alpha, 10 accumulate.
 */
export function spmmChunk(chunk: i32): void {
  const pointers = address(0);
  const rows = word(1);
  const dense = address(6);
  const k = word(7);
  const stride = floats(k);
  const fresh = word(10) == 0;
  const last = firstRow(pointers, rows, chunk + 1, word(2));
  for (let row = firstRow(pointers, rows, chunk, word(2)); row < last; row++) {
    const begin = load<i32>(pointers + floats(row));
    const end = load<i32>(pointers + floats(row), 4);
    const out = address(8) + <usize>row * stride;
    let at: usize = 0;
    for (; at + 128 <= stride; at += 128) addEntries32(begin, end, dense + at, out + at, fresh);
    if (at + 64 <= stride) {
      addEntries16(begin, end, dense + at, out + at, fresh);
      at += 64;
    }
    for (; at + 16 <= stride; at += 16) addEntriesFew(begin, end, dense + at, out + at, fresh, true);
    for (; at < stride; at += 4) addEntriesFew(begin, end, dense + at, out + at, fresh, false);
  }
}

/** The dot product of two rows of length k: even and odd vectors apart, then lanes, then the tail. */
export function dotRow(a: usize, b: usize, k: i32): f32 {
  let even = f32x4.splat(0);
  let odd = even;
  let l = 0;
  for (; l + 8 <= k; l += 8) {
    even = madd(v128.load(a), v128.load(b), even);
    odd = madd(v128.load(a, 16), v128.load(b, 16), odd);
    a += 32;
    b += 32;
  }
  if (l + 4 <= k) {
    even = madd(v128.load(a), v128.load(b), even);
    a += 16;
    b += 16;
    l += 4;
  }
  let total = laneSum(f32x4.add(even, odd));
  for (; l < k; l++) {
    total += load<f32>(a) * load<f32>(b);
    a += 4;
    b += 4;
  }
  return total;
}

/** Lane sums of four vectors, each in the order of `laneSum`. */
@inline
export function laneSums(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  const low = f32x4.add(v128.shuffle<f32>(x0, x1, 0, 4, 2, 6), v128.shuffle<f32>(x0, x1, 1, 5, 3, 7));
  const high = f32x4.add(v128.shuffle<f32>(x2, x3, 0, 4, 2, 6), v128.shuffle<f32>(x2, x3, 1, 5, 3, 7));
  return f32x4.add(v128.shuffle<f32>(low, high, 0, 1, 4, 5), v128.shuffle<f32>(low, high, 2, 3, 6, 7));
}

/** Four dot products with one row of `a`, each summed exactly as `dotRow` does. */
function dotFour(a: usize, b0: usize, b1: usize, b2: usize, b3: usize, k: i32): v128 {
  let e0 = f32x4.splat(0);
  let e1 = e0;
  let e2 = e0;
  let e3 = e0;
  let o0 = e0;
  let o1 = e0;
  let o2 = e0;
  let o3 = e0;
  let at: usize = 0;
  for (const end = floats(k & ~7); at < end; at += 32) {
    const even = v128.load(a + at);
    const odd = v128.load(a + at, 16);
    e0 = madd(even, v128.load(b0 + at), e0);
    o0 = madd(odd, v128.load(b0 + at, 16), o0);
    e1 = madd(even, v128.load(b1 + at), e1);
    o1 = madd(odd, v128.load(b1 + at, 16), o1);
    e2 = madd(even, v128.load(b2 + at), e2);
    o2 = madd(odd, v128.load(b2 + at, 16), o2);
    e3 = madd(even, v128.load(b3 + at), e3);
    o3 = madd(odd, v128.load(b3 + at, 16), o3);
  }
  if (k & 4) {
    const even = v128.load(a + at);
    e0 = madd(even, v128.load(b0 + at), e0);
    e1 = madd(even, v128.load(b1 + at), e1);
    e2 = madd(even, v128.load(b2 + at), e2);
    e3 = madd(even, v128.load(b3 + at), e3);
    at += 16;
  }
  let total = laneSums(f32x4.add(e0, o0), f32x4.add(e1, o1), f32x4.add(e2, o2), f32x4.add(e3, o3));
  for (const end = floats(k); at < end; at += 4) {
    let b = v128.load_splat<f32>(b0 + at);
    b = f32x4.replace_lane(b, 1, load<f32>(b1 + at));
    b = f32x4.replace_lane(b, 2, load<f32>(b2 + at));
    b = f32x4.replace_lane(b, 3, load<f32>(b3 + at));
    total = f32x4.add(total, f32x4.mul(v128.load_splat<f32>(a + at), b));
  }
  return total;
}

/**
 * out[e] = or += alpha * a[row(e)] . b[column(e)]. Arguments: 0 pointers, 1 rows, 2 chunks, 3 indices, 4 a, 5 b, 6 k,
 * 7 out, 8 alpha, 9 accumulate.
 */
export function sddmmChunk(chunk: i32): void {
  const pointers = address(0);
  const rows = word(1);
  const indices = address(3);
  const b = address(5);
  const k = word(6);
  const out = address(7);
  const alpha = number(8);
  const accumulate = word(9) != 0;
  const stride = floats(k);
  const last = firstRow(pointers, rows, chunk + 1, word(2));
  for (let row = firstRow(pointers, rows, chunk, word(2)); row < last; row++) {
    const end = load<i32>(pointers + floats(row), 4);
    const a = address(4) + <usize>row * stride;
    let e = load<i32>(pointers + floats(row));
    for (; e + 4 <= end; e += 4) {
      const at = indices + floats(e);
      const four = dotFour(
        a,
        b + <usize>load<i32>(at) * stride,
        b + <usize>load<i32>(at, 4) * stride,
        b + <usize>load<i32>(at, 8) * stride,
        b + <usize>load<i32>(at, 12) * stride,
        k,
      );
      storeScaled(out + floats(e), 0, four, f32x4.splat(alpha), accumulate);
    }
    for (; e < end; e++) {
      const value = alpha * dotRow(a, b + <usize>load<i32>(indices + floats(e)) * stride, k);
      const at = out + floats(e);
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
  }
}
