/** Row gather and scatter-add, and the two broadcasts. */

import { address, floats, number, word } from './job';

/** Copies `count` floats; the blocks do not overlap. */
export function copyFloats(from: usize, to: usize, count: i32): void {
  const end = to + floats(count);
  const wide = to + floats(count & ~15);
  while (to < wide) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    from += 64;
    to += 64;
  }
  while (to < end) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}

/** Arguments: 0 table, 1 k, 2 indices, 3 count, 4 out, 5 rows a chunk. */
export function gatherChunk(chunk: i32): void {
  const k = word(1);
  const stride = floats(k);
  const end = min((chunk + 1) * word(5), word(3));
  for (let j = chunk * word(5); j < end; j++) {
    const row = load<i32>(address(2) + floats(j));
    copyFloats(address(0) + <usize>row * stride, address(4) + <usize>j * stride, k);
  }
}

/** Arguments: 0 source, 1 k, 2 indices, 3 count, 4 table, 5 rows a chunk, 6 alpha. */
export function scatterAddChunk(chunk: i32): void {
  const k = word(1);
  const alpha = number(6);
  const scale = f32x4.splat(alpha);
  const stride = floats(k);
  const end = min((chunk + 1) * word(5), word(3));
  for (let j = chunk * word(5); j < end; j++) {
    let from = address(0) + <usize>j * stride;
    let to = address(4) + <usize>load<i32>(address(2) + floats(j)) * stride;
    const stop = to + stride;
    const wide = to + floats(k & ~3);
    while (to < wide) {
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(scale, v128.load(from))));
      from += 16;
      to += 16;
    }
    while (to < stop) {
      store<f32>(to, load<f32>(to) + alpha * load<f32>(from));
      from += 4;
      to += 4;
    }
  }
}

/** Fills `count` floats. */
export function fillFloats(to: usize, count: i32, value: f32): void {
  const end = to + floats(count);
  const wide = to + floats(count & ~3);
  const x = f32x4.splat(value);
  while (to < wide) {
    v128.store(to, x);
    to += 16;
  }
  while (to < end) {
    store<f32>(to, value);
    to += 4;
  }
}

/** Arguments: 0 m, 1 n, 2 row, 3 out, 4 rows a chunk. */
export function repeatRowChunk(chunk: i32): void {
  const n = word(1);
  const end = min((chunk + 1) * word(4), word(0));
  for (let i = chunk * word(4); i < end; i++) copyFloats(address(2), address(3) + <usize>i * floats(n), n);
}

/** Arguments: 0 m, 1 n, 2 column, 3 out, 4 rows a chunk. */
export function repeatColumnChunk(chunk: i32): void {
  const n = word(1);
  const end = min((chunk + 1) * word(4), word(0));
  for (let i = chunk * word(4); i < end; i++) {
    fillFloats(address(3) + <usize>i * floats(n), n, load<f32>(address(2) + floats(i)));
  }
}
