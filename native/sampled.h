// Losses of samples with their derivatives by each score; what each chunk does and its arguments are in
// assembly/sampled.ts.

#pragma once

#include "functions.h"
#include "sparse.h"

namespace {

/** The samples of a chunk. */
struct Samples {
  const float *users, *items;
  ptrdiff_t k;
  int width;
  const int32_t *userRows, *itemRows;
  float *weights;
  int begin, end;
  /** where the chunk's loss goes */
  double *loss;

  Samples(const Job &job, int chunk)
      : users(job.floats(0)), items(job.floats(1)), k(job.word(2)), width(job.word(4)), userRows(job.indices(5)),
        itemRows(job.indices(6)), weights(job.floats(7)), begin(chunk * job.word(8)),
        end(least(begin + job.word(8), job.word(3))),
        loss(reinterpret_cast<double *>(job.memory + REDUCTION_SLOTS) + chunk) {}

  /** Writes the sums of a sample's user with each of its items in place of the weights, which it returns. */
  template <class Term>
  float *score(ptrdiff_t s) const {
    const float *user = users + userRows[s] * k;
    const int32_t *rows = itemRows + s * width;
    float *out = weights + s * width;
    int n = 0;
    for (; n + 4 <= width; n += 4) {
      const float *four[4];
      for (int i = 0; i < 4; i++) four[i] = items + rows[n + i] * k;
      store(out + n, sumTermsFour<Term>(user, four, k));
    }
    for (; n < width; n++) out[n] = sumTerms<Term>(user, items + rows[n] * k, k);
    return out;
  }
};

/** Sum of softplus(r_n - r_0); weights: the sigmoid at each n, minus their sum at the clicked item. */
void bprChunk(const Job &job, int chunk) {
  const Samples samples(job, chunk);
  double loss = 0;
  for (int s = samples.begin; s < samples.end; s++) {
    float *at = samples.score<Product>(s);
    const vf clicked = splat(at[0]);
    float sum = 0;
    for (int n = 1; n < samples.width; n += LANES) {
      const int lanes = least(samples.width - n, LANES);
      const vf x = loadSome(at + n, lanes) - clicked;
      const vf slope = sigmoidOf(x), losses = softplusOf(x);
      storeSome(at + n, slope, lanes);
      for (int i = 0; i < lanes; i++) {
        loss += losses[i];
        sum += slope[i];
      }
    }
    at[0] = -sum;
  }
  *samples.loss = loss;
}

/** Sum of max(0, margin + d_0 - d_nearest); weights: 1 and -1 at these two items where it is above 0. */
void hingeChunk(const Job &job, int chunk) {
  const Samples samples(job, chunk);
  const float margin = job.number(9);
  double loss = 0;
  for (int s = samples.begin; s < samples.end; s++) {
    float *at = samples.score<SquaredDifference>(s);
    int nearest = 1;
    for (int n = 2; n < samples.width; n++)
      if (at[n] < at[nearest]) nearest = n;
    const float hinge = margin + at[0] - at[nearest];
    memset(at, 0, size_t(4) * samples.width);
    // Written so that what is not a number counts as a violation and shows in the loss.
    if (hinge <= 0) continue;
    loss += hinge;
    at[0] = 1;
    at[nearest] = -1;
  }
  *samples.loss = loss;
}

} // namespace
