// Packs blocks of a matrix into panels: STEP rows (or columns) of the operand side by side, the reduced dimension running
// slowest, so that the micro-kernel reads both operands front to back. Lengths and strides are in floats.

#pragma once

#include "lanes.h"

namespace {

/** Row `row` of a block, through an index list when there is one. */
INLINE const float *rowOf(const float *source, ptrdiff_t stride, const int32_t *indices, int row) {
  return source + (indices ? indices[row] : row) * stride;
}

/** Four operand rows, contiguous along the reduced dimension, into lanes of a panel whose steps are `step` floats. */
INLINE void packFour(const float *const p[4], int depth, float *out, int step) {
  int l = 0;
  for (; l + 4 <= depth; l += 4, out += 4 * step) {
    f4 r0 = loadAs<f4>(p[0] + l), r1 = loadAs<f4>(p[1] + l), r2 = loadAs<f4>(p[2] + l), r3 = loadAs<f4>(p[3] + l);
    transpose(r0, r1, r2, r3);
    store(out, r0);
    store(out + step, r1);
    store(out + 2 * step, r2);
    store(out + 3 * step, r3);
  }
  for (; l < depth; l++, out += step) {
    for (int i = 0; i < 4; i++) out[i] = p[i][l];
  }
}

/**
 * Packs `rows` operand rows, each contiguous along the reduced dimension (`depth` long), into panels of which each has
 * `width` rows and `step` >= width floats a step. Lanes past the last row repeat it: what comes of them is never stored.
 */
void packAlong(const float *source, ptrdiff_t stride, const int32_t *indices, int rows, int depth, int width, int step,
               float *out) {
  for (int first = 0; first < rows; first += width, out += static_cast<ptrdiff_t>(step) * depth) {
    for (int lane = 0; lane < width; lane += 4) {
      const float *p[4];
      for (int i = 0; i < 4; i++) {
        const int row = first + lane + i;
        p[i] = rowOf(source, stride, indices, row < rows ? row : rows - 1);
      }
      packFour(p, depth, out + lane, step);
    }
  }
}

/** Packs operand rows that are contiguous across: the reduced dimension has `stride` floats a step. Lanes past the last row are 0. */
void packAcross(const float *source, ptrdiff_t stride, int rows, int depth, int width, int step, float *out) {
  const ptrdiff_t panel = static_cast<ptrdiff_t>(step) * depth;
  for (int l = 0; l < depth; l++, source += stride, out += step) {
    float *to = out;
    for (int first = 0; first < rows; first += width, to += panel) {
      const int count = rows - first;
      for (int lane = 0; lane < step; lane += 4) {
        const float *from = source + first + lane;
        if (lane + 4 <= count) store(to + lane, loadAs<f4>(from));
        else
          for (int i = lane; i < lane + 4; i++) to[i] = i < count ? source[first + i] : 0;
      }
    }
  }
}

} // namespace
