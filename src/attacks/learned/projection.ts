/**
 * From a relaxed (real-valued) fake matrix back to {0, 1}: the projection step of Algorithm 1.
 *
 * What it is not: it draws no budget (`budget.ts`) and keeps no state. Both functions return each profile as
 * ascending item indices; forced targets are always in.
 */

import { RecauditError } from '../../errors.js';
import type { FloatArray } from '../../kernels/types.js';
import { validateBudget } from '../budget.js';

function checkFinite(relaxed: FloatArray, items: number): void {
  for (let e = 0; e < relaxed.length; e++) {
    if (!Number.isFinite(relaxed[e])) {
      throw new RecauditError(
        'numeric',
        `projection: expected finite entries, got ${relaxed[e]} for fake user ${Math.floor(e / items)}, item ${e % items}. Lower the outer learning rate.`,
      );
    }
  }
}

function checkShape(relaxed: FloatArray, items: number, fakeUsers: number): void {
  if (relaxed.length !== fakeUsers * items) {
    throw new RecauditError(
      'internal',
      `projection: expected ${fakeUsers} x ${items} entries, got ${relaxed.length}. Pass one row for each fake user.`,
    );
  }
}

function forcedMask(forced: Int32Array, items: number): Uint8Array {
  const mask = new Uint8Array(items);
  for (const item of forced) {
    if (!(item >= 0 && item < items)) {
      throw new RecauditError(
        'config',
        `forced targets: expected item indices from 0 to ${items - 1}, got ${item}. Name items of the data.`,
      );
    }
    mask[item] = 1;
  }
  return mask;
}

/** Items of the `size` best entries of one row (the forced ones first), ascending; ties to the lower index. */
function topOfRow(row: FloatArray, size: number, isForced: Uint8Array, forcedCount: number): Int32Array {
  const free = size - forcedCount;
  let cut = Number.POSITIVE_INFINITY;
  let ties = 0;
  if (free > 0) {
    const rest = row.filter((_, item) => isForced[item] === 0).sort();
    cut = rest[rest.length - free];
    ties = free;
    for (let e = rest.length - 1; e >= 0 && rest[e] > cut; e--) ties--;
  }
  const profile = new Int32Array(size);
  let count = 0;
  for (let item = 0; item < row.length; item++) {
    let kept = isForced[item] === 1 || row[item] > cut;
    if (!kept && row[item] === cut && ties > 0) {
      kept = true;
      ties--;
    }
    if (kept) profile[count++] = item;
  }
  return profile;
}

/**
 * Top-B projection: profile v keeps its forced items and its largest other entries, exactly `sizes[v]` clicks in
 * all; equal entries go to the lower item index.
 *
 * @param relaxed fakeUsers x items, row-major
 * @param items number of items
 * @param sizes length fakeUsers: the click budget B_v of each profile, forced items included
 * @param forced distinct item indices in every profile
 * @returns one ascending array of item indices for each fake user
 * @throws RecauditError('config') on a budget of 0, below the number of forced items or above the catalogue;
 *   RecauditError('numeric') on an entry that is not finite
 * @example projectToBudget(Float32Array.of(0.1, 0.9, 0.9, 0.2), 4, Int32Array.of(2), Int32Array.of(0)) // [[0, 1]]
 */
export function projectToBudget(
  relaxed: FloatArray,
  items: number,
  sizes: Int32Array,
  forced: Int32Array,
): Int32Array[] {
  checkShape(relaxed, items, sizes.length);
  checkFinite(relaxed, items);
  const isForced = forcedMask(forced, items);
  const forcedCount = isForced.reduce((sum, flag) => sum + flag, 0);
  return Array.from(sizes, (size, v) => {
    validateBudget(size, items, forcedCount, `click budget of fake user ${v}`);
    return topOfRow(relaxed.subarray(v * items, (v + 1) * items), size, isForced, forcedCount);
  });
}

/**
 * Threshold projection (the authors' rule): an entry strictly above rho becomes a click; there is no cap.
 *
 * @param relaxed fakeUsers x items, row-major
 * @param rho the threshold, a finite number
 * @param forced distinct item indices in every profile
 * @returns one ascending array of item indices for each fake user (it may be empty)
 * @throws RecauditError('config') when rho is not finite; RecauditError('numeric') on an entry that is not finite
 * @example projectByThreshold(Float32Array.of(0.1, 0.2, 0.3), 3, 1, 0.2, new Int32Array()) // [[2]]
 */
export function projectByThreshold(
  relaxed: FloatArray,
  items: number,
  fakeUsers: number,
  rho: number,
  forced: Int32Array,
): Int32Array[] {
  if (!Number.isFinite(rho)) {
    throw new RecauditError(
      'config',
      `projection threshold: expected a finite number, got ${rho}. The authors use 0.05 to 0.2.`,
    );
  }
  checkShape(relaxed, items, fakeUsers);
  checkFinite(relaxed, items);
  const isForced = forcedMask(forced, items);
  // In float32 the authors' library compares with rho rounded to float32: an entry that is rho stays out.
  const cut = relaxed instanceof Float32Array ? Math.fround(rho) : rho;
  return Array.from({ length: fakeUsers }, (_, v) => {
    const kept: number[] = [];
    for (let item = 0; item < items; item++) {
      if (relaxed[v * items + item] > cut || isForced[item] === 1) kept.push(item);
    }
    return Int32Array.from(kept);
  });
}
