/**
 * One positive definite system a row, S_r x_r = b_r with S_r = base + weight * sum over the row's entries c of f_c f_c^T,
 * solved by the factorisation of `cholesky.ts`, in whose panels the matrices are kept. Sizes that are no multiple of 8 are
 * padded with rows of the identity.
 *
 * A row's result does not depend on the chunk or the workspace it is solved in, nor on whether its factors were kept: a kept
 * row is the matrix with the inverse diagonal behind it.
 */

import { SOLVE_DEPTH, SOLVE_PANEL_BYTES } from '../src/kernels/wasm/layout';
import { factorise, panelAt, substitute, updateTile } from './cholesky';
import { address, floats, number, word } from './job';
import { copyFloats, fillFloats } from './rows';

/** Copies `k` floats to every `SOLVE_PANEL_BYTES`-th eight from `to` on, padded with zeros. */
function scatterEights(from: usize, k: i32, to: usize): void {
  for (const full = from + floats(k & ~7); from < full; from += 32) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += SOLVE_PANEL_BYTES;
  }
  const rest = k & 7;
  if (rest == 0) return;
  for (let q = 0; q < 8; q++) store<f32>(to + floats(q), q < rest ? load<f32>(from + floats(q)) : 0);
}

/** matrix += weight * sum of f_c f_c^T over the entries [entry, end), `SOLVE_DEPTH` of them at a time. */
function addProducts(entry: i32, end: i32, panels: i32, matrix: usize, gathered: usize): void {
  const k = word(4);
  const weight = number(6);
  for (; entry < end; entry += SOLVE_DEPTH) {
    const depth = min(end - entry, SOLVE_DEPTH);
    for (let n = 0; n < depth; n++) {
      const column = load<i32>(address(2) + floats(entry + n));
      scatterEights(address(3) + <usize>column * floats(k), k, gathered + floats(8 * n));
    }
    for (let c = 0; c < panels; c++) {
      const right = gathered + <usize>c * SOLVE_PANEL_BYTES;
      let tile = panelAt(matrix, c);
      for (let r = 0; r <= c; r++) {
        updateTile(depth, gathered + <usize>r * SOLVE_PANEL_BYTES, right, tile, weight);
        tile += 256;
      }
    }
  }
}

function isZero(at: usize, count: i32): bool {
  for (let n = 0; n < count; n++) if (load<f32>(at + floats(n)) != 0) return false;
  return true;
}

/** The factors of one row at `matrix` and `inverses`. */
function factorRow(row: i32, panels: i32, matrix: usize, inverses: usize, gathered: usize): bool {
  copyFloats(address(5), matrix, 32 * panels * (panels + 1));
  const pointer = address(0) + floats(row);
  addProducts(load<i32>(pointer), load<i32>(pointer, 4), panels, matrix, gathered);
  return factorise(matrix, panels, inverses);
}

/** k values at `out` as right side and solution; `x` has room for whole panels. */
function substituteRow(k: i32, panels: i32, matrix: usize, inverses: usize, x: usize, out: usize): void {
  fillFloats(x, 8 * panels, 0);
  copyFloats(out, x, k);
  substitute(matrix, panels, inverses, x);
  copyFloats(x, out, k);
}

/** One row, in a workspace: the matrix, then gathered factors, the vector, and the inverse diagonal. */
function solveRow(row: i32, workspace: usize): bool {
  const k = word(4);
  const out = address(7) + <usize>row * floats(k);
  if (isZero(out, k)) return true;
  const panels = (k + 7) >> 3;
  const gathered = panelAt(workspace, panels);
  const x = gathered + <usize>panels * SOLVE_PANEL_BYTES;
  const inverses = x + floats(8 * panels);
  if (!factorRow(row, panels, workspace, inverses, gathered)) return false;
  substituteRow(k, panels, workspace, inverses, x, out);
  return true;
}

/** A workspace that no other thread holds: there is one a thread. Returns its number. */
function takeWorkspace(locks: usize, count: i32): i32 {
  let slot = 0;
  while (atomic.cmpxchg<i32>(locks + floats(slot), 0, 1) != 0) slot = slot + 1 < count ? slot + 1 : 0;
  return slot;
}

/**
 * Arguments: 0 pointers, 1 rows, 2 indices, 3 factors, 4 k, 5 base in panels, 6 weight, 7 right sides and solutions,
 * 8 rows a chunk, 9 workspaces, 10 bytes of a workspace, 11 locks, 12 workspaces' number, 13 first bad row + 1 of each chunk.
 */
export function solveRowsChunk(chunk: i32): void {
  const locks = address(11);
  const slot = takeWorkspace(locks, word(12));
  const workspace = address(9) + <usize>slot * word(10);
  const end = min((chunk + 1) * word(8), word(1));
  let bad = 0;
  for (let row = chunk * word(8); row < end && bad == 0; row++) {
    if (!solveRow(row, workspace)) bad = row + 1;
  }
  store<i32>(address(13) + floats(chunk), bad);
  atomic.store<i32>(locks + floats(slot), 0);
}

/**
 * Arguments: 0 pointers, 1 rows, 2 indices, 3 factors, 4 k, 5 base in panels, 6 weight, 7 kept rows, 8 rows a chunk,
 * 9 workspaces, 10 bytes of a workspace, 11 locks, 12 workspaces' number, 13 first bad row + 1 of each chunk, 14 bytes of a kept row.
 */
export function factorRowsChunk(chunk: i32): void {
  const panels = (word(4) + 7) >> 3;
  const locks = address(11);
  const slot = takeWorkspace(locks, word(12));
  const gathered = address(9) + <usize>slot * word(10);
  const end = min((chunk + 1) * word(8), word(1));
  let bad = 0;
  for (let row = chunk * word(8); row < end && bad == 0; row++) {
    const matrix = address(7) + <usize>row * word(14);
    if (!factorRow(row, panels, matrix, panelAt(matrix, panels), gathered)) bad = row + 1;
  }
  store<i32>(address(13) + floats(chunk), bad);
  atomic.store<i32>(locks + floats(slot), 0);
}

/** Arguments: 0 kept rows, 1 rows, 2 bytes of a kept row, 3 rows a chunk, 4 k, 5 a panel vector a chunk, 7 right sides and solutions. */
export function solveFactoredChunk(chunk: i32): void {
  const k = word(4);
  const panels = (k + 7) >> 3;
  const x = address(5) + <usize>chunk * floats(8 * panels);
  const end = min((chunk + 1) * word(3), word(1));
  for (let row = chunk * word(3); row < end; row++) {
    const out = address(7) + <usize>row * floats(k);
    if (isZero(out, k)) continue;
    const matrix = address(0) + <usize>row * word(2);
    substituteRow(k, panels, matrix, panelAt(matrix, panels), x, out);
  }
}
