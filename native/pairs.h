// One hidden tanh layer over pairs of rows; what each chunk does and its arguments are in assembly/pairs.ts.

#pragma once

#include "functions.h"
#include "sparse.h"

namespace {

/** weights . tanh(a + b) over k elements; the tanh go to `hidden` unless that is null. */
INLINE float tanhRow(const float *a, const float *b, const float *weights, float *hidden, int k) {
  Wide sum = {};
  for (int i = 0; i < k; i += 16) {
    for (int p = 0; p < PARTS; p++) {
      const int at = i + p * LANES, lanes = k - at;
      if (lanes <= 0) break;
      const vf value = tanhOf(loadSome(a + at, lanes) + loadSome(b + at, lanes));
      if (hidden) storeSome(hidden + at, value, lanes);
      sum.part[p] = madd(value, loadSome(weights + at, lanes), sum.part[p]);
    }
  }
  return sumOf(sum);
}

void tanhPairsChunk(const Job &job, int chunk) {
  const int32_t *pointers = job.indices(0), *indices = job.indices(3);
  const ptrdiff_t k = job.word(6);
  const float *b = job.floats(5), *weights = job.floats(7);
  float *hidden = job.floats(8), *scores = job.floats(9);
  const int last = firstRow(pointers, job.word(1), chunk + 1, job.word(2));
  for (ptrdiff_t row = firstRow(pointers, job.word(1), chunk, job.word(2)); row < last; row++) {
    const float *a = job.floats(4) + row * k;
    for (int e = pointers[row]; e < pointers[row + 1]; e++)
      scores[e] += tanhRow(a, b + indices[e] * k, weights, hidden + e * k, k);
  }
}

void tanhPairsVjpChunk(const Job &job, int chunk) {
  const int32_t *pointers = job.indices(0), *positions = job.indices(3);
  const ptrdiff_t k = job.word(6);
  const float *cotangents = job.floats(4), *hidden = job.floats(5), *weights = job.floats(7);
  const int last = firstRow(pointers, job.word(1), chunk + 1, job.word(2));
  for (ptrdiff_t row = firstRow(pointers, job.word(1), chunk, job.word(2)); row < last; row++) {
    float *out = job.floats(8) + row * k;
    columnRuns(k, [&](auto vectors, int l, int lanes) {
      vf sum[vectors()] = {};
      for (int n = pointers[row]; n < pointers[row + 1]; n++) {
        const ptrdiff_t e = positions ? positions[n] : n;
        const vf x = splat(cotangents[e]);
        for (int v = 0; v < vectors(); v++) {
          const vf h = loadSome(hidden + e * k + l + v * LANES, lanes);
          sum[v] = madd(x, madd(-h, h, splat(1)), sum[v]);
        }
      }
      for (int v = 0; v < vectors(); v++) {
        const int at = l + v * LANES;
        storeSome(out + at, sum[v] * loadSome(weights + at, lanes), lanes);
      }
    });
  }
}

/** Rows of one side of a tile: e^2x, padded with 1 to a multiple of 16, and whether an |x| is above 40 or no number. */
struct Growths {
  float values[PAIR_TILE * PAIR_DEPTH];
  bool far[PAIR_TILE + 3];
};

struct PairScratch {
  Growths a, b;
  float weights[PAIR_DEPTH];
};
static_assert(SPARE + sizeof(PairScratch) <= SCRATCH_BYTES, "room for a tile");

void grow(const float *from, ptrdiff_t stride, int tile, int depth, Growths &out) {
  float *to = out.values;
  for (int row = 0; row < tile; row++, from += stride) {
    bool near = true;
    for (int l = 0; l < depth; l += 16) {
      for (int p = 0; p < PARTS; p++, to += LANES) {
        const vf x = loadSome(from + l + p * LANES, depth - l - p * LANES);
        near = near && countAtLeast(splat(40), magnitude(x)) == LANES;
        store(to, expOf(x + x));
      }
    }
    out.far[row] = !near;
  }
  // Groups of four columns reach beyond the tile: what is there is not used, and not far.
  for (int row = tile; row < tile + 3; row++) out.far[row] = false;
}

/** sum of w / (1 + a b) with four rows of b, `length` floats each. */
INLINE f4 reciprocals(const float *a, const float *b, const float *weights, int length) {
  Wide sum[4] = {};
  for (int l = 0; l < length; l += LANES) {
    const vf x = load(a + l), w = load(weights + l);
    const int p = l / LANES % PARTS;
    for (int n = 0; n < 4; n++) sum[n].part[p] += w / madd(x, load(b + n * length + l), splat(1));
  }
  return sumsOf(sum[0], sum[1], sum[2], sum[3]);
}

/** Adds weights . tanh(a + b) over `depth` hidden values, tanh(a + b) = 1 - 2 / (1 + e^2a e^2b): one division each. */
void addTile(const Job &job, int rows, int columns, int depth, const float *a, const float *b, const float *weights,
             float *out) {
  const ptrdiff_t stride = job.word(2), n = job.word(1);
  const int length = (depth + 15) / 16 * 16;
  PairScratch &scratch = *reinterpret_cast<PairScratch *>(spare(job));
  memset(scratch.weights, 0, sizeof scratch.weights);
  memcpy(scratch.weights, weights, 4 * size_t(depth));
  grow(a, stride, rows, depth, scratch.a);
  grow(b, stride, columns, depth, scratch.b);
  float total = 0;
  for (int l = 0; l < depth; l++) total += weights[l];
  for (ptrdiff_t j = 0; j < columns; j += 4) {
    const bool *far = scratch.b.far + j;
    const bool anyFar = far[0] || far[1] || far[2] || far[3];
    const int width = least(columns - j, 4);
    for (ptrdiff_t i = 0; i < rows; i++) {
      const float *left = scratch.a.values + i * length, *right = scratch.b.values + j * length;
      const f4 value = total - 2 * reciprocals(left, right, scratch.weights, length);
      float *at = out + i * n + j;
      if (width == 4 && !anyFar && !scratch.a.far[i]) {
        store(at, loadAs<f4>(at) + value);
        continue;
      }
      for (int c = 0; c < width; c++) {
        const bool written = scratch.a.far[i] || far[c];
        at[c] += written ? tanhRow(a + i * stride, b + (j + c) * stride, weights, nullptr, depth) : value[c];
      }
    }
  }
}

void tanhScoresChunk(const Job &job, int chunk) {
  const ptrdiff_t i = chunk % job.word(7) * PAIR_TILE, j = chunk / job.word(7) * PAIR_TILE;
  const ptrdiff_t n = job.word(1), k = job.word(2);
  for (ptrdiff_t l = 0; l < k; l += PAIR_DEPTH) {
    addTile(job, least(job.word(0) - i, PAIR_TILE), least(n - j, PAIR_TILE), least(k - l, PAIR_DEPTH),
            job.floats(3) + i * k + l, job.floats(4) + j * k + l, job.floats(5) + l, job.floats(6) + i * n + j);
  }
}

} // namespace
