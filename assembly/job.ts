/** Reads the arguments of the current job (see `layout.ts`). Knows no kernel. */

import { JOB_DOUBLES, JOB_WORDS } from '../src/kernels/wasm/layout';

/** Integer argument. */
@inline
export function word(index: i32): i32 {
  return load<i32>(JOB_WORDS + (index << 2));
}

/** Address argument. */
@inline
export function address(index: i32): usize {
  return load<usize>(JOB_WORDS + (index << 2));
}

/** f32 argument. */
@inline
export function number(index: i32): f32 {
  return load<f32>(JOB_WORDS + (index << 2));
}

/** f64 argument. */
@inline
export function double(index: i32): f64 {
  return load<f64>(JOB_DOUBLES + (index << 3));
}

/** Bytes of `count` 32-bit elements. */
@inline
export function floats(count: i32): usize {
  return (<usize>count) << 2;
}
