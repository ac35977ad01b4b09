// Gradients of rows summed over their uses, and Adam on rows; what each chunk does and its arguments are in
// assembly/row-steps.ts.

#pragma once

#include "adam.h"
#include "sparse.h"

namespace {

/** Rows of a table are anywhere in memory: those of the list's next but AHEAD - 1 are fetched while one is worked on. */
constexpr int AHEAD = 4;

INLINE void fetchAhead(const Job &job, const int32_t *rows, int k, int end, ptrdiff_t columns) {
  if (k + AHEAD >= end) return;
  for (int table = 0; table < 3; table++) {
    const float *row = job.floats(table) + rows[k + AHEAD] * columns;
    for (ptrdiff_t i = 0; i < columns; i += 16) __builtin_prefetch(row + i, 1);
  }
}

/** Scales a row that is longer than `largest` to that length; 0: leaves it. */
INLINE void shorten(float *row, int columns, float largest) {
  if (largest == 0) return;
  const float square = sumTerms<Product>(row, row, columns);
  if (square <= largest * largest) return;
  const vf factor = splat(largest / std::sqrt(square));
  for (int i = 0; i < columns; i += LANES) storeSome(row + i, factor * loadSome(row + i, columns - i), columns - i);
}

/** What `sumRow` reads, of all groups. */
struct RowSum {
  const float *table;
  const int32_t *rows, *pointers, *uses;
  int width;
  const float *weights, *source;
  const int32_t *sources;
  float scale, ownScale, decay;

  explicit RowSum(const Job &job)
      : table(job.floats(32)), rows(job.indices(33)), pointers(job.indices(34)), uses(job.indices(35)),
        width(job.word(36)), weights(job.floats(37)), source(job.floats(38)), sources(job.indices(39)),
        scale(job.number(40)), ownScale(job.number(41)), decay(job.number(42)) {}

  /** The sum of the weights of the uses [begin, end). */
  float weightSum(int begin, int end) const {
    if (!weights) return static_cast<float>((end - begin) * width);
    float total = 0;
    for (int u = begin; u < end; u++)
      for (int o = uses[u] * width; o < (uses[u] + 1) * width; o++) total += weights[o];
    return total;
  }
};

/** The gradient of group k, to `out`. */
INLINE void sumRow(const RowSum &of, int k, ptrdiff_t columns, float *out) {
  const int begin = of.pointers[k], end = of.pointers[k + 1];
  float own = of.decay * static_cast<float>(end - begin);
  if (of.ownScale != 0) own += of.ownScale * of.weightSum(begin, end);
  columnRuns(columns, [&](auto vectors, int l, int lanes) {
    vf sum[vectors()];
    const float *start = of.table + of.rows[k] * columns + l;
    for (int v = 0; v < vectors(); v++) sum[v] = splat(own) * loadSome(start + v * LANES, lanes);
    for (int u = begin; u < end; u++) {
      const int first = of.uses[u] * of.width;
      for (int o = first; o < first + of.width; o++) {
        const float weight = of.weights ? of.weights[o] : 1;
        if (weight == 0) continue;
        const vf x = splat(of.scale * weight);
        const float *from = of.source + (of.sources ? of.sources[o] : o) * columns + l;
        for (int v = 0; v < vectors(); v++) sum[v] = madd(x, loadSome(from + v * LANES, lanes), sum[v]);
      }
    }
    for (int v = 0; v < vectors(); v++) storeSome(out + l + v * LANES, sum[v], lanes);
  });
}

void sumRowsChunk(const Job &job, int chunk) {
  const RowSum sum(job);
  const ptrdiff_t columns = job.word(4);
  const int last = firstRow(sum.pointers, job.word(3), chunk + 1, job.word(7));
  for (int k = firstRow(sum.pointers, job.word(3), chunk, job.word(7)); k < last; k++)
    sumRow(sum, k, columns, job.floats(5) + k * columns);
}

void adamRowsChunk(const Job &job, int chunk) {
  const AdamScalars scalars = adamScalars(job);
  const RowSum sum(job);
  const ptrdiff_t columns = job.word(4);
  const float *gradients = job.floats(5);
  int32_t *lastSteps = job.array<int32_t>(6);
  const int last = firstRow(sum.pointers, job.word(3), chunk + 1, job.word(7));
  for (int k = firstRow(sum.pointers, job.word(3), chunk, job.word(7)); k < last; k++) {
    fetchAhead(job, sum.rows, k, last, columns);
    const ptrdiff_t row = sum.rows[k];
    if (!gradients) sumRow(sum, k, columns, spare(job));
    adamRow(job, scalars, row * columns, gradients ? gradients + k * columns : spare(job), columns);
    shorten(job.floats(0) + row * columns, columns, job.number(9));
    lastSteps[row] = job.word(8);
  }
}

} // namespace
