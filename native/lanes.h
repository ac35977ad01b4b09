// One vector of the processor, and sums over 16 lanes that do not depend on how wide it is.
//
// The kernels are written once, over a vector `vf` of LANES floats: 16 with AVX-512, 8 with AVX2, 4 with NEON. What is
// summed over lanes goes through `Wide`, 16 lanes made of as many vectors as that takes, folded in one order; every
// multiply-add rounds once (compile with -ffp-contract=off, so that no other does). So all three give the same bits.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__) && defined(__FMA__)
#define LANES 8
#elif defined(__ARM_NEON) && defined(__aarch64__)
#define LANES 4
#else
#error "expected AVX-512, AVX2 with FMA, or 64-bit NEON"
#endif

#if LANES == 4
#include <arm_neon.h>
#else
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

namespace {

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));
typedef float f4 __attribute__((vector_size(16)));
/** Half a vector of floats, and what it becomes in double precision. */
typedef float hf __attribute__((vector_size(2 * LANES)));
typedef double vd __attribute__((vector_size(4 * LANES)));

INLINE vf splat(float x) { return x - vf{}; }

template <class V>
INLINE V loadAs(const void *from) {
  V value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE vf load(const float *from) { return loadAs<vf>(from); }
template <class V>
INLINE void store(void *to, V value) {
  memcpy(to, &value, sizeof value);
}

#if LANES == 16

INLINE vf madd(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vf root(vf x) { return _mm512_sqrt_ps(x); }
INLINE vf largerOf(vf x, vf y) { return _mm512_max_ps(y, x); }
INLINE vf smallerOf(vf x, vf y) { return _mm512_min_ps(y, x); }
INLINE __mmask16 firstLanes(int count) { return static_cast<__mmask16>((1u << count) - 1); }
INLINE vf loadPart(const float *from, int count) { return _mm512_maskz_loadu_ps(firstLanes(count), from); }
INLINE void storePart(float *to, vf x, int count) { _mm512_mask_storeu_ps(to, firstLanes(count), x); }
INLINE int countAbove(vf x, vf y) { return __builtin_popcount(_mm512_cmp_ps_mask(x, y, _CMP_GT_OQ)); }
INLINE int countAtLeast(vf x, vf y) { return __builtin_popcount(_mm512_cmp_ps_mask(x, y, _CMP_GE_OQ)); }

#elif LANES == 8

INLINE vf madd(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
INLINE vf root(vf x) { return _mm256_sqrt_ps(x); }
INLINE vf largerOf(vf x, vf y) { return _mm256_max_ps(y, x); }
INLINE vf smallerOf(vf x, vf y) { return _mm256_min_ps(y, x); }
INLINE __m256i firstLanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE vf loadPart(const float *from, int count) { return _mm256_maskload_ps(from, firstLanes(count)); }
INLINE void storePart(float *to, vf x, int count) { _mm256_maskstore_ps(to, firstLanes(count), x); }
INLINE int countAbove(vf x, vf y) {
  return __builtin_popcount(_mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_GT_OQ)));
}
INLINE int countAtLeast(vf x, vf y) {
  return __builtin_popcount(_mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_GE_OQ)));
}

#else

INLINE vf madd(vf a, vf b, vf c) { return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
INLINE vf root(vf x) { return (vf)vsqrtq_f32((float32x4_t)x); }
INLINE vf largerOf(vf x, vf y) { return x < y ? y : x; }
INLINE vf smallerOf(vf x, vf y) { return y < x ? y : x; }
INLINE vf loadPart(const float *from, int count) {
  float lanes[4] = {0, 0, 0, 0};
  for (int i = 0; i < count; i++) lanes[i] = from[i];
  return load(lanes);
}
INLINE void storePart(float *to, vf x, int count) {
  for (int i = 0; i < count; i++) to[i] = x[i];
}
INLINE int countLanes(vi mask) { return -vaddvq_s32((int32x4_t)mask); }
INLINE int countAbove(vf x, vf y) { return countLanes(x > y); }
INLINE int countAtLeast(vf x, vf y) { return countLanes(x >= y); }

#endif

// largerOf(x, y) is y where x < y, else x; smallerOf likewise: an x that is no number stays.

/** The first `count` lanes, the rest 0; all of them from LANES on, none below 1. */
INLINE vf loadSome(const float *from, int count) {
  if (count >= LANES) return load(from);
  return count > 0 ? loadPart(from, count) : vf{};
}

INLINE void storeSome(float *to, vf x, int count) {
  if (count >= LANES) store(to, x);
  else if (count > 0) storePart(to, x, count);
}

INLINE vf magnitude(vf x) { return (vf)((vi)x & 0x7fffffff); }
/** x where the lane of the mask is set, else 0. */
INLINE vf keep(vi mask, vf x) { return (vf)((vi)x & mask); }

constexpr int PARTS = 16 / LANES;

/** 16 lanes. */
struct Wide {
  vf part[PARTS];
};

/** What a sum over the elements of two rows is made of. */
struct Product {
  INLINE vf add(vf a, vf b, vf sum) { return madd(a, b, sum); }
};
struct SquaredDifference {
  INLINE vf add(vf a, vf b, vf sum) { return madd(a - b, a - b, sum); }
};

/** Adds 16 terms, with a and b read from memory. */
template <class Term>
INLINE void addTerms(Wide &sum, const float *a, const float *b) {
  for (int p = 0; p < PARTS; p++) sum.part[p] = Term::add(load(a + p * LANES), load(b + p * LANES), sum.part[p]);
}

/** The same for the first `count` < 16 of them. */
template <class Term>
INLINE void addSomeTerms(Wide &sum, const float *a, const float *b, int count) {
  for (int p = 0; p < PARTS; p++) {
    const int rest = count - p * LANES;
    sum.part[p] = Term::add(loadSome(a + p * LANES, rest), loadSome(b + p * LANES, rest), sum.part[p]);
  }
}

INLINE Wide operator+(Wide a, Wide b) {
  for (int p = 0; p < PARTS; p++) a.part[p] += b.part[p];
  return a;
}

/** 16 lanes to 4: halves added twice. */
INLINE f4 fold(Wide x) {
#if LANES == 16
  const __m256 low = _mm512_castps512_ps256(x.part[0]);
  const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x.part[0]), 1));
  const __m256 eight = _mm256_add_ps(low, high);
#elif LANES == 8
  const __m256 eight = x.part[0] + x.part[1];
#endif
#if LANES > 4
  return (f4)_mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
#else
  return (x.part[0] + x.part[2]) + (x.part[1] + x.part[3]);
#endif
}

INLINE float sumOf(Wide x) {
  const f4 four = fold(x);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

/** Transposes the 4 x 4 block with these rows. */
INLINE void transpose(f4 &r0, f4 &r1, f4 &r2, f4 &r3) {
#if LANES > 4
  __m128 x0 = r0, x1 = r1, x2 = r2, x3 = r3;
  _MM_TRANSPOSE4_PS(x0, x1, x2, x3);
  r0 = x0;
  r1 = x1;
  r2 = x2;
  r3 = x3;
#else
  const float32x4_t low02 = vzip1q_f32((float32x4_t)r0, (float32x4_t)r2);
  const float32x4_t high02 = vzip2q_f32((float32x4_t)r0, (float32x4_t)r2);
  const float32x4_t low13 = vzip1q_f32((float32x4_t)r1, (float32x4_t)r3);
  const float32x4_t high13 = vzip2q_f32((float32x4_t)r1, (float32x4_t)r3);
  r0 = (f4)vzip1q_f32(low02, low13);
  r1 = (f4)vzip2q_f32(low02, low13);
  r2 = (f4)vzip1q_f32(high02, high13);
  r3 = (f4)vzip2q_f32(high02, high13);
#endif
}

/** The sums of four, each in the order of `sumOf`. */
INLINE f4 sumsOf(Wide x0, Wide x1, Wide x2, Wide x3) {
  f4 a = fold(x0), b = fold(x1), c = fold(x2), d = fold(x3);
  transpose(a, b, c, d);
  return (a + c) + (b + d);
}

} // namespace
