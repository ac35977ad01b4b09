/**
 * Vector exp, log, tanh, sigmoid, softplus and selu. Polynomials are interpolations at Chebyshev nodes made in float64;
 * their truncation error is under 1e-8, so what is left is float32 rounding (relative error about 2e-7 at most).
 *
 * Constants are read from memory, one broadcasting load each: as literals, V8 builds them anew inside every loop out of
 * four instructions.
 */

import { CONSTANTS } from '../src/kernels/wasm/layout';

@inline
const LARGEST_EXPONENT: usize = CONSTANTS + 0;
@inline
const SMALLEST_EXPONENT: usize = CONSTANTS + 4;
@inline
const LOG2_E: usize = CONSTANTS + 8;
@inline
const ROUNDER: usize = CONSTANTS + 12;
@inline
const LN2_HIGH: usize = CONSTANTS + 16;
@inline
const LN2_LOW: usize = CONSTANTS + 20;
@inline
const E5: usize = CONSTANTS + 24;
@inline
const E6: usize = CONSTANTS + 28;
@inline
const E4: usize = CONSTANTS + 32;
@inline
const E3: usize = CONSTANTS + 36;
@inline
const HALF: usize = CONSTANTS + 40;
@inline
const ONE: usize = CONSTANTS + 44;
@inline
const A1: usize = CONSTANTS + 48;
@inline
const A2: usize = CONSTANTS + 52;
@inline
const A3: usize = CONSTANTS + 56;
@inline
const A4: usize = CONSTANTS + 60;
@inline
const A5: usize = CONSTANTS + 64;
@inline
const A6: usize = CONSTANTS + 68;
@inline
const T1: usize = CONSTANTS + 72;
@inline
const T2: usize = CONSTANTS + 76;
@inline
const T3: usize = CONSTANTS + 80;
@inline
const T4: usize = CONSTANTS + 84;
@inline
const T5: usize = CONSTANTS + 88;
@inline
const T6: usize = CONSTANTS + 92;
@inline
const TWO: usize = CONSTANTS + 96;
@inline
const NEAR: usize = CONSTANTS + 100;
@inline
const SELU_SCALE: usize = CONSTANTS + 104;
@inline
const TWICE_SELU_SCALE_ALPHA: usize = CONSTANTS + 108;

/** Fills the table of constants; once, before anything else runs. */
export function writeConstants(): void {
  store<f32>(LARGEST_EXPONENT, 90);
  store<f32>(SMALLEST_EXPONENT, -105);
  store<f32>(LOG2_E, 1.44269504088896341);
  store<f32>(ROUNDER, 12582912);
  store<f32>(LN2_HIGH, 0.693359375);
  store<f32>(LN2_LOW, -2.12194440054690583e-4);
  store<f32>(E5, 0.008363173074549193);
  store<f32>(E6, 0.0013926176123976806);
  store<f32>(E4, 0.041666554662006944);
  store<f32>(E3, 0.1666657702559778);
  store<f32>(HALF, 0.5);
  store<f32>(ONE, 1);
  store<f32>(A1, 0.66666666650034);
  store<f32>(A2, 0.4000001076844102);
  store<f32>(A3, 0.28570305787882405);
  store<f32>(A4, 0.22264709989033324);
  store<f32>(A5, 0.17464712560162443);
  store<f32>(A6, 0.20787585970505218);
  store<f32>(T1, -0.3333333317214348);
  store<f32>(T2, 0.1333330355703027);
  store<f32>(T3, -0.053959259590127734);
  store<f32>(T4, 0.021768918714323755);
  store<f32>(T5, -0.008343945656841063);
  store<f32>(T6, 0.0022927449333731836);
  store<f32>(TWO, 2);
  store<f32>(NEAR, 0.625);
  store<f32>(SELU_SCALE, 1.0507009873554805);
  store<f32>(TWICE_SELU_SCALE_ALPHA, 3.5161986815953974);
}

@inline
function constant(at: usize): v128 {
  return v128.load_splat<f32>(at);
}

/** The constant at `at`, plus b * x. */
@inline
function next(at: usize, x: v128, b: v128): v128 {
  return f32x4.add(constant(at), f32x4.mul(b, x));
}

/** e^x: 2^n * (1 + r + r^2 q(r)), x = n ln 2 + r. Overflows to infinity, underflows gradually, NaN stays. */
@inline
export function exp4(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, constant(LARGEST_EXPONENT)), constant(SMALLEST_EXPONENT));
  // Adding 1.5 * 2^23 rounds to an integer, which then sits in the low bits.
  const rounder = constant(ROUNDER);
  const shifted = f32x4.add(f32x4.mul(bounded, constant(LOG2_E)), rounder);
  const n = f32x4.sub(shifted, rounder);
  let r = f32x4.sub(bounded, f32x4.mul(n, constant(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, constant(LN2_LOW)));
  let q = next(E5, r, constant(E6));
  q = next(E4, r, q);
  q = next(E3, r, q);
  q = next(HALF, r, q);
  const one = constant(ONE);
  const value = f32x4.add(one, f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q)));
  // 2^n in two factors, each a normal number; the bits of 1 are the exponent bias in place.
  const exponent = i32x4.sub(shifted, rounder);
  const half = i32x4.shr_s(exponent, 1);
  const low = i32x4.add(i32x4.shl(half, 23), one);
  const high = i32x4.add(i32x4.shl(i32x4.sub(exponent, half), 23), one);
  return f32x4.mul(f32x4.mul(value, low), high);
}

/** 2 atanh(s) for |s| <= 1/3. */
@inline
function twoAtanh(s: v128): v128 {
  const w = f32x4.mul(s, s);
  let q = next(A5, w, constant(A6));
  q = next(A4, w, q);
  q = next(A3, w, q);
  q = next(A2, w, q);
  q = next(A1, w, q);
  return f32x4.add(f32x4.add(s, s), f32x4.mul(s, f32x4.mul(w, q)));
}

/** Natural logarithm: -infinity at 0, NaN below, exact handling of subnormal numbers. */
@inline
export function log4(x: v128): v128 {
  const small = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, small);
  // The exponent of x / sqrt(1/2): the mantissa ends up in [sqrt(1/2), sqrt(2)).
  const shifted = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(shifted, 23);
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(small, f32x4.splat(23)));
  const one = constant(ONE);
  const s = f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one));
  const low = f32x4.add(twoAtanh(s), f32x4.mul(e, constant(LN2_LOW)));
  let result = f32x4.add(low, f32x4.mul(e, constant(LN2_HIGH)));
  result = v128.bitselect(f32x4.splat(-Infinity), result, f32x4.eq(x, f32x4.splat(0)));
  result = v128.bitselect(x, result, f32x4.eq(x, f32x4.splat(Infinity)));
  const defined = f32x4.ge(x, f32x4.splat(0));
  return v128.bitselect(result, f32x4.splat(NaN), defined);
}

/** tanh: an odd polynomial up to 0.625, 1 - 2 / (e^(2|x|) + 1) above. */
@inline
export function tanh4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let q = next(T5, z, constant(T6));
  q = next(T4, z, q);
  q = next(T3, z, q);
  q = next(T2, z, q);
  q = next(T1, z, q);
  const near = f32x4.add(x, f32x4.mul(x, f32x4.mul(z, q)));
  const grown = exp4(f32x4.add(magnitude, magnitude));
  const one = constant(ONE);
  const far = f32x4.sub(one, f32x4.div(constant(TWO), f32x4.add(grown, one)));
  const signed = v128.or(far, v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(near, signed, f32x4.lt(magnitude, constant(NEAR)));
}

/** 1 / (1 + e^-x), from e^-|x| so that nothing overflows. */
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const one = constant(ONE);
  const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|), log1p(y) = 2 atanh(y / (2 + y)). */
@inline
export function softplus4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const s = f32x4.div(e, f32x4.add(constant(TWO), e));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), twoAtanh(s));
}

/** scale * x above 0, else scale * alpha * (e^x - 1), e^x - 1 = 2 t / (1 - t) with t = tanh(x / 2): no cancellation near 0. */
@inline
export function selu4(x: v128): v128 {
  const t = tanh4(f32x4.mul(x, constant(HALF)));
  const below = f32x4.div(f32x4.mul(constant(TWICE_SELU_SCALE_ALPHA), t), f32x4.sub(constant(ONE), t));
  return v128.bitselect(f32x4.mul(constant(SELU_SCALE), x), below, f32x4.gt(x, f32x4.splat(0)));
}
