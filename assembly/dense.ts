/** Chunks of the dense products: tiles of the output, cut along the reduced dimension into slots when it is long. */

import { gemm } from './gemm';
import { address, floats, number, word } from './job';

/**
 * One tile of one slot. Arguments: 0 m, 1 n, 2 k, 3 a, 4 transposeA, 5 b, 6 transposeB, 7 out, 8 alpha, 9 accumulate,
 * 10 tile rows, 11 tile columns, 12 tiles down, 13 tiles across, 14 depth of a slot. Slots lie m * n apart in `out`.
 */
export function matmulChunk(chunk: i32): void {
  const m = word(0);
  const n = word(1);
  const k = word(2);
  const tilesDown = word(12);
  const i = (chunk % tilesDown) * word(10);
  const rest = chunk / tilesDown;
  const tilesAcross = word(13);
  const j = (rest % tilesAcross) * word(11);
  const slot = rest / tilesAcross;
  const l = slot * word(14);
  const transposeA = word(4) != 0;
  const transposeB = word(6) != 0;
  const strideA = floats(transposeA ? m : k);
  const strideB = floats(transposeB ? k : n);
  const a = address(3) + (transposeA ? <usize>l * strideA + floats(i) : <usize>i * strideA + floats(l));
  const b = address(5) + (transposeB ? <usize>j * strideB + floats(l) : <usize>l * strideB + floats(j));
  const out = address(7) + (<usize>slot * m + i) * floats(n) + floats(j);
  gemm(
    min(m - i, word(10)),
    min(n - j, word(11)),
    min(k - l, word(14)),
    a,
    strideA,
    transposeA,
    b,
    strideB,
    transposeB,
    out,
    floats(n),
    number(8),
    word(9) != 0,
    false,
  );
}

/**
 * One tile on or above the diagonal of one slot of a^T a. Arguments: 0 rows, 1 columns, 2 a, 3 slots, 4 tile edge,
 * 5 number of such tiles, 6 depth of a slot.
 */
export function gramChunk(chunk: i32): void {
  const rows = word(0);
  const columns = word(1);
  const edge = word(4);
  const tiles = word(5);
  const slot = chunk / tiles;
  let rest = chunk % tiles;
  let tileRow = 0;
  let length = (columns + edge - 1) / edge;
  while (rest >= length) {
    rest -= length;
    length--;
    tileRow++;
  }
  const i = tileRow * edge;
  const j = (tileRow + rest) * edge;
  const l = slot * word(6);
  const stride = floats(columns);
  const a = address(2) + <usize>l * stride;
  const out = address(3) + (<usize>slot * columns + i) * stride + floats(j);
  gemm(
    min(columns - i, edge),
    min(columns - j, edge),
    min(rows - l, word(6)),
    a + floats(i),
    stride,
    true,
    a + floats(j),
    stride,
    false,
    out,
    stride,
    1,
    false,
    i == j,
  );
}

/** out = or += alpha * sum of slots, elements [begin, end). Arguments: 0 slots, 1 count, 2 length, 3 out, 4 alpha, 5 accumulate, 6 chunk. */
export function sumSlotsChunk(chunk: i32): void {
  const count = word(1);
  const length = word(2);
  const alpha = number(4);
  const accumulate = word(5) != 0;
  const begin = chunk * word(6);
  const end = min(begin + word(6), length);
  const step = floats(length);
  let from = address(0) + floats(begin);
  let to = address(3) + floats(begin);
  const vectorEnd = to + floats((end - begin) & ~3);
  const stop = address(3) + floats(end);
  const scale = f32x4.splat(alpha);
  while (to < vectorEnd) {
    let total = v128.load(from);
    for (let slot = 1, at = from + step; slot < count; slot++, at += step) {
      total = f32x4.add(total, v128.load(at));
    }
    total = f32x4.mul(total, scale);
    v128.store(to, accumulate ? f32x4.add(v128.load(to), total) : total);
    from += 16;
    to += 16;
  }
  while (to < stop) {
    let total = load<f32>(from);
    for (let slot = 1, at = from + step; slot < count; slot++, at += step) total += load<f32>(at);
    total *= alpha;
    store<f32>(to, accumulate ? load<f32>(to) + total : total);
    from += 4;
    to += 4;
  }
}

/** The sum of the slots' upper triangles to both triangles of out. Arguments: 0 slots, 1 count, 2 columns, 3 out, 4 alpha, 5 accumulate, 6 rows a chunk. */
export function mirrorSlotsChunk(chunk: i32): void {
  const slots = address(0);
  const count = word(1);
  const columns = word(2);
  const out = address(3);
  const alpha = number(4);
  const accumulate = word(5) != 0;
  const step = floats(columns) * columns;
  const end = min((chunk + 1) * word(6), columns);
  for (let i = chunk * word(6); i < end; i++) {
    for (let j = i; j < columns; j++) {
      const offset = (<usize>i * columns + j) << 2;
      let total: f32 = 0;
      for (let slot = 0, at = slots + offset; slot < count; slot++, at += step) total += load<f32>(at);
      total *= alpha;
      store<f32>(out + offset, accumulate ? load<f32>(out + offset) + total : total);
      if (i == j) continue;
      const mirrored = out + ((<usize>j * columns + i) << 2);
      store<f32>(mirrored, accumulate ? load<f32>(mirrored) + total : total);
    }
  }
}
