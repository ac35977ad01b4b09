/** The fused Adam step and its vector-Jacobian product, over whole tables or tables with a row-sparse gradient. */

import { address, double, floats, word } from './job';
import { storeOne } from './simd';

/** A scalar of the step. Doubles: 0 learning rate, 1 b1, 2 b2, 3 epsilon, 4 decay, 5 1 - b1^t, 6 1 - b2^t. */
@inline
function splat(value: f64): v128 {
  return f32x4.splat(<f32>value);
}

/** `count` elements of one row; `gradient` 0 means a zero gradient. */
function adamRow(parameter: usize, first: usize, second: usize, gradient: usize, count: i32): void {
  const rate = splat(double(0));
  const b1 = splat(double(1));
  const b2 = splat(double(2));
  const epsilon = splat(double(3));
  const decay = splat(double(4));
  const correction1 = splat(double(5));
  const correction2 = splat(double(6));
  const c1 = splat(1 - double(1));
  const c2 = splat(1 - double(2));
  const end = parameter + floats(count);
  const wide = parameter + floats(count & ~3);
  while (parameter < end) {
    const whole = parameter < wide;
    const p = whole ? v128.load(parameter) : v128.load_splat<f32>(parameter);
    let g = f32x4.mul(decay, p);
    if (gradient) g = f32x4.add(whole ? v128.load(gradient) : v128.load_splat<f32>(gradient), g);
    const m0 = whole ? v128.load(first) : v128.load_splat<f32>(first);
    const v0 = whole ? v128.load(second) : v128.load_splat<f32>(second);
    const m = f32x4.add(f32x4.mul(b1, m0), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, v0), f32x4.mul(c2, f32x4.mul(g, g)));
    const denominator = f32x4.add(f32x4.sqrt(f32x4.div(v, correction2)), epsilon);
    const change = f32x4.div(f32x4.mul(rate, f32x4.div(m, correction1)), denominator);
    const next = f32x4.sub(p, change);
    if (whole) {
      v128.store(parameter, next);
      v128.store(first, m);
      v128.store(second, v);
    } else {
      storeOne(parameter, next);
      storeOne(first, m);
      storeOne(second, v);
    }
    const move: usize = whole ? 16 : 4;
    parameter += move;
    first += move;
    second += move;
    if (gradient) gradient += move;
  }
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
    const count = (end - begin) * columns;
    adamRow(address(0) + at, address(1) + at, address(2) + at, address(5) + at, count);
    return;
  }
  for (let row = begin; row < end; row++) {
    const at = <usize>row * stride;
    const slot = load<i32>(slots + floats(row));
    const gradient = slot < 0 ? <usize>0 : address(5) + <usize>slot * stride;
    adamRow(address(0) + at, address(1) + at, address(2) + at, gradient, columns);
  }
}

@inline
function fetch(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load_splat<f32>(at);
}

@inline
function put(at: usize, value: v128, whole: bool): void {
  if (whole) v128.store(at, value);
  else storeOne(at, value);
}

/** `count` elements of one row; tables 0 to 2 are the state, 8 to 10 the cotangents (see `adamVjpChunk`). */
function adamVjpRow(offset: usize, gradient: usize, gradientCotangent: usize, count: i32): void {
  const rate = splat(double(0));
  const b1 = splat(double(1));
  const b2 = splat(double(2));
  const epsilon = splat(double(3));
  const decay = splat(double(4));
  const correction1 = splat(double(5));
  const correction2 = splat(double(6));
  const c1 = splat(1 - double(1));
  const c2 = splat(1 - double(2));
  const two = f32x4.splat(2);
  const parameter = address(0) + offset;
  const first = address(1) + offset;
  const second = address(2) + offset;
  const parameterBar = address(8) + offset;
  const firstBar = address(9) + offset;
  const secondBar = address(10) + offset;
  const end = floats(count);
  const wide = floats(count & ~3);
  for (let at: usize = 0; at < end; ) {
    const whole = at < wide;
    const p = fetch(parameter + at, whole);
    let g = f32x4.mul(decay, p);
    if (gradient) g = f32x4.add(fetch(gradient + at, whole), g);
    const m = f32x4.add(f32x4.mul(b1, fetch(first + at, whole)), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, fetch(second + at, whole)), f32x4.mul(c2, f32x4.mul(g, g)));
    const root = f32x4.sqrt(f32x4.div(v, correction2));
    const denominator = f32x4.add(root, epsilon);
    const pBar = fetch(parameterBar + at, whole);
    const scaled = f32x4.div(f32x4.mul(rate, pBar), denominator);
    const mBar = f32x4.sub(fetch(firstBar + at, whole), f32x4.div(scaled, correction1));
    const rootBar = f32x4.div(f32x4.mul(scaled, f32x4.div(m, correction1)), denominator);
    const slope = f32x4.div(rootBar, f32x4.mul(f32x4.mul(two, root), correction2));
    const reached = v128.andnot(slope, f32x4.eq(root, f32x4.splat(0)));
    const vBar = f32x4.add(fetch(secondBar + at, whole), reached);
    const gBar = f32x4.add(f32x4.mul(c1, mBar), f32x4.mul(f32x4.mul(two, c2), f32x4.mul(g, vBar)));
    put(firstBar + at, f32x4.mul(b1, mBar), whole);
    put(secondBar + at, f32x4.mul(b2, vBar), whole);
    put(parameterBar + at, f32x4.add(pBar, f32x4.mul(decay, gBar)), whole);
    if (gradient) put(gradientCotangent + at, gBar, whole);
    at += whole ? 16 : 4;
  }
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
