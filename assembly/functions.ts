/**
 * Vector exp, log, tanh, sigmoid and softplus. Polynomials are interpolations at Chebyshev nodes made in float64;
 * their truncation error is under 1e-8, so what is left is float32 rounding (relative error about 2e-7 at most).
 */

// @ts-ignore: decorator
@inline
const LN2_HIGH: f32 = 0.693359375; // 9 bits: n * LN2_HIGH is exact

// @ts-ignore: decorator
@inline
const LN2_LOW: f32 = -2.12194440054690583e-4;

/** a + b * x */
// @ts-ignore: decorator
@inline
function next(a: f32, x: v128, b: v128): v128 {
  return f32x4.add(f32x4.splat(a), f32x4.mul(b, x));
}

/** e^x: 2^n * (1 + r + r^2 q(r)), x = n ln 2 + r. Overflows to infinity, underflows gradually, NaN stays. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const bounded = f32x4.max(f32x4.min(x, f32x4.splat(90)), f32x4.splat(-105));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let q = next(0.008363173074549193, r, f32x4.splat(0.0013926176123976806));
  q = next(0.041666554662006944, r, q);
  q = next(0.1666657702559778, r, q);
  q = next(0.5, r, q);
  const value = f32x4.add(f32x4.splat(1), f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q)));
  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  const bias = i32x4.splat(127);
  const low = i32x4.shl(i32x4.add(half, bias), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(exponent, half), bias), 23);
  return f32x4.mul(f32x4.mul(value, low), high);
}

/** 2 atanh(s) for |s| <= 1/3. */
// @ts-ignore: decorator
@inline
function twoAtanh(s: v128): v128 {
  const w = f32x4.mul(s, s);
  let q = next(0.17464712560162443, w, f32x4.splat(0.20787585970505218));
  q = next(0.22264709989033324, w, q);
  q = next(0.28570305787882405, w, q);
  q = next(0.4000001076844102, w, q);
  q = next(0.66666666650034, w, q);
  return f32x4.add(f32x4.add(s, s), f32x4.mul(s, f32x4.mul(w, q)));
}

/** Natural logarithm: -infinity at 0, NaN below, exact handling of subnormal numbers. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const small = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, small);
  // The exponent of x / sqrt(1/2): the mantissa ends up in [sqrt(1/2), sqrt(2)).
  const shifted = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(shifted, 23);
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(small, f32x4.splat(23)));
  const one = f32x4.splat(1);
  const s = f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one));
  const low = f32x4.add(twoAtanh(s), f32x4.mul(e, f32x4.splat(LN2_LOW)));
  let result = f32x4.add(low, f32x4.mul(e, f32x4.splat(LN2_HIGH)));
  result = v128.bitselect(f32x4.splat(-Infinity), result, f32x4.eq(x, f32x4.splat(0)));
  result = v128.bitselect(x, result, f32x4.eq(x, f32x4.splat(Infinity)));
  const defined = f32x4.ge(x, f32x4.splat(0));
  return v128.bitselect(result, f32x4.splat(NaN), defined);
}

/** tanh: an odd polynomial up to 0.625, 1 - 2 / (e^(2|x|) + 1) above. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let q = next(-0.008343945656841063, z, f32x4.splat(0.0022927449333731836));
  q = next(0.021768918714323755, z, q);
  q = next(-0.053959259590127734, z, q);
  q = next(0.1333330355703027, z, q);
  q = next(-0.3333333317214348, z, q);
  const near = f32x4.add(x, f32x4.mul(x, f32x4.mul(z, q)));
  const grown = exp4(f32x4.add(magnitude, magnitude));
  const one = f32x4.splat(1);
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(grown, one)));
  const signed = v128.or(far, v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(near, signed, f32x4.lt(magnitude, f32x4.splat(0.625)));
}

/** 1 / (1 + e^-x), from e^-|x| so that nothing overflows. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const one = f32x4.splat(1);
  const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|), log1p(y) = 2 atanh(y / (2 + y)). */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const s = f32x4.div(e, f32x4.add(f32x4.splat(2), e));
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), twoAtanh(s));
}
