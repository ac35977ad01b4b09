/**
 * What every ranking does with a tile of scores, whatever made them: keep the best unseen items in a bounded heap a
 * user, and count what ranks before each target. The heap lives in the output arrays: its root is the worst kept entry
 * (lowest score, then highest index). What it is not: it computes no score (`ranking.ts`).
 *
 * Arguments of the job that it reads: 6 seenPointers, 7 seenItems, 8 top, 9 outItems, 10 outScores, 11 targets,
 * 12 number of targets, 13 outRanks, 14 target scores (rows x targets).
 */

import { RANK_ITEMS, RANK_USERS } from '../src/kernels/wasm/layout';
import { spare } from './gemm';
import { address, floats, word } from './job';

/** Scratch after the packing buffers: the tile, then a cursor and a count a user. */
@inline
const TILE: usize = RANK_USERS * RANK_ITEMS * 4;

/** The tile's row of a user of the chunk. */
@inline
export function tileRow(user: i32): usize {
  return spare + floats(user * RANK_ITEMS);
}

@inline
function cursorAt(user: i32): usize {
  return spare + TILE + floats(user);
}

@inline
function countAt(user: i32): usize {
  return spare + TILE + floats(RANK_USERS + user);
}

/** Whether the entry (score, item) is worse than (otherScore, otherItem). */
@inline
function worse(score: f32, item: i32, otherScore: f32, otherItem: i32): bool {
  return score < otherScore || (score == otherScore && item > otherItem);
}

function siftDown(scores: usize, items: usize, from: i32, count: i32, score: f32, item: i32): void {
  let hole = from;
  while (true) {
    let child = 2 * hole + 1;
    if (child >= count) break;
    let childScore = load<f32>(scores + floats(child));
    let childItem = load<i32>(items + floats(child));
    if (child + 1 < count) {
      const nextScore = load<f32>(scores + floats(child + 1));
      const nextItem = load<i32>(items + floats(child + 1));
      if (worse(nextScore, nextItem, childScore, childItem)) {
        child++;
        childScore = nextScore;
        childItem = nextItem;
      }
    }
    if (!worse(childScore, childItem, score, item)) break;
    store<f32>(scores + floats(hole), childScore);
    store<i32>(items + floats(hole), childItem);
    hole = child;
  }
  store<f32>(scores + floats(hole), score);
  store<i32>(items + floats(hole), item);
}

function siftUp(scores: usize, items: usize, from: i32, score: f32, item: i32): void {
  let hole = from;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const parentScore = load<f32>(scores + floats(parent));
    const parentItem = load<i32>(items + floats(parent));
    if (!worse(score, item, parentScore, parentItem)) break;
    store<f32>(scores + floats(hole), parentScore);
    store<i32>(items + floats(hole), parentItem);
    hole = parent;
  }
  store<f32>(scores + floats(hole), score);
  store<i32>(items + floats(hole), item);
}

/** Offers the tile's scores of one user to the user's heap. */
function select(tile: usize, count: i32, firstItem: i32, scores: usize, items: usize, user: i32): void {
  const top = word(8);
  let kept = load<i32>(countAt(user));
  let bound: f32 = kept == top ? load<f32>(scores) : -Infinity;
  for (let j = 0; j < count; j += 16) {
    const at = tile + floats(j);
    if (j + 16 <= count) {
      const low = f32x4.pmax(v128.load(at), v128.load(at, 16));
      const high = f32x4.pmax(v128.load(at, 32), v128.load(at, 48));
      if (!v128.any_true(f32x4.gt(f32x4.pmax(low, high), f32x4.splat(bound)))) continue;
    }
    const end = min(j + 16, count);
    for (let i = j; i < end; i++) {
      const score = load<f32>(tile + floats(i));
      if (!(score > bound)) continue;
      if (kept < top) siftUp(scores, items, kept++, score, firstItem + i);
      else siftDown(scores, items, 0, top, score, firstItem + i);
      if (kept == top) bound = load<f32>(scores);
    }
  }
  store<i32>(countAt(user), kept);
}

/** Whether all scores of the tile row are finite: x - x is 0 for those alone, and NaN stays in a sum. */
function finite(tile: usize, count: i32): bool {
  let zero0 = f32x4.splat(0);
  let zero1 = zero0;
  let at = tile;
  for (const wide = tile + floats(count & ~7); at < wide; at += 32) {
    const x0 = v128.load(at);
    const x1 = v128.load(at, 16);
    zero0 = f32x4.add(zero0, f32x4.sub(x0, x0));
    zero1 = f32x4.add(zero1, f32x4.sub(x1, x1));
  }
  let rest: f32 = 0;
  for (const end = tile + floats(count); at < end; at += 4) rest += load<f32>(at) - load<f32>(at);
  const zero = f32x4.add(zero0, zero1);
  return rest == 0 && !v128.any_true(f32x4.ne(zero, zero));
}

/** Puts -infinity at the seen items of [firstItem, firstItem + count). */
function hideSeen(tile: usize, firstItem: i32, count: i32, user: i32, row: i32): void {
  const end = load<i32>(address(6) + floats(row), 4);
  let cursor = load<i32>(cursorAt(user));
  for (; cursor < end; cursor++) {
    const item = load<i32>(address(7) + floats(cursor));
    if (item >= firstItem + count) break;
    store<f32>(tile + floats(item - firstItem), -Infinity);
  }
  store<i32>(cursorAt(user), cursor);
}

/** Number of scores of the tile range [from, to) above `bound`, or at least `bound` with `equal`. */
@inline
function countAbove(tile: usize, from: i32, to: i32, bound: f32, equal: bool): i32 {
  const four = f32x4.splat(bound);
  let counts0 = i32x4.splat(0);
  let counts1 = counts0;
  let at = tile + floats(from);
  for (const wide = at + floats((to - from) & ~7); at < wide; at += 32) {
    const x0 = v128.load(at);
    const x1 = v128.load(at, 16);
    counts0 = i32x4.sub(counts0, equal ? f32x4.ge(x0, four) : f32x4.gt(x0, four));
    counts1 = i32x4.sub(counts1, equal ? f32x4.ge(x1, four) : f32x4.gt(x1, four));
  }
  const counts = i32x4.add(counts0, counts1);
  let total = i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1);
  total += i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3);
  for (const end = tile + floats(to); at < end; at += 4) {
    total += i32(equal ? load<f32>(at) >= bound : load<f32>(at) > bound);
  }
  return total;
}

/** Adds the tile's items that rank before each target. */
function countRanks(tile: usize, firstItem: i32, count: i32, row: i32): void {
  const targets = word(12);
  for (let t = 0; t < targets; t++) {
    const target = load<i32>(address(11) + floats(t)) - firstItem;
    const bound = load<f32>(address(14) + floats(row * targets + t));
    const before = max(0, min(target, count));
    const after = max(0, min(target + 1, count));
    const at = address(13) + floats(row * targets + t);
    const above = countAbove(tile, 0, before, bound, true) + countAbove(tile, after, count, bound, false);
    store<i32>(at, load<i32>(at) + above);
  }
}

function hasSeen(row: i32, item: i32): bool {
  let low = load<i32>(address(6) + floats(row));
  let high = load<i32>(address(6) + floats(row), 4);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<i32>(address(7) + floats(middle)) < item) low = middle + 1;
    else high = middle;
  }
  return low < load<i32>(address(6) + floats(row), 4) && load<i32>(address(7) + floats(low)) == item;
}

/** Prepares the counters of the chunk's users. */
export function beginUsers(firstUser: i32, users: i32): void {
  const targets = word(12);
  for (let user = 0; user < users; user++) {
    store<i32>(cursorAt(user), load<i32>(address(6) + floats(firstUser + user)));
    store<i32>(countAt(user), 0);
    for (let t = 0; t < targets; t++) store<i32>(address(13) + floats((firstUser + user) * targets + t), 0);
  }
}

/** Takes a user's scores of items [item, item + count) in; false where one is not finite. */
export function takeTile(item: i32, count: i32, user: i32, row: i32): bool {
  const tile = tileRow(user);
  if (!finite(tile, count)) return false;
  hideSeen(tile, item, count, user, row);
  const at = <usize>row * floats(word(8));
  if (word(8) > 0) select(tile, count, item, address(10) + at, address(9) + at, user);
  countRanks(tile, item, count, row);
  return true;
}

/** Sorts the heaps, pads short lists, and turns counts into ranks. */
export function finishUsers(firstUser: i32, users: i32): void {
  const top = word(8);
  const targets = word(12);
  for (let user = 0; user < users; user++) {
    const row = firstUser + user;
    const items = address(9) + <usize>row * floats(top);
    const scores = address(10) + <usize>row * floats(top);
    const kept = load<i32>(countAt(user));
    for (let last = kept - 1; last > 0; last--) {
      const score = load<f32>(scores + floats(last));
      const item = load<i32>(items + floats(last));
      store<f32>(scores + floats(last), load<f32>(scores));
      store<i32>(items + floats(last), load<i32>(items));
      siftDown(scores, items, 0, last, score, item);
    }
    for (let i = kept; i < top; i++) {
      store<i32>(items + floats(i), -1);
      store<f32>(scores + floats(i), 0);
    }
    for (let t = 0; t < targets; t++) {
      const at = address(13) + floats(row * targets + t);
      store<i32>(at, hasSeen(row, load<i32>(address(11) + floats(t))) ? 0 : load<i32>(at) + 1);
    }
  }
}
