// Top-k lists and target ranks for RANK_USERS users at a time, tile by tile of items; arguments as in
// assembly/ranking.ts. What happens to a tile of scores is in rank-select.h.

#pragma once

#include "rank-select.h"

namespace {

/** out (users x count) = scores of the chunk's users with a run of items, or with the items of an index list. */
void scoreTile(const Job &job, int firstUser, int users, const Operand &items, int count, float *out, ptrdiff_t stride) {
  const int k = job.word(3);
  const Operand left = {job.floats(0), k, false, job.indices(4) + firstUser};
  for (int l = 0; l < k; l += BLOCK_K) {
    const int run = least(k - l, BLOCK_K);
    packLeft(left, 0, users, l, run, packedA(job));
    packRight(items, 0, count, l, run, packedB(job));
    multiplyPacked(packedA(job), packedB(job), users, count, run, {out, stride, 1, l > 0}, false);
  }
}

/** The scores of the chunk's targets, from factors. */
void scoreTargets(const Job &job, ptrdiff_t firstUser, int users) {
  const int targets = job.word(12), k = job.word(3);
  for (int t = 0; t < targets; t += BLOCK_N) {
    const Operand items = {job.floats(1), k, true, job.indices(11) + t};
    float *out = job.floats(14) + firstUser * targets + t;
    scoreTile(job, firstUser, users, items, least(targets - t, BLOCK_N), out, targets);
  }
}

/** The scores of the chunk's targets, out of the given rows. */
void readTargets(const Job &job, ptrdiff_t firstUser, int users) {
  const ptrdiff_t targets = job.word(12), n = job.word(2);
  for (ptrdiff_t row = firstUser; row < firstUser + users; row++)
    for (ptrdiff_t t = 0; t < targets; t++)
      job.floats(14)[row * targets + t] = job.floats(0)[row * n + job.indices(11)[t]];
}

void rankUsers(const Job &job, int chunk, bool given) {
  const ptrdiff_t n = job.word(2), firstUser = static_cast<ptrdiff_t>(chunk) * RANK_USERS;
  const int users = least(job.word(5) - firstUser, RANK_USERS);
  int32_t *bad = job.array<int32_t>(15) + chunk;
  *bad = 0;
  beginUsers(job, firstUser, users);
  if (given) readTargets(job, firstUser, users);
  else scoreTargets(job, firstUser, users);
  for (int item = 0; item < n; item += RANK_ITEMS) {
    const int count = least(n - item, RANK_ITEMS);
    if (given) {
      // A copy, because seen items are hidden in the tile.
      for (int user = 0; user < users; user++)
        memcpy(tileRow(job, user), job.floats(0) + (firstUser + user) * n + item, 4 * size_t(count));
    } else {
      const Operand items = {job.floats(1) + static_cast<ptrdiff_t>(item) * job.word(3), job.word(3), true};
      scoreTile(job, firstUser, users, items, count, tileRow(job, 0), RANK_ITEMS);
    }
    for (int user = 0; user < users; user++) {
      if (takeTile(job, item, count, user, firstUser + user)) continue;
      *bad = static_cast<int32_t>(firstUser + user + 1);
      return;
    }
  }
  finishUsers(job, firstUser, users);
}

void rankChunk(const Job &job, int chunk) { rankUsers(job, chunk, false); }
void rankScoresChunk(const Job &job, int chunk) { rankUsers(job, chunk, true); }

} // namespace
