// Sparse times dense, and the sampled dense-dense product; arguments and the cut into chunks as in assembly/sparse.ts.

#pragma once

#include <type_traits>

#include "dense.h"

namespace {

/** The first row of a chunk: the least row r with pointers[r] + r >= the chunk's share of (non-zeros + rows). */
int firstRow(const int32_t *pointers, int rows, int chunk, int chunks) {
  if (chunk >= chunks) return rows;
  const int64_t total = static_cast<int64_t>(pointers[rows]) + rows;
  const int share = static_cast<int>(total * chunk / chunks);
  int low = 0, high = rows;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (pointers[middle] + middle < share) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entries of one row of a sparse matrix, and the dense rows that they multiply. */
struct Entries {
  const int32_t *indices;
  const float *values;
  const int32_t *positions;
  int begin, end;
  float alpha;
  const float *dense;
  ptrdiff_t k;

  float value(int e) const { return alpha * values[positions ? positions[e] : e]; }
  const float *row(int e) const { return dense + indices[e] * k; }
};

/**
 * Calls work(vectors, l, lanes) for k columns, run by run from column l on: of 8, 4 and 1 whole vectors, and one for the
 * last columns, of which `lanes` are left. So a run's sums stay in registers.
 */
template <class Work>
INLINE void columnRuns(int k, Work work) {
  int l = 0;
  for (; l + 8 * LANES <= k; l += 8 * LANES) work(std::integral_constant<int, 8>(), l, LANES);
  for (; l + 4 * LANES <= k; l += 4 * LANES) work(std::integral_constant<int, 4>(), l, LANES);
  for (; l + LANES <= k; l += LANES) work(std::integral_constant<int, 1>(), l, LANES);
  if (l < k) work(std::integral_constant<int, 1>(), l, k - l);
}

void spmmChunk(const Job &job, int chunk) {
  const int32_t *pointers = job.indices(0);
  const int rows = job.word(1), k = job.word(7);
  const bool accumulate = job.word(10) != 0;
  Entries entries = {job.indices(3), job.floats(4), job.indices(5), 0, 0, job.number(9), job.floats(6), k};
  const int last = firstRow(pointers, rows, chunk + 1, job.word(2));
  for (ptrdiff_t row = firstRow(pointers, rows, chunk, job.word(2)); row < last; row++) {
    entries.begin = pointers[row];
    entries.end = pointers[row + 1];
    float *out = job.floats(8) + row * k;
    columnRuns(k, [&](auto vectors, int l, int lanes) {
      vf sum[vectors()];
      for (int v = 0; v < vectors(); v++) sum[v] = accumulate ? loadSome(out + l + v * LANES, lanes) : vf{};
      for (int e = entries.begin; e < entries.end; e++) {
        const vf x = splat(entries.value(e));
        const float *from = entries.row(e) + l;
        for (int v = 0; v < vectors(); v++) sum[v] = madd(x, loadSome(from + v * LANES, lanes), sum[v]);
      }
      for (int v = 0; v < vectors(); v++) storeSome(out + l + v * LANES, sum[v], lanes);
    });
  }
}

/** The sum of the terms of two rows of length k: even and odd sixteens apart, the last one padded with zeros. */
template <class Term>
float sumTerms(const float *a, const float *b, int k) {
  Wide even = {}, odd = {};
  int l = 0;
  for (; l + 32 <= k; l += 32) {
    addTerms<Term>(even, a + l, b + l);
    addTerms<Term>(odd, a + l + 16, b + l + 16);
  }
  if (l + 16 <= k) {
    addTerms<Term>(even, a + l, b + l);
    l += 16;
  }
  if (l < k) addSomeTerms<Term>(odd, a + l, b + l, k - l);
  return sumOf(even + odd);
}

/** Those of `a` with each of four rows, each summed exactly as `sumTerms` does. */
template <class Term>
INLINE f4 sumTermsFour(const float *a, const float *const b[4], int k) {
  Wide even[4] = {}, odd[4] = {};
  int l = 0;
  for (; l + 32 <= k; l += 32) {
    for (int i = 0; i < 4; i++) {
      addTerms<Term>(even[i], a + l, b[i] + l);
      addTerms<Term>(odd[i], a + l + 16, b[i] + l + 16);
    }
  }
  if (l + 16 <= k) {
    for (int i = 0; i < 4; i++) addTerms<Term>(even[i], a + l, b[i] + l);
    l += 16;
  }
  if (l < k) {
    for (int i = 0; i < 4; i++) addSomeTerms<Term>(odd[i], a + l, b[i] + l, k - l);
  }
  return sumsOf(even[0] + odd[0], even[1] + odd[1], even[2] + odd[2], even[3] + odd[3]);
}

void sddmmChunk(const Job &job, int chunk) {
  const int32_t *pointers = job.indices(0), *indices = job.indices(3);
  const int rows = job.word(1), k = job.word(6);
  const float *b = job.floats(5);
  float *out = job.floats(7);
  const float alpha = job.number(8);
  const bool accumulate = job.word(9) != 0;
  const int last = firstRow(pointers, rows, chunk + 1, job.word(2));
  for (ptrdiff_t row = firstRow(pointers, rows, chunk, job.word(2)); row < last; row++) {
    const float *a = job.floats(4) + row * k;
    const int end = pointers[row + 1];
    int e = pointers[row];
    for (; e + 4 <= end; e += 4) {
      const float *four[4];
      for (int i = 0; i < 4; i++) four[i] = b + static_cast<ptrdiff_t>(indices[e + i]) * k;
      const f4 scaled = sumTermsFour<Product>(a, four, k) * alpha;
      store(out + e, accumulate ? loadAs<f4>(out + e) + scaled : scaled);
    }
    for (; e < end; e++) {
      const float scaled = alpha * sumTerms<Product>(a, b + static_cast<ptrdiff_t>(indices[e]) * k, k);
      out[e] = accumulate ? out[e] + scaled : scaled;
    }
  }
}

} // namespace
