/** Small vector helpers: multiply-add (one opcode in the FMA build), transposition, horizontal sums. */

/** a * b + c: one rounding in the FMA build, two otherwise. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (isDefined(FMA)) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of the four lanes, in a fixed order. */
@inline
export function laneSum(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** The first lane of `x` stored at `at`. */
@inline
export function storeOne(at: usize, x: v128): void {
  store<f32>(at, f32x4.extract_lane(x, 0));
}

/** Stores the transpose of the 4 x 4 block with rows r0 to r3: column l at `at + l * step`. */
@inline
export function storeTransposed(r0: v128, r1: v128, r2: v128, r3: v128, at: usize, step: usize): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(at + step, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(at + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(at + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3));
}
