/**
 * Replays the Adam steps in which a row had no gradient, all of them at once.
 *
 * With m and v the row's moments at its last step s, the d-th step after it moves a parameter by
 *
 *     m a_d / (sqrt(v) + e_d),   a_d = lr h(s+d) / (1 - b1^(s+d)) * b1^d / b2^(d/2),   e_d = eps h(s+d) / b2^(d/2),
 *
 * h(t) = sqrt(1 - b2^t). The a_d are weights that fall like (b1 / sqrt(b2))^d, and e_d hardly varies where they count: so
 * with A = sum a_d, and E and V the mean and variance of e_d under these weights,
 *
 *     sum_d a_d / (r + e_d) = A x (1 + V x^2 + R),   x = 1 / (r + E),   |R| <= 2 D V x^3 while D x <= 1/2,
 *
 * D the largest |e_d - E|. (1 / (1 + y) = 1 - y + y^2 - y^3 / (1 + y) with y = (e_d - E) x; the mean of y is 0.) A vector
 * where that bound exceeds 2^-25 goes step by step. Sums over d come from the schedule (`src/kernels/replay-schedule.ts`)
 * as differences of infinite sums; steps beyond `reach` move nothing that float32 could show.
 */

import { REPLAY_RECORD } from '../src/kernels/wasm/layout';
import { spare } from './gemm';
import { address, floats, number, word } from './job';
import { shorten } from './row-steps';
import { storeOne } from './simd';

/** Scalars of a row, kept in the thread's scratch and read where they are used: the offset of each. */
@inline
const SUM: usize = 0; // A
@inline
const MEAN: usize = 4; // E
@inline
const VARIANCE: usize = 8; // V
@inline
const NEAR: usize = 12; // below this sqrt(v), step by step
@inline
const DECAY1: usize = 16; // b1^n
@inline
const DECAY2: usize = 20; // b2^n

@inline
function scalar(offset: usize): v128 {
  return v128.load_splat<f32>(spare + offset);
}

/** The record of step t: sums of a, a e, a e^2 from t on; b1^t; b2^t; lr h / (1 - b1^t); eps h. */
@inline
function record(t: i32): usize {
  return address(7) + <usize>t * REPLAY_RECORD;
}

/** Writes the scalars of a row whose last step is `last`; returns the number of steps that move it. */
function prepare(last: i32, step: i32): i32 {
  const skipped = step - last;
  const steps = min(skipped, word(9));
  const from = record(last);
  const to = record(last + steps);
  const power = record(steps);
  const b1 = load<f64>(power, 24);
  const b2 = load<f64>(power, 32);
  const root = sqrt(b2);
  const sum = load<f64>(from) - (b1 / root) * load<f64>(to);
  const mean = (load<f64>(from, 8) - (b1 / b2) * load<f64>(to, 8)) / sum;
  const square = (load<f64>(from, 16) - (b1 / (b2 * root)) * load<f64>(to, 16)) / sum;
  const variance = max(0, square - mean * mean);
  const least = load<f64>(record(last + 1), 48) / sqrt(load<f64>(record(1), 32));
  const spread = max(load<f64>(to, 48) / root - mean, mean - least);
  const bound = max(Math.cbrt(spread * variance * <f64>67108864), 2 * spread);
  store<f32>(spare + SUM, <f32>sum);
  store<f32>(spare + MEAN, <f32>mean);
  store<f32>(spare + VARIANCE, <f32>variance);
  store<f32>(spare + NEAR, <f32>(bound - mean));
  store<f32>(spare + DECAY1, <f32>load<f64>(record(skipped), 24));
  store<f32>(spare + DECAY2, <f32>load<f64>(record(skipped), 32));
  return steps;
}

/** sum_d a_d / (r + e_d), step by step, the smallest first so that rounding does not add up. */
function stepByStep(r: v128, last: i32, steps: i32): v128 {
  let total = f32x4.splat(0);
  for (let d = steps; d > 0; d--) {
    const power = record(d);
    const at = record(last + d);
    const root = sqrt(load<f64>(power, 32));
    const a = <f32>((load<f64>(at, 40) * load<f64>(power, 24)) / root);
    const e = <f32>(load<f64>(at, 48) / root);
    total = f32x4.add(total, f32x4.div(f32x4.splat(a), f32x4.add(r, f32x4.splat(e))));
  }
  return total;
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

/** Elements [at, end) of one row (byte offsets), four at a time or one. Returns where it stopped. */
@inline
function replayElements(row: usize, begin: usize, end: usize, whole: bool, last: i32, steps: i32): usize {
  const parameter = address(0) + row;
  const first = address(1) + row;
  const second = address(2) + row;
  let at = begin;
  for (; at < end; at += whole ? 16 : 4) {
    const m = fetch(first + at, whole);
    const v = fetch(second + at, whole);
    const r = f32x4.sqrt(v);
    const x = f32x4.div(f32x4.splat(1), f32x4.add(r, scalar(MEAN)));
    const y = f32x4.mul(f32x4.mul(x, x), scalar(VARIANCE));
    let sum = f32x4.add(x, f32x4.mul(x, y));
    sum = f32x4.mul(sum, scalar(SUM));
    const doubtful = v128.and(f32x4.lt(r, scalar(NEAR)), f32x4.ne(m, f32x4.splat(0)));
    if (v128.any_true(doubtful)) sum = stepByStep(r, last, steps);
    put(parameter + at, f32x4.sub(fetch(parameter + at, whole), f32x4.mul(m, sum)), whole);
    put(first + at, f32x4.mul(m, scalar(DECAY1)), whole);
    put(second + at, f32x4.mul(v, scalar(DECAY2)), whole);
  }
  return at;
}

function replayRow(row: usize, columns: i32, last: i32, steps: i32): void {
  const at = replayElements(row, 0, floats(columns & ~3), true, last, steps);
  replayElements(row, at, floats(columns), false, last, steps);
}

/**
 * Arguments: 0 parameter, 1 first, 2 second, 3 rows, 4 columns, 5 row numbers, 6 last steps, 7 schedule, 8 step, 9 reach,
 * 10 rows a chunk, 11 largest norm.
 */
export function replayChunk(chunk: i32): void {
  const columns = word(4);
  const step = word(8);
  const end = min((chunk + 1) * word(10), word(3));
  for (let k = chunk * word(10); k < end; k++) {
    const row = load<i32>(address(5) + floats(k));
    const last = load<i32>(address(6) + floats(row));
    if (last >= step) continue;
    store<i32>(address(6) + floats(row), step);
    // A row that no step has reached has moments 0: it does not move.
    if (last == 0) continue;
    const at = <usize>row * floats(columns);
    const steps = prepare(last, step);
    replayRow(at, columns, last, steps);
    shorten(address(0) + at, columns, number(11));
  }
}
