// One positive definite system a row, S_r x_r = b_r, as assembly/solve.ts states it: formed and factored, S_r = U^T U, and
// solved at once or later. Arguments as there; matrices are laid out for wider vectors.
//
// The upper triangle lies in panels of TILE columns, panel c with rows 0 to TILE (c + 1) - 1, so that a panel is a packed
// operand of the matrix product's micro-kernel. A diagonal tile is of no use to the tiles right of it once it has been
// eliminated from them: in its place stays its inverse, transposed, with which a substitution takes a tile in one step
// instead of one element after another. Tiles are 16 wide whatever a vector is, so all instruction sets give the same bits.

#pragma once

#include "dense.h"

namespace {

constexpr int TILE = SOLVE_NATIVE_COLUMNS;
constexpr int TILE_FLOATS = TILE * TILE;
static_assert(TILE == 16, "a row of a tile is one Wide");

INLINE float *panelAt(float *matrix, ptrdiff_t panel) { return matrix + TILE_FLOATS / 2 * panel * (panel + 1); }
INLINE int panelsOf(int k) { return (k + TILE - 1) / TILE; }

/** tile += scale * a^T b, a and b being panels of `depth` rows. */
INLINE void updateTile(int depth, const float *a, const float *b, float *tile, float scale) {
  constexpr int rows = LANES == 16 ? TILE : 4;
  for (int r = 0; r < TILE; r += rows) {
    micro<rows, PARTS, TILE>(depth, a + r, b, {tile + r * TILE, TILE, scale, true}, rows, TILE);
  }
}

/** What eliminates a diagonal tile S from others: S = M^T D M, M with diagonal 1. */
struct Elimination {
  /** M, of which only what is right of the diagonal holds */
  float multipliers[TILE_FLOATS];
  /** 1 / sqrt(D) */
  float scales[TILE];
};

INLINE float laneOf(const vf row[PARTS], int column) { return row[column / LANES][column % LANES]; }

/** False where a pivot is not positive and finite. */
bool factorTile(const float *tile, Elimination &out) {
  vf row[TILE][PARTS];
  float pivots[TILE];
  for (int r = 0; r < TILE; r++)
    for (int p = 0; p < PARTS; p++) row[r][p] = load(tile + r * TILE + p * LANES);
#pragma GCC unroll 16
  for (int r = 0; r < TILE; r++) {
    const vf pivot = splat(laneOf(row[r], r));
    pivots[r] = pivot[0];
    vf scaled[PARTS];
    for (int p = 0; p < PARTS; p++) {
      scaled[p] = row[r][p] / pivot;
      store(out.multipliers + r * TILE + p * LANES, scaled[p]);
    }
#pragma GCC unroll 16
    for (int q = r + 1; q < TILE; q++) {
      const vf x = splat(-laneOf(row[r], q));
      for (int p = q / LANES; p < PARTS; p++) row[q][p] = madd(x, scaled[p], row[q][p]);
    }
  }
  int good = 0;
  for (int r = 0; r < TILE; r += LANES) {
    const vf pivot = load(pivots + r);
    store(out.scales + r, splat(1) / root(pivot));
    good += countAbove(pivot, vf{}) + countAbove(splat(INFINITY), pivot);
  }
  return good == 2 * TILE;
}

/** tile = U^-T tile, U = sqrt(D) M. */
INLINE void eliminate(const Elimination &by, float *tile) {
  for (int p = 0; p < PARTS; p++) {
    vf row[TILE];
    for (int r = 0; r < TILE; r++) row[r] = load(tile + r * TILE + p * LANES);
#pragma GCC unroll 16
    for (int r = 0; r < TILE; r++) {
#pragma GCC unroll 16
      for (int q = r + 1; q < TILE; q++) row[q] = madd(splat(by.multipliers[r * TILE + q]), -row[r], row[q]);
      store(tile + r * TILE + p * LANES, splat(by.scales[r]) * row[r]);
    }
  }
}

bool factorise(float *matrix, int panels) {
  Elimination elimination;
  for (int j = 0; j < panels; j++) {
    const int depth = TILE * j;
    float *left = panelAt(matrix, j);
    float *diagonal = left + TILE * depth;
    updateTile(depth, left, left, diagonal, -1);
    if (!factorTile(diagonal, elimination)) return false;
    for (int c = j + 1; c < panels; c++) {
      float *panel = panelAt(matrix, c);
      updateTile(depth, left, panel, panel + TILE * depth, -1);
      eliminate(elimination, panel + TILE * depth);
    }
    memset(diagonal, 0, 4 * TILE_FLOATS);
    for (int r = 0; r < TILE; r++) diagonal[r * TILE + r] = 1;
    eliminate(elimination, diagonal);
  }
  return true;
}

INLINE Wide loadWide(const float *from) {
  Wide x;
  for (int p = 0; p < PARTS; p++) x.part[p] = load(from + p * LANES);
  return x;
}

INLINE void storeWide(float *to, const Wide &x) {
  for (int p = 0; p < PARTS; p++) store(to + p * LANES, x.part[p]);
}

/** sum of x[l] times row l of a panel, a multiple of 4 of them. */
INLINE Wide combine(const float *panel, const float *x, int rows) {
  Wide sum[4] = {};
  for (int l = 0; l < rows; l += 4) {
    for (int i = 0; i < 4; i++)
      for (int p = 0; p < PARTS; p++)
        sum[i].part[p] = madd(splat(x[l + i]), load(panel + (l + i) * TILE + p * LANES), sum[i].part[p]);
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/** out[i] of TILE elements = its sum over tiles [first, last) of row `row` + i of panel d times x[TILE d ..]. */
INLINE void dotTiles(float *matrix, ptrdiff_t row, int first, int last, const float *x, float *out) {
  for (int i = 0; i < TILE; i += 4) {
    Wide sum[4] = {};
    for (int d = first; d < last; d++) {
      const float *rows = panelAt(matrix, d) + (row + i) * TILE;
      for (int n = 0; n < 4; n++) addTerms<Product>(sum[n], rows + n * TILE, x + d * TILE);
    }
    store(out + i, sumsOf(sum[0], sum[1], sum[2], sum[3]));
  }
}

INLINE void subtract(float *from, const float *what) {
  for (int i = 0; i < TILE; i += LANES) store(from + i, load(from + i) - load(what + i));
}

/** x = U^-T x, then x = U^-1 x. */
void substitute(float *matrix, int panels, float *x) {
  float sums[TILE];
  for (int c = 0; c < panels; c++) {
    float *panel = panelAt(matrix, c), *at = x + TILE * c;
    storeWide(sums, combine(panel, x, TILE * c));
    subtract(at, sums);
    dotTiles(matrix, TILE * c, c, c + 1, x, sums);
    memcpy(at, sums, sizeof sums);
  }
  for (int c = panels - 1; c >= 0; c--) {
    float *at = x + TILE * c;
    dotTiles(matrix, TILE * c, c + 1, panels, x, sums);
    subtract(at, sums);
    storeWide(at, combine(panelAt(matrix, c) + TILE_FLOATS * c, at, TILE));
  }
}

/** matrix += weight * sum of f_c f_c^T over the entries [entry, end), SOLVE_DEPTH of them at a time. */
void addProducts(const Job &job, int entry, int end, int panels, float *matrix, float *gathered) {
  constexpr ptrdiff_t apart = SOLVE_NATIVE_PANEL_BYTES / 4;
  const int k = job.word(4);
  for (; entry < end; entry += SOLVE_DEPTH) {
    const int depth = least(end - entry, SOLVE_DEPTH);
    for (int n = 0; n < depth; n++) {
      const float *from = job.floats(3) + job.indices(2)[entry + n] * static_cast<ptrdiff_t>(k);
      for (int i = 0; i < TILE * panels; i += LANES)
        store(gathered + i / TILE * apart + n * TILE + i % TILE, loadSome(from + i, k - i));
    }
    for (int c = 0; c < panels; c++) {
      float *tile = panelAt(matrix, c);
      for (int r = 0; r <= c; r++, tile += TILE_FLOATS)
        updateTile(depth, gathered + r * apart, gathered + c * apart, tile, job.number(6));
    }
  }
}

/** The factors of one row, at `matrix`. */
bool factorRow(const Job &job, int row, int panels, float *matrix, float *gathered) {
  const int32_t *pointer = job.indices(0) + row;
  memcpy(matrix, job.floats(5), 4 * (panelAt(matrix, panels) - matrix));
  addProducts(job, pointer[0], pointer[1], panels, matrix, gathered);
  return factorise(matrix, panels);
}

/** k values at `out` as right side and solution; `x` has room for whole panels. */
void substituteRow(int k, int panels, float *matrix, float *x, float *out) {
  memset(x, 0, size_t(4) * TILE * panels);
  memcpy(x, out, size_t(4) * k);
  substitute(matrix, panels, x);
  memcpy(out, x, size_t(4) * k);
}

bool isZero(const float *at, int count) {
  for (int i = 0; i < count; i++)
    if (at[i] != 0) return false;
  return true;
}

/** A workspace that no other thread holds, for the rows of a chunk: `work(row, workspace)` is false at a bad one. */
template <class Work>
INLINE void systemRows(const Job &job, int chunk, Work work) {
  int32_t *locks = job.array<int32_t>(11), slot = 0;
  for (int32_t open = 0; !__atomic_compare_exchange_n(locks + slot, &open, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
       open = 0)
    slot = slot + 1 < job.word(12) ? slot + 1 : 0;
  float *workspace = job.floats(9) + static_cast<ptrdiff_t>(slot) * (job.word(10) / 4);
  const int end = least((chunk + 1) * job.word(8), job.word(1));
  int32_t bad = 0;
  for (int row = chunk * job.word(8); row < end && bad == 0; row++)
    if (!work(row, workspace)) bad = row + 1;
  job.array<int32_t>(13)[chunk] = bad;
  __atomic_store_n(locks + slot, 0, __ATOMIC_RELEASE);
}

/** A workspace holds the matrix, gathered factors, and the vector. */
void solveRowsChunk(const Job &job, int chunk) {
  const int k = job.word(4), panels = panelsOf(k);
  systemRows(job, chunk, [&](ptrdiff_t row, float *workspace) {
    float *out = job.floats(7) + row * k;
    if (isZero(out, k)) return true;
    float *gathered = panelAt(workspace, panels);
    if (!factorRow(job, row, panels, workspace, gathered)) return false;
    substituteRow(k, panels, workspace, gathered + panels * (SOLVE_NATIVE_PANEL_BYTES / 4), out);
    return true;
  });
}

void factorRowsChunk(const Job &job, int chunk) {
  systemRows(job, chunk, [&](ptrdiff_t row, float *workspace) {
    return factorRow(job, row, panelsOf(job.word(4)), job.floats(7) + row * (job.word(14) / 4), workspace);
  });
}

void solveFactoredChunk(const Job &job, int chunk) {
  const int k = job.word(4), panels = panelsOf(k);
  float *x = job.floats(5) + static_cast<ptrdiff_t>(chunk) * TILE * panels;
  const int end = least((chunk + 1) * job.word(3), job.word(1));
  for (ptrdiff_t row = chunk * job.word(3); row < end; row++) {
    float *out = job.floats(7) + row * k;
    if (!isZero(out, k)) substituteRow(k, panels, job.floats(0) + row * (job.word(2) / 4), x, out);
  }
}

} // namespace
