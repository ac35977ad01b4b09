/**
 * Packs blocks of a matrix into panels: `width` rows (or columns) of the operand side by side, the reduced
 * dimension running slowest, so that the micro-kernel reads both operands front to back.
 */

import { floats } from './job';
import { storeTransposed } from './simd';

/** Address of row `row` of a block, through an index list when there is one. */
@inline
function rowAddress(source: usize, stride: usize, indices: usize, row: i32): usize {
  return source + <usize>(indices ? load<i32>(indices + floats(row)) : row) * stride;
}

/**
 * Four operand rows, contiguous along the reduced dimension, into lanes of a panel whose steps are `step` bytes.
 * Lanes past `rows` repeat the last row: what is computed from them is never stored.
 */
function packFour(
  source: usize,
  stride: usize,
  indices: usize,
  row: i32,
  rows: i32,
  depth: i32,
  out: usize,
  step: usize,
): void {
  const last = rows - 1;
  let p0 = rowAddress(source, stride, indices, min(row, last));
  let p1 = rowAddress(source, stride, indices, min(row + 1, last));
  let p2 = rowAddress(source, stride, indices, min(row + 2, last));
  let p3 = rowAddress(source, stride, indices, min(row + 3, last));
  let l = 0;
  for (; l + 4 <= depth; l += 4) {
    storeTransposed(v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), out, step);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    out += 4 * step;
  }
  for (; l < depth; l++) {
    store<f32>(out, load<f32>(p0));
    store<f32>(out, load<f32>(p1), 4);
    store<f32>(out, load<f32>(p2), 8);
    store<f32>(out, load<f32>(p3), 12);
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    out += step;
  }
}

/** Packs `rows` operand rows, each contiguous along the reduced dimension (`depth` long), into panels of `width`. */
export function packAlong(
  source: usize,
  stride: usize,
  indices: usize,
  rows: i32,
  depth: i32,
  width: i32,
  out: usize,
): void {
  const panel = floats(width * depth);
  const step = floats(width);
  for (let row = 0; row < rows; row += width) {
    packFour(source, stride, indices, row, rows, depth, out, step);
    if (width == 8) packFour(source, stride, indices, row + 4, rows, depth, out + 16, step);
    out += panel;
  }
}

/** Packs operand rows that are contiguous across (the reduced dimension has `stride` bytes a step). */
export function packAcross(
  source: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  width: i32,
  out: usize,
): void {
  const panel = floats(width * depth);
  const step = floats(width);
  const full = rows - (rows % width);
  const rest = rows - full;
  for (let l = 0; l < depth; l++) {
    let to = out;
    let from = source;
    if (width == 8) {
      for (let row = 0; row < full; row += 8) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        from += 32;
        to += panel;
      }
    } else {
      for (let row = 0; row < full; row += 4) {
        v128.store(to, v128.load(from));
        from += 16;
        to += panel;
      }
    }
    for (let row = 0; row < rest; row++) store<f32>(to + floats(row), load<f32>(from + floats(row)));
    source += stride;
    out += step;
  }
}
