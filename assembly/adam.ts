/** The fused Adam step and its vector-Jacobian product, over whole tables or tables with a row-sparse gradient. */

import { JOB_WORDS } from '../src/kernels/wasm/layout';
import { address, floats, word } from './job';
import { storeOne } from './simd';

/** Scalars of the step, as f32 arguments: the index of each. */
@inline
const RATE: i32 = 16; // learning rate / (1 - b1^t)
@inline
const B1: i32 = 17;
@inline
const C1: i32 = 18; // 1 - b1
@inline
const B2: i32 = 19;
@inline
const C2: i32 = 20; // 1 - b2
@inline
const INVERSE2: i32 = 21; // 1 / (1 - b2^t)
@inline
const HALF: i32 = 22; // 0.5
@inline
const EPSILON: i32 = 23;
@inline
const DECAY: i32 = 24;
@inline
const C1_EPSILON: i32 = 25; // (1 - b1) epsilon

/** A scalar in all lanes: one broadcasting load. Computed ahead of a loop, V8 would move the work back into it. */
@inline
function scalar(index: i32): v128 {
  return v128.load_splat<f32>(JOB_WORDS + (index << 2));
}

/** Four elements, or one where `whole` (a constant at every call) is false. */
@inline
function fetch(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load_splat<f32>(at);
}

@inline
function put(at: usize, value: v128, whole: bool): void {
  if (whole) v128.store(at, value);
  else storeOne(at, value);
}

/** Elements [at, end) of one row (byte offsets); `gradient` 0 means a zero gradient. Returns where it stopped. */
@inline
function adamElements(row: usize, gradient: usize, begin: usize, end: usize, whole: bool): usize {
  const parameter = address(0) + row;
  const first = address(1) + row;
  const second = address(2) + row;
  let at = begin;
  for (; at < end; at += whole ? 16 : 4) {
    const p = fetch(parameter + at, whole);
    let g = f32x4.mul(scalar(DECAY), p);
    if (gradient) g = f32x4.add(fetch(gradient + at, whole), g);
    const m = f32x4.add(f32x4.mul(scalar(B1), fetch(first + at, whole)), f32x4.mul(scalar(C1), g));
    const v = f32x4.add(f32x4.mul(scalar(B2), fetch(second + at, whole)), f32x4.mul(scalar(C2), f32x4.mul(g, g)));
    const denominator = f32x4.add(f32x4.sqrt(f32x4.mul(v, scalar(INVERSE2))), scalar(EPSILON));
    put(parameter + at, f32x4.sub(p, f32x4.div(f32x4.mul(scalar(RATE), m), denominator)), whole);
    put(first + at, m, whole);
    put(second + at, v, whole);
  }
  return at;
}

export function adamRow(row: usize, gradient: usize, count: i32): void {
  const at = adamElements(row, gradient, 0, floats(count & ~3), true);
  adamElements(row, gradient, at, floats(count), false);
}

/** Arguments: 0 parameter, 1 first, 2 second, 3 rows, 4 columns, 5 values, 6 slots (0: dense), 7 rows a chunk. */
export function adamChunk(chunk: i32): void {
  const columns = word(4);
  const slots = address(6);
  const begin = chunk * word(7);
  const end = min(begin + word(7), word(3));
  const stride = floats(columns);
  if (!slots) {
    const at = <usize>begin * stride;
    adamRow(at, address(5) + at, (end - begin) * columns);
    return;
  }
  for (let row = begin; row < end; row++) {
    const slot = load<i32>(slots + floats(row));
    const gradient = slot < 0 ? <usize>0 : address(5) + <usize>slot * stride;
    adamRow(<usize>row * stride, gradient, columns);
  }
}

/** The same for the vector-Jacobian product; tables 0 to 2 are the state, 8 to 10 the cotangents. */
@inline
function adamVjpElements(
  row: usize,
  gradient: usize,
  gradientBar: usize,
  begin: usize,
  end: usize,
  whole: bool,
): usize {
  const parameter = address(0) + row;
  const first = address(1) + row;
  const second = address(2) + row;
  const parameterBar = address(8) + row;
  const firstBar = address(9) + row;
  const secondBar = address(10) + row;
  let at = begin;
  for (; at < end; at += whole ? 16 : 4) {
    let g = f32x4.mul(scalar(DECAY), fetch(parameter + at, whole));
    if (gradient) g = f32x4.add(fetch(gradient + at, whole), g);
    const c2g = f32x4.mul(scalar(C2), g);
    const oldM = f32x4.mul(scalar(B1), fetch(first + at, whole));
    const oldV = f32x4.mul(scalar(B2), fetch(second + at, whole));
    const m = f32x4.add(oldM, f32x4.mul(scalar(C1), g));
    const v = f32x4.add(oldV, f32x4.mul(c2g, g));
    const root = f32x4.sqrt(f32x4.mul(v, scalar(INVERSE2)));
    const denominator = f32x4.add(root, scalar(EPSILON));
    const pBar = fetch(parameterBar + at, whole);
    const scaled = f32x4.div(f32x4.mul(scalar(RATE), pBar), denominator);
    const twice = f32x4.div(scaled, denominator);
    // The derivative of the square root at exactly 0 is taken as 0.
    const slope = v128.andnot(f32x4.div(scalar(INVERSE2), root), f32x4.eq(root, f32x4.splat(0)));
    const oldMBar = fetch(firstBar + at, whole);
    const oldVBar = fetch(secondBar + at, whole);
    const mBar = f32x4.sub(oldMBar, scaled);
    const vBar = f32x4.add(oldVBar, f32x4.mul(f32x4.mul(twice, m), f32x4.mul(slope, scalar(HALF))));
    // The step's own share of gBar without the terms in g^2, which cancel (`reference-fused.ts`).
    const kept = f32x4.sub(f32x4.mul(oldM, c2g), f32x4.mul(oldV, scalar(C1)));
    const own = f32x4.mul(twice, f32x4.sub(f32x4.mul(kept, slope), scalar(C1_EPSILON)));
    const passed = f32x4.add(f32x4.mul(scalar(C1), oldMBar), f32x4.mul(f32x4.add(c2g, c2g), oldVBar));
    const gBar = f32x4.add(passed, own);
    put(firstBar + at, f32x4.mul(scalar(B1), mBar), whole);
    put(secondBar + at, f32x4.mul(scalar(B2), vBar), whole);
    put(parameterBar + at, f32x4.add(pBar, f32x4.mul(scalar(DECAY), gBar)), whole);
    if (gradient) put(gradientBar + at, gBar, whole);
  }
  return at;
}

function adamVjpRow(row: usize, gradient: usize, gradientBar: usize, count: i32): void {
  const at = adamVjpElements(row, gradient, gradientBar, 0, floats(count & ~3), true);
  adamVjpElements(row, gradient, gradientBar, at, floats(count), false);
}

/** Arguments 0 to 7 as `adamChunk`; 8 to 10 cotangents of parameter, first, second; 11 cotangent of the values. */
export function adamVjpChunk(chunk: i32): void {
  const columns = word(4);
  const slots = address(6);
  const begin = chunk * word(7);
  const end = min(begin + word(7), word(3));
  const stride = floats(columns);
  if (!slots) {
    const at = <usize>begin * stride;
    adamVjpRow(at, address(5) + at, address(11) + at, (end - begin) * columns);
    return;
  }
  for (let row = begin; row < end; row++) {
    const slot = load<i32>(slots + floats(row));
    const from = <usize>slot * stride;
    const gradient = slot < 0 ? <usize>0 : address(5) + from;
    adamVjpRow(<usize>row * stride, gradient, address(11) + from, columns);
  }
}
