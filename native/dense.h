// Chunks of the dense products; arguments as in assembly/dense.ts.

#pragma once

#include "gemm.h"

namespace {

INLINE int least(int a, int b) { return a < b ? a : b; }

void matmulChunk(const Job &job, int chunk) {
  const int m = job.word(0), n = job.word(1), k = job.word(2);
  const bool transposeA = job.word(4) != 0, transposeB = job.word(6) != 0;
  const int down = job.word(12), across = job.word(13);
  const ptrdiff_t i = static_cast<ptrdiff_t>(chunk % down) * job.word(10);
  const ptrdiff_t j = static_cast<ptrdiff_t>(chunk / down % across) * job.word(11);
  const ptrdiff_t slot = chunk / down / across;
  const ptrdiff_t l = slot * job.word(14);
  const ptrdiff_t strideA = transposeA ? m : k, strideB = transposeB ? k : n;
  const Operand a = {job.floats(3) + (transposeA ? l * strideA + i : i * strideA + l), strideA, transposeA};
  const Operand b = {job.floats(5) + (transposeB ? j * strideB + l : l * strideB + j), strideB, transposeB};
  const Output out = {job.floats(7) + (slot * m + i) * n + j, n, job.number(8), job.word(9) != 0};
  gemm(job, least(m - i, job.word(10)), least(n - j, job.word(11)), least(k - l, job.word(14)), a, b, out, false);
}

void gramChunk(const Job &job, int chunk) {
  const int rows = job.word(0), columns = job.word(1), edge = job.word(4), tiles = job.word(5);
  const ptrdiff_t slot = chunk / tiles;
  int rest = chunk % tiles, tileRow = 0;
  for (int length = (columns + edge - 1) / edge; rest >= length; length--, tileRow++) rest -= length;
  const ptrdiff_t i = static_cast<ptrdiff_t>(tileRow) * edge;
  const ptrdiff_t j = static_cast<ptrdiff_t>(tileRow + rest) * edge;
  const ptrdiff_t l = slot * job.word(6);
  const float *a = job.floats(2) + l * columns;
  const Output out = {job.floats(3) + (slot * columns + i) * columns + j, columns, 1, false};
  gemm(job, least(columns - i, edge), least(columns - j, edge), least(rows - l, job.word(6)), {a + i, columns, true},
       {a + j, columns, false}, out, i == j);
}

/** out = or += alpha * sum of the slots, in their order. */
void sumSlotsChunk(const Job &job, int chunk) {
  const int count = job.word(1), length = job.word(2);
  const float alpha = job.number(4);
  const bool accumulate = job.word(5) != 0;
  const int end = least((chunk + 1) * job.word(6), length);
  for (int i = chunk * job.word(6); i < end; i += LANES) {
    const int lanes = end - i;
    const float *from = job.floats(0) + i;
    float *to = job.floats(3) + i;
    vf total = loadSome(from, lanes);
    for (int slot = 1; slot < count; slot++) total += loadSome(from + static_cast<ptrdiff_t>(slot) * length, lanes);
    const vf start = accumulate ? loadSome(to, lanes) : vf{};
    storeSome(to, madd(total, splat(alpha), start), lanes);
  }
}

/** The sum of the slots' upper triangles, to both triangles of out. */
void mirrorSlotsChunk(const Job &job, int chunk) {
  const float *slots = job.floats(0);
  const ptrdiff_t columns = job.word(2);
  const int count = job.word(1);
  float *out = job.floats(3);
  const float alpha = job.number(4);
  const bool accumulate = job.word(5) != 0;
  const int end = least((chunk + 1) * job.word(6), columns);
  for (ptrdiff_t i = chunk * job.word(6); i < end; i++) {
    for (ptrdiff_t j = i; j < columns; j++) {
      float total = 0;
      for (int slot = 0; slot < count; slot++) total += slots[(slot * columns + i) * columns + j];
      total *= alpha;
      float *here = out + i * columns + j, *mirrored = out + j * columns + i;
      *here = accumulate ? *here + total : total;
      if (i != j) *mirrored = accumulate ? *mirrored + total : total;
    }
  }
}

} // namespace
