// Vector exp, log, tanh, sigmoid, softplus and selu: the polynomials of assembly/functions.ts, with multiply-adds.

#pragma once

#include "lanes.h"

namespace {

INLINE vf next(float constant, vf x, vf b) { return madd(b, x, splat(constant)); }

/** e^x: 2^n * (1 + r + r^2 q(r)), x = n ln 2 + r. Overflows to infinity, underflows gradually, NaN stays. */
INLINE vf expOf(vf x) {
  const vf bounded = largerOf(smallerOf(x, splat(90)), splat(-105));
  // Adding 1.5 * 2^23 rounds to an integer, which then sits in the low bits.
  const vf rounder = splat(12582912);
  const vf shifted = madd(bounded, splat(1.44269504088896341f), rounder);
  const vf n = shifted - rounder;
  vf r = madd(n, splat(-0.693359375f), bounded);
  r = madd(n, splat(2.12194440054690583e-4f), r);
  vf q = next(0.008363173074549193f, r, splat(0.0013926176123976806f));
  q = next(0.041666554662006944f, r, q);
  q = next(0.1666657702559778f, r, q);
  q = next(0.5f, r, q);
  const vf value = splat(1) + madd(r * r, q, r);
  // 2^n in two factors, each a normal number; the bits of 1 are the exponent bias in place.
  const vi exponent = (vi)shifted - (vi)rounder;
  const vi half = exponent >> 1;
  const vf low = (vf)((half << 23) + 0x3f800000);
  const vf high = (vf)(((exponent - half) << 23) + 0x3f800000);
  return value * low * high;
}

/** 2 atanh(s) for |s| <= 1/3. */
INLINE vf twoAtanh(vf s) {
  const vf w = s * s;
  vf q = next(0.17464712560162443f, w, splat(0.20787585970505218f));
  q = next(0.22264709989033324f, w, q);
  q = next(0.28570305787882405f, w, q);
  q = next(0.4000001076844102f, w, q);
  q = next(0.66666666650034f, w, q);
  return madd(s, w * q, s + s);
}

/** Natural logarithm: -infinity at 0, NaN below, exact handling of subnormal numbers. */
INLINE vf logOf(vf x) {
  const vi small = x < splat(1.17549435e-38f);
  const vf scaled = small ? x * splat(8388608) : x;
  // The exponent of x / sqrt(1/2): the mantissa ends up in [sqrt(1/2), sqrt(2)).
  const vi shifted = (vi)scaled - 0x3f3504f3;
  const vf mantissa = (vf)((shifted & 0x007fffff) + 0x3f3504f3);
  const vf e = __builtin_convertvector(shifted >> 23, vf) - keep(small, splat(23));
  const vf one = splat(1);
  const vf s = (mantissa - one) / (mantissa + one);
  const vf low = madd(e, splat(-2.12194440054690583e-4f), twoAtanh(s));
  vf result = madd(e, splat(0.693359375f), low);
  result = x == vf{} ? splat(-INFINITY) : result;
  result = x == splat(INFINITY) ? x : result;
  return x >= vf{} ? result : splat(NAN);
}

/** tanh: an odd polynomial up to 0.625, 1 - 2 / (e^(2|x|) + 1) above. */
INLINE vf tanhOf(vf x) {
  const vf size = magnitude(x);
  const vf z = x * x;
  vf q = next(-0.008343945656841063f, z, splat(0.0022927449333731836f));
  q = next(0.021768918714323755f, z, q);
  q = next(-0.053959259590127734f, z, q);
  q = next(0.1333330355703027f, z, q);
  q = next(-0.3333333317214348f, z, q);
  const vf near = madd(x, z * q, x);
  const vf one = splat(1);
  const vf far = one - splat(2) / (expOf(size + size) + one);
  const vf back = (vf)((vi)far | ((vi)x & INT32_MIN));
  return size < splat(0.625f) ? near : back;
}

/** 1 / (1 + e^-x), from e^-|x| so that nothing overflows. */
INLINE vf sigmoidOf(vf x) {
  const vf e = expOf(-magnitude(x));
  const vf one = splat(1);
  return (x < vf{} ? e : one) / (one + e);
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|), log1p(y) = 2 atanh(y / (2 + y)). */
INLINE vf softplusOf(vf x) {
  const vf e = expOf(-magnitude(x));
  return largerOf(x, vf{}) + twoAtanh(e / (splat(2) + e));
}

/** scale * x above 0, else scale * alpha * (e^x - 1), e^x - 1 = 2 t / (1 - t) with t = tanh(x / 2). */
INLINE vf seluOf(vf x) {
  const vf t = tanhOf(x * splat(0.5f));
  const vf below = splat(3.5161986815953974f) * t / (splat(1) - t);
  return x > vf{} ? splat(1.0507009873554805f) * x : below;
}

} // namespace
