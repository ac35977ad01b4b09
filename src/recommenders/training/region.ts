/** Kernel memory for the length of a computation. */

import type { FloatArray, Kernels } from '../../kernels/types.js';

/**
 * Runs `body` with an allocator whose arrays are given back when it ends, also when it throws.
 *
 * @example const total = withRegion(kernels, (allocate) => sumOf(allocate(rows * columns)));
 */
export function withRegion<A extends FloatArray, R>(
  kernels: Kernels<A>,
  body: (allocate: (length: number) => A) => R,
): R {
  const held: A[] = [];
  try {
    return body((length) => {
      const array = kernels.allocate(length);
      held.push(array);
      return array;
    });
  } finally {
    for (const array of held) kernels.release(array);
  }
}
