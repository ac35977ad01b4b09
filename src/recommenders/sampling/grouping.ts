/**
 * The distinct rows of a table that a batch uses, each with its uses: so that the gradient of a row that several
 * samples share is summed by one thread in a fixed order, and its optimiser step is taken once. Counting only, no
 * comparison. What it is not: it computes no gradient (see `Kernels.sumRows`).
 *
 *     const grouper = new RowGrouper(kernels, train.items, batchSize * width);
 *     const groups = grouper.group(items, count * width); // valid until the next call
 *     // groups.rows[k] is used at items[groups.uses[groups.pointers[k] .. groups.pointers[k + 1])]
 *     grouper.release();
 */

import type { RowGroups } from '../../kernels/row-types.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';

export class RowGrouper<A extends FloatArray> {
  readonly #kernels: Kernels<A>;
  readonly #rows: Int32Array;
  readonly #pointers: Int32Array;
  readonly #uses: Int32Array;
  /** table row -> its group in this batch, or -1 */
  readonly #groupOf: Int32Array;

  /** @param mostUses length of the longest list that will be grouped */
  constructor(kernels: Kernels<A>, tableRows: number, mostUses: number) {
    const most = Math.min(tableRows, mostUses);
    this.#kernels = kernels;
    this.#rows = kernels.allocateIndices(most);
    this.#pointers = kernels.allocateIndices(most + 1);
    this.#uses = kernels.allocateIndices(mostUses);
    this.#groupOf = new Int32Array(tableRows).fill(-1);
  }

  /**
   * Groups `list[0 .. length)`. Rows come in the order of their first use, uses in ascending order. The arrays are
   * the grouper's own and longer than what is used; they hold until the next call.
   */
  group(list: Int32Array, length: number): RowGroups {
    const [rows, pointers, uses, groupOf] = [this.#rows, this.#pointers, this.#uses, this.#groupOf];
    let count = 0;
    pointers[0] = 0;
    for (let use = 0; use < length; use++) {
      const row = list[use];
      if (groupOf[row] < 0) {
        groupOf[row] = count;
        rows[count++] = row;
        pointers[count] = 0;
      }
      pointers[groupOf[row] + 1]++;
    }
    for (let k = 0; k < count; k++) pointers[k + 1] += pointers[k];
    // Filled from the back, so that each group's end moves down to its beginning.
    for (let use = length - 1; use >= 0; use--) uses[--pointers[groupOf[list[use]] + 1]] = use;
    for (let k = 0; k < count; k++) {
      pointers[k] = pointers[k + 1];
      groupOf[rows[k]] = -1;
    }
    pointers[count] = length;
    return { count, rows, pointers, uses };
  }

  release(): void {
    for (const array of [this.#rows, this.#pointers, this.#uses]) this.#kernels.release(array);
  }
}
