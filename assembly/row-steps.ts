/** Gradients of rows summed over their uses, and Adam on rows. A chunk is a run of groups with about as many uses as any other. */

import { adamRow } from './adam';
import { spare } from './gemm';
import { address, floats, number, word } from './job';
import { addRow, dotRow, firstRow } from './sparse';

/** Scales a row that is longer than `largest` to that length; 0: leaves it. */
export function shorten(row: usize, columns: i32, largest: f32): void {
  if (largest == 0) return;
  const square = dotRow(row, row, columns);
  if (square <= largest * largest) return;
  const factor = largest / sqrt(square);
  for (const end = row + floats(columns); row < end; row += 4) store<f32>(row, factor * load<f32>(row));
}

/** The sum of the weights of the uses [begin, end). */
function weightSum(begin: i32, end: i32): f32 {
  const weights = address(37);
  const width = word(36);
  if (!weights) return <f32>((end - begin) * width);
  let total: f32 = 0;
  for (let u = begin; u < end; u++) {
    let at = weights + floats(load<i32>(address(35) + floats(u)) * width);
    for (const stop = at + floats(width); at < stop; at += 4) total += load<f32>(at);
  }
  return total;
}

/**
 * The gradient of group k, to `out`. Arguments: 32 table, 33 rows, 34 pointers, 35 uses, 36 width, 37 weights (0: all 1),
 * 38 source, 39 sources (0: entry o reads row o), 40 scale, 41 own scale, 42 decay.
 */
function sumRow(k: i32, columns: i32, out: usize): void {
  const stride = floats(columns);
  const begin = load<i32>(address(34) + floats(k));
  const end = load<i32>(address(34) + floats(k), 4);
  const width = word(36);
  const weights = address(37);
  const sources = address(39);
  const scale = number(40);
  const ownScale = number(41);
  let own = number(42) * <f32>(end - begin);
  if (ownScale != 0) own += ownScale * weightSum(begin, end);
  addRow(out, columns, true, own, address(32) + <usize>load<i32>(address(33) + floats(k)) * stride);
  for (let u = begin; u < end; u++) {
    const first = load<i32>(address(35) + floats(u)) * width;
    for (let o = first; o < first + width; o++) {
      const weight: f32 = weights ? load<f32>(weights + floats(o)) : 1;
      if (weight == 0) continue;
      const row = sources ? load<i32>(sources + floats(o)) : o;
      addRow(out, columns, false, scale * weight, address(38) + <usize>row * stride);
    }
  }
}

/** Arguments: 3 groups, 4 columns, 5 out, 7 chunks; and those of `sumRow`. */
export function sumRowsChunk(chunk: i32): void {
  const columns = word(4);
  const last = firstRow(address(34), word(3), chunk + 1, word(7));
  for (let k = firstRow(address(34), word(3), chunk, word(7)); k < last; k++)
    sumRow(k, columns, address(5) + <usize>k * floats(columns));
}

/**
 * Arguments: 0 parameter, 1 first, 2 second, 3 groups, 4 columns, 5 gradient rows (0: summed on the fly), 6 last steps,
 * 7 chunks, 8 step, 9 largest norm, 16 to 24 Adam's scalars; 33 and 34, or all, of `sumRow`.
 */
export function adamRowsChunk(chunk: i32): void {
  const columns = word(4);
  const stride = floats(columns);
  const last = firstRow(address(34), word(3), chunk + 1, word(7));
  for (let k = firstRow(address(34), word(3), chunk, word(7)); k < last; k++) {
    const row = load<i32>(address(33) + floats(k));
    let gradient = spare;
    if (address(5)) gradient = address(5) + <usize>k * stride;
    else sumRow(k, columns, gradient);
    adamRow(<usize>row * stride, gradient, columns);
    shorten(address(0) + <usize>row * stride, columns, number(9));
    store<i32>(address(6) + floats(row), word(8));
  }
}
