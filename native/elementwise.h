// Elementwise maps over flat arrays in chunks of CHUNK_ELEMENTS, rows moved about, and sums in float64; arguments as in
// assembly/elementwise.ts, assembly/rows.ts and assembly/reductions.ts.

#pragma once

#include "dense.h"
#include "functions.h"

namespace {

/** out[i] = f(x[i]) for a range of elements. */
template <class F>
INLINE void mapOne(const float *x, float *out, int count, F f) {
  int i = 0;
  for (; i + LANES <= count; i += LANES) store(out + i, f(load(x + i)));
  if (i < count) storePart(out + i, f(loadPart(x + i, count - i)), count - i);
}

template <class F>
INLINE void mapTwo(const float *x, const float *y, float *out, int count, F f) {
  int i = 0;
  for (; i + LANES <= count; i += LANES) store(out + i, f(load(x + i), load(y + i)));
  if (i < count) storePart(out + i, f(loadPart(x + i, count - i), loadPart(y + i, count - i)), count - i);
}

INLINE vf reciprocal(vf x) { return keep(~(x == vf{}), splat(1) / x); }

/** The operation numbers are the index of the operation's name in the TypeScript table. */
void unaryChunk(const Job &job, int chunk) {
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * CHUNK_ELEMENTS;
  const int count = least(job.word(3) - begin, CHUNK_ELEMENTS);
  const float *x = job.floats(1) + begin;
  float *out = job.floats(2) + begin;
  switch (job.word(0)) {
  case 0: return mapOne(x, out, count, [](vf v) { return -v; });
  case 1: return mapOne(x, out, count, [](vf v) { return v * v; });
  case 2: return mapOne(x, out, count, root);
  case 3: return mapOne(x, out, count, reciprocal);
  case 4: return mapOne(x, out, count, expOf);
  case 5: return mapOne(x, out, count, logOf);
  case 6: return mapOne(x, out, count, tanhOf);
  case 7: return mapOne(x, out, count, sigmoidOf);
  case 8: return mapOne(x, out, count, softplusOf);
  case 9: return mapOne(x, out, count, [](vf v) { return keep(v > vf{}, splat(1)); });
  default: return mapOne(x, out, count, seluOf);
  }
}

void binaryChunk(const Job &job, int chunk) {
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * CHUNK_ELEMENTS;
  const int count = least(job.word(4) - begin, CHUNK_ELEMENTS);
  const float *x = job.floats(1) + begin, *y = job.floats(2) + begin;
  float *out = job.floats(3) + begin;
  switch (job.word(0)) {
  case 0: return mapTwo(x, y, out, count, [](vf a, vf b) { return a + b; });
  case 1: return mapTwo(x, y, out, count, [](vf a, vf b) { return a - b; });
  default: return mapTwo(x, y, out, count, [](vf a, vf b) { return a * b; });
  }
}

void affineChunk(const Job &job, int chunk) {
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * CHUNK_ELEMENTS;
  const int count = least(job.word(5) - begin, CHUNK_ELEMENTS);
  const vf alpha = splat(job.number(1)), beta = splat(job.number(2));
  const float *x = job.floats(0) + begin;
  float *out = job.floats(3) + begin;
  if (job.word(4)) mapTwo(x, out, out, count, [&](vf v, vf old) { return old + madd(alpha, v, beta); });
  else mapOne(x, out, count, [&](vf v) { return madd(alpha, v, beta); });
}

void fillChunk(const Job &job, int chunk) {
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * CHUNK_ELEMENTS;
  float *out = job.floats(0) + begin;
  const vf value = splat(job.number(1));
  mapOne(out, out, least(job.word(2) - begin, CHUNK_ELEMENTS), [&](vf) { return value; });
}

void copyChunk(const Job &job, int chunk) {
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * CHUNK_ELEMENTS;
  const int count = least(job.word(2) - begin, CHUNK_ELEMENTS);
  memmove(job.floats(1) + begin, job.floats(0) + begin, 4 * size_t(count));
}

void gatherChunk(const Job &job, int chunk) {
  const ptrdiff_t k = job.word(1);
  const int end = least((chunk + 1) * job.word(5), job.word(3));
  for (ptrdiff_t j = chunk * job.word(5); j < end; j++)
    mapOne(job.floats(0) + job.indices(2)[j] * k, job.floats(4) + j * k, k, [](vf v) { return v; });
}

void scatterAddChunk(const Job &job, int chunk) {
  const ptrdiff_t k = job.word(1);
  const vf alpha = splat(job.number(6));
  const int end = least((chunk + 1) * job.word(5), job.word(3));
  for (ptrdiff_t j = chunk * job.word(5); j < end; j++) {
    float *to = job.floats(4) + job.indices(2)[j] * k;
    mapTwo(job.floats(0) + j * k, to, to, k, [&](vf v, vf old) { return madd(alpha, v, old); });
  }
}

void repeatRowChunk(const Job &job, int chunk) {
  const ptrdiff_t n = job.word(1);
  const int end = least((chunk + 1) * job.word(4), job.word(0));
  for (ptrdiff_t i = chunk * job.word(4); i < end; i++) memcpy(job.floats(3) + i * n, job.floats(2), 4 * size_t(n));
}

void repeatColumnChunk(const Job &job, int chunk) {
  const ptrdiff_t n = job.word(1);
  const int end = least((chunk + 1) * job.word(4), job.word(0));
  for (ptrdiff_t i = chunk * job.word(4); i < end; i++) {
    float *row = job.floats(3) + i * n;
    const vf value = splat(job.floats(2)[i]);
    mapOne(row, row, n, [&](vf) { return value; });
  }
}

/** 16 lanes of float64. */
struct WideDouble {
  vd part[2 * PARTS];
};

INLINE vd promote(const float *from) { return __builtin_convertvector(loadAs<hf>(from), vd); }

INLINE double sumOf(const WideDouble &x) {
  double lanes[16];
  memcpy(lanes, x.part, sizeof lanes);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  return lanes[0];
}

/** Sum of `count` floats, or of their products with those of y. */
double sumFloats(const float *x, const float *y, int count) {
  WideDouble sum = {};
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int p = 0; p < 2 * PARTS; p++) {
      const int at = i + p * (LANES / 2);
      sum.part[p] += y ? promote(x + at) * promote(y + at) : promote(x + at);
    }
  }
  double total = sumOf(sum);
  for (; i < count; i++) total += y ? static_cast<double>(x[i]) * y[i] : x[i];
  return total;
}

void sumChunk(const Job &job, int chunk) {
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * CHUNK_ELEMENTS;
  job.array<double>(2)[chunk] = sumFloats(job.floats(0) + begin, nullptr, least(job.word(1) - begin, CHUNK_ELEMENTS));
}

void dotChunk(const Job &job, int chunk) {
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * CHUNK_ELEMENTS;
  const int count = least(job.word(1) - begin, CHUNK_ELEMENTS);
  job.array<double>(2)[chunk] = sumFloats(job.floats(0) + begin, job.floats(3) + begin, count);
}

void rowSumsChunk(const Job &job, int chunk) {
  const ptrdiff_t n = job.word(1);
  const int end = least((chunk + 1) * job.word(4), job.word(0));
  for (ptrdiff_t i = chunk * job.word(4); i < end; i++)
    job.floats(3)[i] = static_cast<float>(sumFloats(job.floats(2) + i * n, nullptr, n));
}

/** A strip of 8 columns, row after row. */
void columnSumsChunk(const Job &job, int chunk) {
  const ptrdiff_t m = job.word(0), n = job.word(1);
  const int column = chunk * 8, width = least(n - column, 8);
  const float *x = job.floats(2) + column;
  double total[8] = {};
  if (width == 8) {
    for (ptrdiff_t i = 0; i < m; i++)
      for (int j = 0; j < 8; j++) total[j] += x[i * n + j];
  } else {
    for (ptrdiff_t i = 0; i < m; i++)
      for (int j = 0; j < width; j++) total[j] += x[i * n + j];
  }
  for (int j = 0; j < width; j++) job.floats(3)[column + j] = static_cast<float>(total[j]);
}

} // namespace
