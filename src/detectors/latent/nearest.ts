/** Similarities of points to their nearest others, exactly, a block of rows at a time. What it is not: an index; it compares all. */

import type { ComputeContext } from '../../compute.js';
import { largestOf, type Step } from '../scoring.js';
import type { UserPoints } from './space.js';

/** Elements of the block of similarities. */
const BLOCK = 2 ** 22;

/**
 * Cosines of each user to the k references most like it, itself left out, falling: users x k, row-major; -1 where there are fewer. A
 * point of length 0 has cosine 0 to all.
 *
 * @param references rows, distinct
 * @param phase as progress calls it
 * @example const cosines = await nearestCosines(points, Int32Array.of(3, 17), 1, context, step, 'neighbours');
 */
export async function nearestCosines(
  space: UserPoints,
  references: Int32Array,
  k: number,
  { kernels }: Pick<ComputeContext, 'kernels'>,
  step: Step,
  phase: string,
): Promise<Float64Array> {
  const { users, dimensions } = space;
  const found = new Float64Array(users * k).fill(-1);
  if (users === 0 || references.length === 0) return found;
  if (dimensions === 0) return found.map((_, n) => (n % k < references.length ? 0 : -1));
  const units = unitRows(space);
  const rowsAtOnce = Math.max(1, Math.min(users, Math.floor(BLOCK / references.length)));
  const held = [
    kernels.allocate(references.length * dimensions),
    kernels.allocate(rowsAtOnce * dimensions),
    kernels.allocate(rowsAtOnce * references.length),
  ];
  const [others, own, products] = held;
  const placeOf = new Int32Array(users).fill(-1);
  references.forEach((user, place) => {
    others.set(units.subarray(user * dimensions, (user + 1) * dimensions), place * dimensions);
    placeOf[user] = place;
  });
  try {
    const best = largestOf(k);
    for (let first = 0; first < users; first += rowsAtOnce) {
      await step(phase, first, users);
      const rows = Math.min(rowsAtOnce, users - first);
      own.set(units.subarray(first * dimensions, (first + rows) * dimensions));
      kernels.matmul(rows, references.length, dimensions, own, false, others, true, products);
      for (let row = 0; row < rows; row++) {
        const user = first + row;
        best.clear();
        for (let place = 0; place < references.length; place++)
          if (place !== placeOf[user]) best.add(products[row * references.length + place]);
        best.values().forEach((cosine, n) => {
          found[user * k + n] = Math.min(1, Math.max(-1, cosine));
        });
      }
    }
    await step(phase, users, users);
    return found;
  } finally {
    for (const array of held) kernels.release(array);
  }
}

/** Rows of length 1, and of 0 where there is no direction. */
function unitRows({ users, dimensions, points }: UserPoints): Float32Array {
  const units = new Float32Array(users * dimensions);
  for (let user = 0; user < users; user++) {
    let squares = 0;
    for (let d = 0; d < dimensions; d++) squares += points[user * dimensions + d] ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < dimensions; d++) units[user * dimensions + d] = points[user * dimensions + d] * scale;
  }
  return units;
}
