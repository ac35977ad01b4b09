// The one-thread matrix product that every dense kernel is made of: packed, blocked, with a micro-kernel of MICRO_ROWS rows
// by two vectors, whose sums fill the processor's registers.
//
// An element of the output is the sum over blocks of BLOCK_K of products added in index order, so it depends neither on
// where a tile begins or ends nor on the size of the micro-kernel. Strides are in floats.

#pragma once

#include "job.h"
#include "lanes.h"
#include "pack.h"

namespace {

#if LANES == 16
constexpr int MICRO_ROWS = 12;
#elif LANES == 8
constexpr int MICRO_ROWS = 6;
#else
constexpr int MICRO_ROWS = 8;
#endif
constexpr int STEP_A = (MICRO_ROWS + 3) / 4 * 4;
constexpr int STEP_B = 2 * LANES;

/** A thread's scratch: packed A, packed B, and what is left for the kernels themselves. */
constexpr int PANELS_A = (BLOCK_M + MICRO_ROWS - 1) / MICRO_ROWS;
constexpr size_t PACKED_B = size_t(4) * PANELS_A * STEP_A * BLOCK_K;
constexpr size_t SPARE = PACKED_B + size_t(4) * BLOCK_N * BLOCK_K;
static_assert(SPARE + 262144 <= SCRATCH_BYTES, "room for the kernels' own scratch");

INLINE float *packedA(const Job &job) { return reinterpret_cast<float *>(job.scratch); }
INLINE float *packedB(const Job &job) { return reinterpret_cast<float *>(job.scratch + PACKED_B); }
INLINE float *spare(const Job &job) { return reinterpret_cast<float *>(job.scratch + SPARE); }

/** An output: c = or += alpha * product. */
struct Output {
  float *c;
  ptrdiff_t stride;
  float alpha;
  bool accumulate;
};

/** ROWS x VECTORS vectors of the output, of which `rows` x `columns` elements exist; a and b are packed panels, a of STEP floats a step. */
template <int ROWS, int VECTORS, int STEP = STEP_A>
void micro(int depth, const float *a, const float *b, const Output &out, int rows, int columns) {
  vf sum[ROWS][VECTORS] = {};
  for (int l = 0; l < depth; l++, a += STEP, b += VECTORS * LANES) {
    vf right[VECTORS];
    for (int v = 0; v < VECTORS; v++) right[v] = load(b + v * LANES);
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++) {
      const vf left = splat(a[r]);
      for (int v = 0; v < VECTORS; v++) sum[r][v] = madd(left, right[v], sum[r][v]);
    }
  }
  const vf alpha = splat(out.alpha);
  const bool whole = columns == VECTORS * LANES;
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; r++) {
    if (r >= rows) return;
    float *c = out.c + r * out.stride;
    for (int v = 0; v < VECTORS; v++) {
      const int count = whole ? LANES : columns - v * LANES;
      const vf start = out.accumulate ? loadSome(c + v * LANES, count) : vf{};
      storeSome(c + v * LANES, madd(alpha, sum[r][v], start), count);
    }
  }
}

template <int VECTORS>
INLINE void microRows(int depth, const float *a, const float *b, const Output &out, int rows, int columns) {
  if (rows <= 4) micro<4, VECTORS>(depth, a, b, out, rows, columns);
  else if (MICRO_ROWS > 8 && rows <= 8) micro<8, VECTORS>(depth, a, b, out, rows, columns);
  else micro<MICRO_ROWS, VECTORS>(depth, a, b, out, rows, columns);
}

/** The product of two packed blocks; with `upper`, only tiles that reach the diagonal or lie above it. */
void multiplyPacked(const float *a, const float *b, int rows, int columns, int depth, const Output &out, bool upper) {
  for (int j = 0; j < columns; j += STEP_B, b += STEP_B * depth) {
    const int width = columns - j < STEP_B ? columns - j : STEP_B;
    const int limit = upper && j + STEP_B < rows ? j + STEP_B : rows;
    const float *panel = a;
    for (int i = 0; i < limit; i += MICRO_ROWS, panel += STEP_A * depth) {
      const Output tile = {out.c + i * out.stride + j, out.stride, out.alpha, out.accumulate};
      const int height = rows - i < MICRO_ROWS ? rows - i : MICRO_ROWS;
      if (width > LANES) microRows<2>(depth, panel, b, tile, height, width);
      else microRows<1>(depth, panel, b, tile, height, width);
    }
  }
}

/** A matrix as the product reads it; a transposed one is stored with the reduced dimension slowest. */
struct Operand {
  const float *at;
  ptrdiff_t stride;
  bool transposed;
  const int32_t *indices = nullptr;
};

/** `rows` rows of the left operand from `first` on, `depth` of the reduced dimension from l on. */
INLINE void packLeft(const Operand &a, int first, int rows, int l, int depth, float *to) {
  if (a.transposed) packAcross(a.at + l * a.stride + first, a.stride, rows, depth, MICRO_ROWS, STEP_A, to);
  else packAlong(a.at + first * a.stride + l, a.stride, a.indices, rows, depth, MICRO_ROWS, STEP_A, to);
}

/** The same of the right operand's columns: panels of two vectors, a last one of one vector where that is enough. */
INLINE void packRight(const Operand &b, int first, int columns, int l, int depth, float *to) {
  const int rest = columns % STEP_B;
  const int wide = rest > 0 && rest <= LANES ? columns - rest : columns;
  const int parts[2][3] = {{0, wide, STEP_B}, {wide, columns - wide, LANES}};
  for (const auto &[begin, count, width] : parts) {
    if (count == 0) continue;
    float *out = to + static_cast<ptrdiff_t>(begin) * depth;
    const ptrdiff_t from = first + begin;
    if (!b.transposed) packAcross(b.at + l * b.stride + from, b.stride, count, depth, width, width, out);
    else if (b.indices) packAlong(b.at + l, b.stride, b.indices + from, count, depth, width, width, out);
    else packAlong(b.at + from * b.stride + l, b.stride, nullptr, count, depth, width, width, out);
  }
}

/** out (rows x columns) = or += alpha * op(a) * op(b), reduced over `depth`. */
void gemm(const Job &job, int rows, int columns, int depth, const Operand &a, const Operand &b, const Output &out,
          bool upper) {
  if (depth == 0 && !out.accumulate) {
    for (int i = 0; i < rows; i++) memset(out.c + i * out.stride, 0, 4 * size_t(columns));
  }
  for (int j = 0; j < columns; j += BLOCK_N) {
    const int width = columns - j < BLOCK_N ? columns - j : BLOCK_N;
    for (int l = 0; l < depth; l += BLOCK_K) {
      const int run = depth - l < BLOCK_K ? depth - l : BLOCK_K;
      packRight(b, j, width, l, run, packedB(job));
      for (int i = 0; i < rows; i += BLOCK_M) {
        const int height = rows - i < BLOCK_M ? rows - i : BLOCK_M;
        packLeft(a, i, height, l, run, packedA(job));
        const Output block = {out.c + i * out.stride + j, out.stride, out.alpha, out.accumulate || l > 0};
        multiplyPacked(packedA(job), packedB(job), height, width, run, block, upper);
      }
    }
  }
}

} // namespace
