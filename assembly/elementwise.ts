/** Elementwise maps over flat arrays, in chunks of `CHUNK_ELEMENTS`. */

import { CHUNK_ELEMENTS } from '../src/kernels/wasm/layout';
import { exp4, log4, selu4, sigmoid4, softplus4, tanh4 } from './functions';
import { address, floats, number, word } from './job';
import { copyFloats, fillFloats } from './rows';
import { storeOne } from './simd';

/** The operation numbers are the index of the operation's name in the TypeScript table. */
@inline
function unary4(operation: i32, x: v128): v128 {
  if (operation == 0) return f32x4.neg(x);
  if (operation == 1) return f32x4.mul(x, x);
  if (operation == 2) return f32x4.sqrt(x);
  if (operation == 3) {
    const zero = f32x4.eq(x, f32x4.splat(0));
    return v128.andnot(f32x4.div(f32x4.splat(1), x), zero);
  }
  if (operation == 4) return exp4(x);
  if (operation == 5) return log4(x);
  if (operation == 6) return tanh4(x);
  if (operation == 7) return sigmoid4(x);
  if (operation == 8) return softplus4(x);
  if (operation == 9) return v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
  return selu4(x);
}

@inline
function mapUnary(operation: i32, x: usize, out: usize, count: i32): void {
  const end = out + floats(count);
  const wide = out + floats(count & ~3);
  while (out < wide) {
    v128.store(out, unary4(operation, v128.load(x)));
    x += 16;
    out += 16;
  }
  while (out < end) {
    storeOne(out, unary4(operation, v128.load_splat<f32>(x)));
    x += 4;
    out += 4;
  }
}

/** Arguments: 0 operation, 1 x, 2 out, 3 length. */
export function unaryChunk(chunk: i32): void {
  const begin = chunk * CHUNK_ELEMENTS;
  const count = min(word(3) - begin, CHUNK_ELEMENTS);
  const x = address(1) + floats(begin);
  const out = address(2) + floats(begin);
  switch (word(0)) {
    case 0:
      return mapUnary(0, x, out, count);
    case 1:
      return mapUnary(1, x, out, count);
    case 2:
      return mapUnary(2, x, out, count);
    case 3:
      return mapUnary(3, x, out, count);
    case 4:
      return mapUnary(4, x, out, count);
    case 5:
      return mapUnary(5, x, out, count);
    case 6:
      return mapUnary(6, x, out, count);
    case 7:
      return mapUnary(7, x, out, count);
    case 8:
      return mapUnary(8, x, out, count);
    case 9:
      return mapUnary(9, x, out, count);
    default:
      return mapUnary(10, x, out, count);
  }
}

@inline
function binary4(operation: i32, x: v128, y: v128): v128 {
  if (operation == 0) return f32x4.add(x, y);
  if (operation == 1) return f32x4.sub(x, y);
  return f32x4.mul(x, y);
}

@inline
function mapBinary(operation: i32, x: usize, y: usize, out: usize, count: i32): void {
  const end = out + floats(count);
  const wide = out + floats(count & ~3);
  while (out < wide) {
    v128.store(out, binary4(operation, v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
    out += 16;
  }
  while (out < end) {
    storeOne(out, binary4(operation, v128.load_splat<f32>(x), v128.load_splat<f32>(y)));
    x += 4;
    y += 4;
    out += 4;
  }
}

/** Arguments: 0 operation, 1 x, 2 y, 3 out, 4 length. */
export function binaryChunk(chunk: i32): void {
  const begin = chunk * CHUNK_ELEMENTS;
  const count = min(word(4) - begin, CHUNK_ELEMENTS);
  const x = address(1) + floats(begin);
  const y = address(2) + floats(begin);
  const out = address(3) + floats(begin);
  switch (word(0)) {
    case 0:
      return mapBinary(0, x, y, out, count);
    case 1:
      return mapBinary(1, x, y, out, count);
    default:
      return mapBinary(2, x, y, out, count);
  }
}

/** out = or += alpha * x + beta. Arguments: 0 x, 1 alpha, 2 beta, 3 out, 4 accumulate, 5 length. */
export function affineChunk(chunk: i32): void {
  const begin = chunk * CHUNK_ELEMENTS;
  const count = min(word(5) - begin, CHUNK_ELEMENTS);
  const alpha = f32x4.splat(number(1));
  const beta = f32x4.splat(number(2));
  const accumulate = word(4) != 0;
  let x = address(0) + floats(begin);
  let out = address(3) + floats(begin);
  const end = out + floats(count);
  const wide = out + floats(count & ~3);
  while (out < wide) {
    const value = f32x4.add(f32x4.mul(alpha, v128.load(x)), beta);
    v128.store(out, accumulate ? f32x4.add(v128.load(out), value) : value);
    x += 16;
    out += 16;
  }
  while (out < end) {
    const value = number(1) * load<f32>(x) + number(2);
    store<f32>(out, accumulate ? load<f32>(out) + value : value);
    x += 4;
    out += 4;
  }
}

/** Arguments: 0 out, 1 value, 2 length. */
export function fillChunk(chunk: i32): void {
  const begin = chunk * CHUNK_ELEMENTS;
  fillFloats(address(0) + floats(begin), min(word(2) - begin, CHUNK_ELEMENTS), number(1));
}

/** Arguments: 0 source, 1 out, 2 length. */
export function copyChunk(chunk: i32): void {
  const begin = chunk * CHUNK_ELEMENTS;
  const count = min(word(2) - begin, CHUNK_ELEMENTS);
  copyFloats(address(0) + floats(begin), address(1) + floats(begin), count);
}
