// The fused softmax cross-entropy, one block of users at a time, and the softmax of stored rows; what each chunk does and
// its arguments are in assembly/softmax.ts and assembly/softmax-rows.ts.

#pragma once

#include "dense.h"
#include "functions.h"

namespace {

/** The largest of `count` values. */
float largestIn(const float *at, int count) {
  Wide four;
  for (vf &part : four.part) part = splat(-INFINITY);
  int i = 0;
  for (; i + 16 <= count; i += 16)
    for (int p = 0; p < PARTS; p++) four.part[p] = largerOf(four.part[p], load(at + i + p * LANES));
  vf all = four.part[0];
  for (int p = 1; p < PARTS; p++) all = largerOf(all, four.part[p]);
  float largest = -INFINITY;
  for (int lane = 0; lane < LANES; lane++) largest = all[lane] > largest ? all[lane] : largest;
  for (; i < count; i++) largest = at[i] > largest ? at[i] : largest;
  return largest;
}

/** Sum of exp(x - largest) over at most SOFTMAX_ITEMS values, each stored at `out` unless that is null. */
INLINE float exponentialsRun(const float *x, int count, vf shift, float *out) {
  Wide total = {};
  for (int i = 0; i < count; i += 16) {
    for (int p = 0; p < PARTS; p++) {
      const int at = i + p * LANES, lanes = count - at;
      if (lanes <= 0) break;
      const vf e = expOf(loadSome(x + at, lanes) - shift);
      if (out) storeSome(out + at, e, lanes);
      if (lanes >= LANES) {
        total.part[p] += e;
      } else {
        float some[LANES];
        store(some, e);
        total.part[p] += loadPart(some, lanes);
      }
    }
  }
  return sumOf(total);
}

/** The same over any number of values: in float64 beyond runs of SOFTMAX_ITEMS, so that the error does not grow. */
double exponentials(const float *x, int count, float largest, float *out) {
  double sum = 0;
  for (int first = 0; first < count; first += SOFTMAX_ITEMS) {
    const int length = least(count - first, SOFTMAX_ITEMS);
    sum += exponentialsRun(x + first, length, splat(largest), out ? out + first : nullptr);
  }
  return sum;
}

void softmaxRowsChunk(const Job &job, int chunk) {
  const int n = job.word(1);
  const int last = least((chunk + 1) * job.word(5), job.word(0));
  for (ptrdiff_t row = chunk * job.word(5); row < last; row++) {
    const float *x = job.floats(2) + row * n;
    float *out = job.floats(3) ? job.floats(3) + row * n : nullptr;
    const float largest = largestIn(x, n);
    const double normaliser = exponentials(x, n, largest, out);
    if (job.floats(4)) job.floats(4)[row] = largest + logOf(splat(static_cast<float>(normaliser)))[0];
    const vf factor = splat(static_cast<float>(1 / normaliser));
    for (int i = 0; out && i < n; i += LANES) storeSome(out + i, factor * loadSome(out + i, n - i), n - i);
  }
}

/** The range of items of a chunk, in a block of users. */
struct Range {
  int users, n, k, first, count;
};

INLINE Range rangeOf(const Job &job, int chunk) {
  const int n = job.word(3), first = chunk * SOFTMAX_ITEMS;
  return {job.word(1), n, job.word(4), first, least(n - first, SOFTMAX_ITEMS)};
}

/** Scores of a range of items, and the largest of each user. */
void logitsChunk(const Job &job, int chunk) {
  const auto [users, n, k, first, count] = rangeOf(job, chunk);
  float *scores = job.floats(5) + first;
  const float *items = job.floats(2) + static_cast<ptrdiff_t>(first) * k;
  gemm(job, users, count, k, {job.floats(0), k, false}, {items, k, true}, {scores, n, 1, false}, false);
  float *maxima = job.floats(6) + static_cast<ptrdiff_t>(chunk) * users;
  for (ptrdiff_t u = 0; u < users; u++) maxima[u] = largestIn(scores + u * n, count);
}

float rowMaximum(const Job &job, int u) {
  const ptrdiff_t users = job.word(1), chunks = job.word(8);
  float largest = -INFINITY;
  for (ptrdiff_t c = 0; c < chunks; c++) {
    const float value = job.floats(6)[c * users + u];
    largest = value > largest ? value : largest;
  }
  return largest;
}

/** Scores to exponentials, and their sum a user. */
void exponentialsChunk(const Job &job, int chunk) {
  const auto [users, n, k, first, count] = rangeOf(job, chunk);
  double *sums = job.array<double>(7) + static_cast<ptrdiff_t>(chunk) * users;
  for (ptrdiff_t u = 0; u < users; u++) {
    float *at = job.floats(5) + u * n + first;
    sums[u] = exponentials(at, count, rowMaximum(job, u), at);
  }
}

/** Rows of gradItems, and the range's part of gradUsers. */
void gradientsChunk(const Job &job, int chunk) {
  const auto [users, n, k, first, count] = rangeOf(job, chunk);
  const float *scores = job.floats(5) + first;
  const Output items = {job.floats(14) + static_cast<ptrdiff_t>(first) * k, k, 1, job.word(16) == 0};
  gemm(job, count, k, users, {scores, n, true}, {job.floats(12), k, false}, items, false);
  const float *factors = job.floats(2) + static_cast<ptrdiff_t>(first) * k;
  const Output partial = {job.floats(13) + static_cast<ptrdiff_t>(chunk) * users * k, k, 1, false};
  gemm(job, users, k, count, {scores, n, false}, {factors, k, false}, partial, false);
}

/** gradUsers of the block: factors times the partial sums, in order of the ranges. */
void softmaxUsersChunk(const Job &job, int chunk) {
  const ptrdiff_t users = job.word(1), k = job.word(4), chunks = job.word(8);
  const int end = least((chunk + 1) * job.word(17), users);
  for (ptrdiff_t u = chunk * job.word(17); u < end; u++) {
    const vf factor = splat(job.floats(11)[u]);
    for (int l = 0; l < k; l += LANES) {
      vf total = {};
      for (ptrdiff_t c = 0; c < chunks; c++) total += loadSome(job.floats(13) + (c * users + u) * k + l, k - l);
      storeSome(job.floats(15) + u * k + l, factor * total, k - l);
    }
  }
}

} // namespace
