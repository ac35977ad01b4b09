/**
 * A positive definite matrix in panels, S = U^T U: factored in place by a blocked Cholesky factorisation, and substituted.
 * What it is not: it knows no row and no job.
 *
 * The upper triangle lives in panels of 8 columns, panel c holding rows 0 to 8 c + 7 side by side (8 floats a row): a panel
 * is at once a packed operand of the 4 x 8 micro-kernel and a place to store its tiles, so nothing is ever packed
 * again. The factorisation is left-looking: a tile is updated by all rows above it in one run. What is below the diagonal
 * inside a diagonal tile is never read.
 */

import { floats } from './job';
import { laneSum, madd } from './simd';

@inline
export function panelAt(matrix: usize, panel: i32): usize {
  return matrix + 128 * <usize>panel * (<usize>panel + 1);
}

/** Four rows of a tile: c (4 x 8) += scale * a^T b, a and b being panels of `depth` rows. */
function updateHalf(depth: i32, a: usize, b: usize, c: usize, scale: f32): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = a + floats(depth << 3);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += 32;
    b += 32;
  }
  const s = f32x4.splat(scale);
  v128.store(c, madd(s, c00, v128.load(c)));
  v128.store(c, madd(s, c01, v128.load(c, 16)), 16);
  v128.store(c, madd(s, c10, v128.load(c, 32)), 32);
  v128.store(c, madd(s, c11, v128.load(c, 48)), 48);
  v128.store(c, madd(s, c20, v128.load(c, 64)), 64);
  v128.store(c, madd(s, c21, v128.load(c, 80)), 80);
  v128.store(c, madd(s, c30, v128.load(c, 96)), 96);
  v128.store(c, madd(s, c31, v128.load(c, 112)), 112);
}

export function updateTile(depth: i32, a: usize, b: usize, c: usize, scale: f32): void {
  updateHalf(depth, a, b, c, scale);
  updateHalf(depth, a + 16, b, c + 128, scale);
}

/** Factors a diagonal tile in place and stores 1 / U_rr; false where a pivot is not positive and finite. */
function factorTile(tile: usize, inverses: usize): bool {
  for (let r = 0; r < 8; r++) {
    const row = tile + floats(8 * r);
    const pivot = load<f32>(row + floats(r));
    if (!(pivot > 0 && pivot < f32.MAX_VALUE)) return false;
    const inverse: f32 = 1 / sqrt<f32>(pivot);
    store<f32>(inverses + floats(r), inverse);
    const low = f32x4.mul(v128.load(row), f32x4.splat(inverse));
    const high = f32x4.mul(v128.load(row, 16), f32x4.splat(inverse));
    v128.store(row, low);
    v128.store(row, high, 16);
    for (let q = r + 1; q < 8; q++) {
      const below = tile + floats(8 * q);
      const x = f32x4.splat(-load<f32>(row + floats(q)));
      v128.store(below, madd(x, low, v128.load(below)));
      v128.store(below, madd(x, high, v128.load(below, 16)), 16);
    }
  }
  return true;
}

/** Four columns of a tile right of a diagonal tile U: tile = U^-T tile, row after row. `n_r` is minus the solved row r. */
function solveHalf(u: usize, inverses: usize, tile: usize): void {
  let r0 = v128.load(tile);
  let r1 = v128.load(tile, 32);
  let r2 = v128.load(tile, 64);
  let r3 = v128.load(tile, 96);
  let r4 = v128.load(tile, 128);
  let r5 = v128.load(tile, 160);
  let r6 = v128.load(tile, 192);
  let r7 = v128.load(tile, 224);
  r0 = f32x4.mul(r0, v128.load_splat<f32>(inverses));
  v128.store(tile, r0);
  let n = f32x4.neg(r0);
  r1 = madd(v128.load_splat<f32>(u, 4), n, r1);
  r2 = madd(v128.load_splat<f32>(u, 8), n, r2);
  r3 = madd(v128.load_splat<f32>(u, 12), n, r3);
  r4 = madd(v128.load_splat<f32>(u, 16), n, r4);
  r5 = madd(v128.load_splat<f32>(u, 20), n, r5);
  r6 = madd(v128.load_splat<f32>(u, 24), n, r6);
  r7 = madd(v128.load_splat<f32>(u, 28), n, r7);
  r1 = f32x4.mul(r1, v128.load_splat<f32>(inverses, 4));
  v128.store(tile, r1, 32);
  n = f32x4.neg(r1);
  r2 = madd(v128.load_splat<f32>(u, 40), n, r2);
  r3 = madd(v128.load_splat<f32>(u, 44), n, r3);
  r4 = madd(v128.load_splat<f32>(u, 48), n, r4);
  r5 = madd(v128.load_splat<f32>(u, 52), n, r5);
  r6 = madd(v128.load_splat<f32>(u, 56), n, r6);
  r7 = madd(v128.load_splat<f32>(u, 60), n, r7);
  r2 = f32x4.mul(r2, v128.load_splat<f32>(inverses, 8));
  v128.store(tile, r2, 64);
  n = f32x4.neg(r2);
  r3 = madd(v128.load_splat<f32>(u, 76), n, r3);
  r4 = madd(v128.load_splat<f32>(u, 80), n, r4);
  r5 = madd(v128.load_splat<f32>(u, 84), n, r5);
  r6 = madd(v128.load_splat<f32>(u, 88), n, r6);
  r7 = madd(v128.load_splat<f32>(u, 92), n, r7);
  r3 = f32x4.mul(r3, v128.load_splat<f32>(inverses, 12));
  v128.store(tile, r3, 96);
  n = f32x4.neg(r3);
  r4 = madd(v128.load_splat<f32>(u, 112), n, r4);
  r5 = madd(v128.load_splat<f32>(u, 116), n, r5);
  r6 = madd(v128.load_splat<f32>(u, 120), n, r6);
  r7 = madd(v128.load_splat<f32>(u, 124), n, r7);
  r4 = f32x4.mul(r4, v128.load_splat<f32>(inverses, 16));
  v128.store(tile, r4, 128);
  n = f32x4.neg(r4);
  r5 = madd(v128.load_splat<f32>(u, 148), n, r5);
  r6 = madd(v128.load_splat<f32>(u, 152), n, r6);
  r7 = madd(v128.load_splat<f32>(u, 156), n, r7);
  r5 = f32x4.mul(r5, v128.load_splat<f32>(inverses, 20));
  v128.store(tile, r5, 160);
  n = f32x4.neg(r5);
  r6 = madd(v128.load_splat<f32>(u, 184), n, r6);
  r7 = madd(v128.load_splat<f32>(u, 188), n, r7);
  r6 = f32x4.mul(r6, v128.load_splat<f32>(inverses, 24));
  v128.store(tile, r6, 192);
  r7 = madd(v128.load_splat<f32>(u, 220), f32x4.neg(r6), r7);
  v128.store(tile, f32x4.mul(r7, v128.load_splat<f32>(inverses, 28)), 224);
}

export function factorise(matrix: usize, panels: i32, inverses: usize): bool {
  for (let j = 0; j < panels; j++) {
    const depth = 8 * j;
    const left = panelAt(matrix, j);
    const diagonal = left + floats(64 * j);
    const inverse = inverses + floats(depth);
    updateTile(depth, left, left, diagonal, -1);
    if (!factorTile(diagonal, inverse)) return false;
    for (let c = j + 1; c < panels; c++) {
      const panel = panelAt(matrix, c);
      const tile = panel + floats(64 * j);
      updateTile(depth, left, panel, tile, -1);
      solveHalf(diagonal, inverse, tile);
      solveHalf(diagonal, inverse, tile + 16);
    }
  }
  return true;
}

/** x = U^-T x, then x = U^-1 x. */
export function substitute(matrix: usize, panels: i32, inverses: usize, x: usize): void {
  for (let c = 0; c < panels; c++) {
    const panel = panelAt(matrix, c);
    const at = x + floats(8 * c);
    let low = f32x4.splat(0);
    let high = low;
    for (let l = 0; l < 8 * c; l++) {
      const y = v128.load_splat<f32>(x + floats(l));
      low = madd(y, v128.load(panel + floats(8 * l)), low);
      high = madd(y, v128.load(panel + floats(8 * l), 16), high);
    }
    v128.store(at, f32x4.sub(v128.load(at), low));
    v128.store(at, f32x4.sub(v128.load(at, 16), high), 16);
    const tile = panel + floats(64 * c);
    for (let r = 0; r < 8; r++) {
      const y = load<f32>(at + floats(r)) * load<f32>(inverses + floats(8 * c + r));
      store<f32>(at + floats(r), y);
      for (let q = r + 1; q < 8; q++) {
        store<f32>(at + floats(q), load<f32>(at + floats(q)) - y * load<f32>(tile + floats(8 * r + q)));
      }
    }
  }
  for (let l = 8 * panels - 1; l >= 0; l--) {
    const c = l >> 3;
    let sum = f32x4.splat(0);
    for (let d = c + 1; d < panels; d++) {
      const row = panelAt(matrix, d) + floats(8 * l);
      sum = madd(v128.load(row), v128.load(x + floats(8 * d)), sum);
      sum = madd(v128.load(row, 16), v128.load(x + floats(8 * d), 16), sum);
    }
    const row = panelAt(matrix, c) + floats(8 * l);
    let value = load<f32>(x + floats(l)) - laneSum(sum);
    for (let q = (l & 7) + 1; q < 8; q++) {
      value -= load<f32>(row + floats(q)) * load<f32>(x + floats(8 * c + q));
    }
    store<f32>(x + floats(l), value * load<f32>(inverses + floats(l)));
  }
}
