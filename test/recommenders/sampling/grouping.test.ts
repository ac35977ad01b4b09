import { describe, expect, it } from 'vitest';
import { createReferenceKernels } from '../../../dist/kernels/index.js';
import { RowGrouper } from '../../../dist/recommenders/sampling/grouping.js';

describe('RowGrouper', () => {
  it('lists each row once with its uses ascending, batch after batch', () => {
    const kernels = createReferenceKernels('f64');
    const grouper = new RowGrouper(kernels, 10, 8);
    const grouped = (list: number[], length: number) => {
      const { count, rows, pointers, uses } = grouper.group(Int32Array.from(list), length);
      return Array.from({ length: count }, (_, k) => [
        rows[k],
        Array.from(uses.subarray(pointers[k], pointers[k + 1])),
      ]);
    };
    expect(grouped([7, 2, 7, 0, 2, 7, 9, 9], 7)).toEqual([
      [7, [0, 2, 5]],
      [2, [1, 4]],
      [0, [3]],
      [9, [6]],
    ]);
    expect(grouped([2, 2, 3], 3)).toEqual([
      [2, [0, 1]],
      [3, [2]],
    ]);
    expect(grouped([], 0)).toEqual([]);
    grouper.release();
    expect(kernels.memory().used).toBe(0);
  });
});
