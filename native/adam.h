// The fused Adam step and its vector-Jacobian product; arguments as in assembly/adam.ts.

#pragma once

#include "dense.h"

namespace {

/** The step's scalars. */
struct AdamScalars {
  vf rate, b1, c1, b2, c2, inverse2, half, epsilon, decay, c1Epsilon;
};

INLINE AdamScalars adamScalars(const Job &job) {
  const auto scalar = [&](int index) { return splat(job.number(index)); };
  return {scalar(16), scalar(17), scalar(18), scalar(19), scalar(20),
          scalar(21), scalar(22), scalar(23), scalar(24), scalar(25)};
}

/** `count` elements of one row from offset `row` on; without a gradient it is zero. */
void adamRow(const Job &job, const AdamScalars &s, ptrdiff_t row, const float *gradient, ptrdiff_t count) {
  float *parameter = job.floats(0) + row, *first = job.floats(1) + row, *second = job.floats(2) + row;
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const int lanes = count - i < LANES ? static_cast<int>(count - i) : LANES;
    const vf p = loadSome(parameter + i, lanes);
    const vf g = gradient ? madd(s.decay, p, loadSome(gradient + i, lanes)) : s.decay * p;
    const vf m = madd(s.b1, loadSome(first + i, lanes), s.c1 * g);
    const vf v = madd(s.b2, loadSome(second + i, lanes), s.c2 * (g * g));
    const vf denominator = root(v * s.inverse2) + s.epsilon;
    storeSome(parameter + i, p - s.rate * m / denominator, lanes);
    storeSome(first + i, m, lanes);
    storeSome(second + i, v, lanes);
  }
}

/** Rows of a chunk: `work(offset, gradient's offset or -1, count)`, once for all of them where the gradient is dense. */
template <class Work>
INLINE void adamRows(const Job &job, int chunk, Work work) {
  const ptrdiff_t columns = job.word(4);
  const int32_t *slots = job.indices(6);
  const ptrdiff_t begin = static_cast<ptrdiff_t>(chunk) * job.word(7);
  const ptrdiff_t end = begin + job.word(7) < job.word(3) ? begin + job.word(7) : job.word(3);
  if (!slots) return work(begin * columns, begin * columns, (end - begin) * columns);
  for (ptrdiff_t row = begin; row < end; row++) work(row * columns, slots[row] < 0 ? -1 : slots[row] * columns, columns);
}

void adamChunk(const Job &job, int chunk) {
  const AdamScalars scalars = adamScalars(job);
  adamRows(job, chunk, [&](ptrdiff_t row, ptrdiff_t from, ptrdiff_t count) {
    adamRow(job, scalars, row, from < 0 ? nullptr : job.floats(5) + from, count);
  });
}

/** Tables 0 to 2 are the state, 8 to 10 the cotangents. */
void adamVjpRow(const Job &job, const AdamScalars &s, ptrdiff_t row, const float *gradient, float *gradientBar,
                ptrdiff_t count) {
  const float *parameter = job.floats(0) + row, *first = job.floats(1) + row, *second = job.floats(2) + row;
  float *parameterBar = job.floats(8) + row, *firstBar = job.floats(9) + row, *secondBar = job.floats(10) + row;
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const int lanes = count - i < LANES ? static_cast<int>(count - i) : LANES;
    const vf p = loadSome(parameter + i, lanes);
    const vf g = gradient ? madd(s.decay, p, loadSome(gradient + i, lanes)) : s.decay * p;
    const vf c2g = s.c2 * g;
    const vf oldM = s.b1 * loadSome(first + i, lanes), oldV = s.b2 * loadSome(second + i, lanes);
    const vf m = madd(s.c1, g, oldM), v = madd(c2g, g, oldV);
    const vf deviation = root(v * s.inverse2);
    const vf denominator = deviation + s.epsilon;
    const vf pBar = loadSome(parameterBar + i, lanes);
    const vf scaled = s.rate * pBar / denominator;
    const vf twice = scaled / denominator;
    // The derivative of the square root at exactly 0 is taken as 0.
    const vf slope = keep(~(deviation == vf{}), s.inverse2 / deviation);
    const vf oldMBar = loadSome(firstBar + i, lanes), oldVBar = loadSome(secondBar + i, lanes);
    const vf mBar = oldMBar - scaled;
    const vf vBar = madd(twice * m, slope * s.half, oldVBar);
    // The step's own share of gBar without the terms in g^2, which cancel (src/kernels/reference-fused.ts).
    const vf kept = oldM * c2g - oldV * s.c1;
    const vf own = twice * (kept * slope - s.c1Epsilon);
    const vf gBar = madd(s.c1, oldMBar, (c2g + c2g) * oldVBar) + own;
    storeSome(firstBar + i, s.b1 * mBar, lanes);
    storeSome(secondBar + i, s.b2 * vBar, lanes);
    storeSome(parameterBar + i, madd(s.decay, gBar, pBar), lanes);
    if (gradient) storeSome(gradientBar + i, gBar, lanes);
  }
}

void adamVjpChunk(const Job &job, int chunk) {
  const AdamScalars scalars = adamScalars(job);
  adamRows(job, chunk, [&](ptrdiff_t row, ptrdiff_t from, ptrdiff_t count) {
    const float *gradient = from < 0 ? nullptr : job.floats(5) + from;
    adamVjpRow(job, scalars, row, gradient, from < 0 ? nullptr : job.floats(11) + from, count);
  });
}

} // namespace
