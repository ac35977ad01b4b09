/**
 * Where each item lies by who clicked it: the leading singular vectors of the normalised clicks (Dhillon, KDD 2001). What it is not:
 * it groups nothing (`taste-clusters.ts`).
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';

/** What is left of a column after orthogonalisation, relative to before, at least; else it has no direction of its own. */
const INDEPENDENT = 1e-5;

/**
 * Unit vectors of the items, by subspace iteration: with N_ui = x_ui / sqrt(d_u d_i),
 *
 *     Y <- orthonormal basis of N^T N Y, without the direction sqrt(d_i), which every such matrix has; then unit rows of Y.
 *
 * Only angles between rows mean something: the basis of the subspace is any.
 *
 * @param dimensions columns of Y
 * @param afterRound called after each of the `rounds`; may throw
 * @returns items x dimensions, row-major; the row of an item without clicks is 0, and columns beyond the rank of N are 0
 * @example await itemFactors(interactions, { dimensions: 20, rounds: 8 }, seed, kernels, async () => {})
 */
export async function itemFactors<A extends FloatArray>(
  interactions: InteractionMatrix,
  { dimensions, rounds }: { readonly dimensions: number; readonly rounds: number },
  seed: SeedKey,
  kernels: Kernels<A>,
  afterRound: (done: number) => Promise<void>,
): Promise<Float64Array> {
  const { users, items } = interactions;
  const pattern = createPattern(
    kernels,
    interactions,
    Int32Array.from({ length: users }, (_, u) => u),
    items,
  );
  const values = kernels.allocate(pattern.nonZeros);
  const byUser = kernels.allocate(users * dimensions);
  const held = kernels.allocate(items * dimensions);
  try {
    const degrees = interactions.itemDegrees();
    for (let u = 0; u < users; u++) {
      const row = interactions.row(u);
      for (let e = 0; e < row.length; e++)
        values[pattern.rowPointers[u] + e] = 1 / Math.sqrt(row.length * degrees[row[e]]);
    }
    const common = unit(Float64Array.from(degrees, Math.sqrt));
    const basis = startOf(degrees, dimensions, seed);
    orthonormalise(basis, dimensions, common);
    for (let round = 1; round <= rounds; round++) {
      held.set(basis);
      kernels.spmm(pattern, values, held, dimensions, byUser);
      kernels.spmmTransposed(pattern, values, byUser, dimensions, held);
      basis.set(held);
      orthonormalise(basis, dimensions, common);
      await afterRound(round);
    }
    return unitRows(basis, dimensions);
  } finally {
    for (const array of [values, byUser, held]) kernels.release(array);
    releasePattern(kernels, pattern);
  }
}

/** Normal draws; 0 for items without clicks, which no product would reach. */
function startOf(degrees: Int32Array, dimensions: number, seed: SeedKey): Float64Array {
  const stream = seed.stream();
  const start = new Float64Array(degrees.length * dimensions);
  for (let n = 0; n < start.length; n++) start[n] = stream.normal();
  degrees.forEach((clicks, item) => {
    if (clicks === 0) start.fill(0, item * dimensions, (item + 1) * dimensions);
  });
  return start;
}

function unit(vector: Float64Array): Float64Array {
  const length = norm(vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

const norm = (vector: Float64Array): number =>
  Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** Gram and Schmidt, modified, twice; in place. A column that depends on the ones before it becomes 0. */
function orthonormalise(basis: Float64Array, dimensions: number, common: Float64Array): void {
  const rows = common.length;
  const columns = Array.from({ length: dimensions }, (_, c) =>
    Float64Array.from({ length: rows }, (_, i) => basis[i * dimensions + c]),
  );
  columns.forEach((column, c) => {
    const before = norm(column);
    for (let pass = 0; pass < 2; pass++)
      for (const other of [common, ...columns.slice(0, c)]) subtractProjection(column, other);
    const after = norm(column);
    const scale = after > INDEPENDENT * before ? 1 / after : 0;
    for (let i = 0; i < rows; i++) {
      column[i] *= scale;
      basis[i * dimensions + c] = column[i];
    }
  });
}

function subtractProjection(column: Float64Array, other: Float64Array): void {
  let product = 0;
  for (let i = 0; i < column.length; i++) product += column[i] * other[i];
  for (let i = 0; i < column.length; i++) column[i] -= product * other[i];
}

/** Rows of length 1, in place; a row of 0 stays. */
export function unitRows(rows: Float64Array, width: number): Float64Array {
  for (let start = 0; start < rows.length; start += width) {
    let square = 0;
    for (let c = start; c < start + width; c++) square += rows[c] * rows[c];
    if (square === 0) continue;
    const scale = 1 / Math.sqrt(square);
    for (let c = start; c < start + width; c++) rows[c] *= scale;
  }
  return rows;
}
