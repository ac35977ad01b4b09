// Sparse times dense, and the sampled dense-dense product; arguments and the cut into chunks as in assembly/sparse.ts.

#pragma once

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

/** Columns [l, l + VECTORS * LANES) of one row of the product, the sums held in registers over all entries. */
template <int VECTORS>
INLINE void spmmColumns(const Entries &row, int l, float *out, bool accumulate) {
  vf sum[VECTORS];
  for (int v = 0; v < VECTORS; v++) sum[v] = accumulate ? load(out + l + v * LANES) : vf{};
  for (int e = row.begin; e < row.end; e++) {
    const vf x = splat(row.value(e));
    const float *from = row.row(e) + l;
    for (int v = 0; v < VECTORS; v++) sum[v] = madd(x, load(from + v * LANES), sum[v]);
  }
  for (int v = 0; v < VECTORS; v++) store(out + l + v * LANES, sum[v]);
}

/** The last columns, fewer than a vector. */
INLINE void spmmRest(const Entries &row, int l, int count, float *out, bool accumulate) {
  vf sum = accumulate ? loadPart(out + l, count) : vf{};
  for (int e = row.begin; e < row.end; e++) sum = madd(splat(row.value(e)), loadPart(row.row(e) + l, count), sum);
  storePart(out + l, sum, count);
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
    int l = 0;
    for (; l + 8 * LANES <= k; l += 8 * LANES) spmmColumns<8>(entries, l, out, accumulate);
    for (; l + 4 * LANES <= k; l += 4 * LANES) spmmColumns<4>(entries, l, out, accumulate);
    for (; l + LANES <= k; l += LANES) spmmColumns<1>(entries, l, out, accumulate);
    if (l < k) spmmRest(entries, l, k - l, out, accumulate);
  }
}

/** The dot product of two rows of length k: even and odd sixteens apart, the last one padded with zeros. */
float dotRow(const float *a, const float *b, int k) {
  Wide even = {}, odd = {};
  int l = 0;
  for (; l + 32 <= k; l += 32) {
    addProduct(even, a + l, b + l);
    addProduct(odd, a + l + 16, b + l + 16);
  }
  if (l + 16 <= k) {
    addProduct(even, a + l, b + l);
    l += 16;
  }
  if (l < k) addProductPart(odd, a + l, b + l, k - l);
  return sumOf(even + odd);
}

/** Four dot products with one row of `a`, each summed exactly as `dotRow` does. */
INLINE f4 dotFour(const float *a, const float *const b[4], int k) {
  Wide even[4] = {}, odd[4] = {};
  int l = 0;
  for (; l + 32 <= k; l += 32) {
    for (int i = 0; i < 4; i++) {
      addProduct(even[i], a + l, b[i] + l);
      addProduct(odd[i], a + l + 16, b[i] + l + 16);
    }
  }
  if (l + 16 <= k) {
    for (int i = 0; i < 4; i++) addProduct(even[i], a + l, b[i] + l);
    l += 16;
  }
  if (l < k) {
    for (int i = 0; i < 4; i++) addProductPart(odd[i], a + l, b[i] + l, k - l);
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
      const f4 scaled = dotFour(a, four, k) * alpha;
      store(out + e, accumulate ? loadAs<f4>(out + e) + scaled : scaled);
    }
    for (; e < end; e++) {
      const float scaled = alpha * dotRow(a, b + static_cast<ptrdiff_t>(indices[e]) * k, k);
      out[e] = accumulate ? out[e] + scaled : scaled;
    }
  }
}

} // namespace
