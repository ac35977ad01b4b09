/**
 * Top-k lists and target ranks for `RANK_USERS` users at a time, tile by tile of items. A tile's scores come through the
 * matrix product of factors (`rankChunk`) or out of rows that the caller has scored (`rankScoresChunk`); what happens to
 * them then is in `rank-select.ts`.
 *
 * Arguments: 0 users | scores, 1 items, 2 n, 3 k, 4 rows, 5 number of rows, 6 seenPointers, 7 seenItems, 8 top, 9 outItems, 10 outScores,
 * 11 targets, 12 number of targets, 13 outRanks, 14 target scores (rows x targets), 15 first bad row + 1 of each chunk.
 */

import { BLOCK_K, BLOCK_N, RANK_ITEMS, RANK_USERS } from '../src/kernels/wasm/layout';
import { multiplyPacked, packedA, packedB, spare } from './gemm';
import { address, floats, word } from './job';
import { packAlong } from './pack';
import { beginUsers, finishUsers, takeTile, tileRow } from './rank-select';
import { copyFloats } from './rows';

/** out (users x count) = scores of the chunk's users with items `indices[first ..]` (or first, first + 1, ...). */
function scoreTile(firstUser: i32, users: i32, items: usize, indices: usize, count: i32, out: usize, stride: usize): void {
  const k = word(3);
  const depthBytes = floats(k);
  const rows = address(4) + floats(firstUser);
  for (let l = 0; l < k; l += BLOCK_K) {
    const run = min(k - l, BLOCK_K);
    packAlong(address(0) + floats(l), depthBytes, rows, users, run, 4, packedA);
    packAlong(items + floats(l), depthBytes, indices, count, run, 8, packedB);
    multiplyPacked(users, count, run, out, stride, 1, l > 0, false);
  }
}

/** The scores of the chunk's targets, from factors. */
function scoreTargets(firstUser: i32, users: i32): void {
  const targets = word(12);
  for (let t = 0; t < targets; t += BLOCK_N) {
    const out = address(14) + floats(firstUser * targets + t);
    const indices = address(11) + floats(t);
    scoreTile(firstUser, users, address(1), indices, min(targets - t, BLOCK_N), out, floats(targets));
  }
}

/** Score (row, item) of the given rows. */
@inline
function givenAt(row: i32, item: i32): usize {
  return address(0) + <usize>row * floats(word(2)) + floats(item);
}

/** The scores of the chunk's targets, out of the given rows. */
function readTargets(firstUser: i32, users: i32): void {
  const targets = word(12);
  for (let row = firstUser; row < firstUser + users; row++) {
    for (let t = 0; t < targets; t++) {
      const score = load<f32>(givenAt(row, load<i32>(address(11) + floats(t))));
      store<f32>(address(14) + floats(row * targets + t), score);
    }
  }
}

/** The tile, out of the given rows: a copy, because seen items are hidden in it. */
function readTile(firstUser: i32, users: i32, item: i32, count: i32): void {
  for (let user = 0; user < users; user++) {
    copyFloats(givenAt(firstUser + user, item), tileRow(user), count);
  }
}

function rank(chunk: i32, given: bool): void {
  const n = word(2);
  const firstUser = chunk * RANK_USERS;
  const users = min(word(5) - firstUser, RANK_USERS);
  const bad = address(15) + floats(chunk);
  store<i32>(bad, 0);
  beginUsers(firstUser, users);
  if (given) readTargets(firstUser, users);
  else scoreTargets(firstUser, users);
  for (let item = 0; item < n; item += RANK_ITEMS) {
    const count = min(n - item, RANK_ITEMS);
    const items = address(1) + <usize>item * floats(word(3));
    if (given) readTile(firstUser, users, item, count);
    else scoreTile(firstUser, users, items, 0, count, spare, floats(RANK_ITEMS));
    for (let user = 0; user < users; user++) {
      if (takeTile(item, count, user, firstUser + user)) continue;
      store<i32>(bad, firstUser + user + 1);
      return;
    }
  }
  finishUsers(firstUser, users);
}

/** Scores are products of factors. */
export function rankChunk(chunk: i32): void {
  rank(chunk, false);
}

/** Scores are given, a row a user. */
export function rankScoresChunk(chunk: i32): void {
  rank(chunk, true);
}
