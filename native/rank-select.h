// What every ranking does with a tile of scores: keep the best unseen items in a bounded heap a user, and count what ranks
// before each target; see assembly/rank-select.ts. It computes no score.

#pragma once

#include "gemm.h"
#include "dense.h"

namespace {

/** Scratch after the packing buffers: the tile, then a cursor and a count a user. */
INLINE float *tileRow(const Job &job, int user) { return spare(job) + user * RANK_ITEMS; }
INLINE int32_t *cursors(const Job &job) {
  return reinterpret_cast<int32_t *>(spare(job) + RANK_USERS * RANK_ITEMS);
}
INLINE int32_t *counts(const Job &job) { return cursors(job) + RANK_USERS; }

struct Entry {
  float score;
  int32_t item;
};

INLINE bool worse(Entry a, Entry b) { return a.score < b.score || (a.score == b.score && a.item > b.item); }

/** A heap in the output arrays: its root is the worst kept entry (lowest score, then highest index). */
struct Heap {
  float *scores;
  int32_t *items;

  Entry at(int i) const { return {scores[i], items[i]}; }
  void put(int i, Entry entry) const {
    scores[i] = entry.score;
    items[i] = entry.item;
  }

  /** Places an entry in the hole at the root of `count` entries. */
  void siftDown(int count, Entry entry) const {
    int hole = 0;
    for (int child = 1; child < count; child = 2 * hole + 1) {
      if (child + 1 < count && worse(at(child + 1), at(child))) child++;
      if (!worse(at(child), entry)) break;
      put(hole, at(child));
      hole = child;
    }
    put(hole, entry);
  }

  void siftUp(int hole, Entry entry) const {
    while (hole > 0 && worse(entry, at((hole - 1) / 2))) {
      put(hole, at((hole - 1) / 2));
      hole = (hole - 1) / 2;
    }
    put(hole, entry);
  }
};

INLINE Heap heapOf(const Job &job, ptrdiff_t row) {
  return {job.floats(10) + row * job.word(8), job.array<int32_t>(9) + row * job.word(8)};
}

/** Offers the tile's scores of one user to the user's heap. */
void offer(const Job &job, const float *tile, int count, int firstItem, const Heap &heap, int user) {
  const int top = job.word(8);
  int kept = counts(job)[user];
  float bound = kept == top ? heap.scores[0] : -INFINITY;
  for (int j = 0; j < count; j += 16) {
    if (j + 16 <= count) {
      vf largest = load(tile + j);
      for (int p = 1; p < PARTS; p++) largest = largerOf(largest, load(tile + j + p * LANES));
      if (countAbove(largest, splat(bound)) == 0) continue;
    }
    const int end = least(j + 16, count);
    for (int i = j; i < end; i++) {
      if (!(tile[i] > bound)) continue;
      if (kept < top) heap.siftUp(kept++, {tile[i], firstItem + i});
      else heap.siftDown(top, {tile[i], firstItem + i});
      if (kept == top) bound = heap.scores[0];
    }
  }
  counts(job)[user] = kept;
}

/** Whether all scores of the tile row are finite: x - x is 0 for those alone, and NaN stays in a sum. */
bool finite(const float *tile, int count) {
  vf zero = {};
  for (int i = 0; i < count; i += LANES) {
    const vf x = loadSome(tile + i, count - i);
    zero += x - x;
  }
  return countAtLeast(zero, vf{}) == LANES;
}

/** Puts -infinity at the seen items of [firstItem, firstItem + count). */
void hideSeen(const Job &job, float *tile, int firstItem, int count, int user, ptrdiff_t row) {
  const int end = job.indices(6)[row + 1];
  const int32_t *seen = job.indices(7);
  int cursor = cursors(job)[user];
  for (; cursor < end && seen[cursor] < firstItem + count; cursor++) tile[seen[cursor] - firstItem] = -INFINITY;
  cursors(job)[user] = cursor;
}

/** Number of scores of the tile range [from, to) above `bound`, or at least `bound` with `equal`. */
INLINE int countBefore(const float *tile, int from, int to, float bound, bool equal) {
  const vf limit = splat(bound);
  int total = 0, i = from;
  for (; i + LANES <= to; i += LANES)
    total += equal ? countAtLeast(load(tile + i), limit) : countAbove(load(tile + i), limit);
  for (; i < to; i++) total += equal ? tile[i] >= bound : tile[i] > bound;
  return total;
}

/** Adds the tile's items that rank before each target. */
void countRanks(const Job &job, const float *tile, int firstItem, int count, ptrdiff_t row) {
  const int targets = job.word(12);
  for (ptrdiff_t t = 0; t < targets; t++) {
    const int target = job.indices(11)[t] - firstItem;
    const float bound = job.floats(14)[row * targets + t];
    const int before = least(target, count) > 0 ? least(target, count) : 0;
    const int after = least(target + 1, count) > 0 ? least(target + 1, count) : 0;
    job.array<int32_t>(13)[row * targets + t] +=
        countBefore(tile, 0, before, bound, true) + countBefore(tile, after, count, bound, false);
  }
}

bool hasSeen(const Job &job, ptrdiff_t row, int item) {
  const int32_t *seen = job.indices(7);
  const int end = job.indices(6)[row + 1];
  int low = job.indices(6)[row], high = end;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (seen[middle] < item) low = middle + 1;
    else high = middle;
  }
  return low < end && seen[low] == item;
}

/** Prepares the counters of the chunk's users. */
void beginUsers(const Job &job, ptrdiff_t firstUser, int users) {
  const int targets = job.word(12);
  for (int user = 0; user < users; user++) {
    cursors(job)[user] = job.indices(6)[firstUser + user];
    counts(job)[user] = 0;
    for (int t = 0; t < targets; t++) job.array<int32_t>(13)[(firstUser + user) * targets + t] = 0;
  }
}

/** Takes a user's scores of items [item, item + count) in; false where one is not finite. */
bool takeTile(const Job &job, int item, int count, int user, ptrdiff_t row) {
  float *tile = tileRow(job, user);
  if (!finite(tile, count)) return false;
  hideSeen(job, tile, item, count, user, row);
  if (job.word(8) > 0) offer(job, tile, count, item, heapOf(job, row), user);
  countRanks(job, tile, item, count, row);
  return true;
}

/** Sorts the heaps, pads short lists, and turns counts into ranks. */
void finishUsers(const Job &job, ptrdiff_t firstUser, int users) {
  const int top = job.word(8), targets = job.word(12);
  for (int user = 0; user < users; user++) {
    const ptrdiff_t row = firstUser + user;
    const Heap heap = heapOf(job, row);
    const int kept = counts(job)[user];
    for (int last = kept - 1; last > 0; last--) {
      const Entry entry = heap.at(last);
      heap.put(last, heap.at(0));
      heap.siftDown(last, entry);
    }
    for (int i = kept; i < top; i++) heap.put(i, {0, -1});
    for (int t = 0; t < targets; t++) {
      int32_t &rank = job.array<int32_t>(13)[row * targets + t];
      rank = hasSeen(job, row, job.indices(11)[t]) ? 0 : rank + 1;
    }
  }
}

} // namespace
