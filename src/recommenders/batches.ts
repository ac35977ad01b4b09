/** Mini-batches of rows (users, or items for models that train on items) in an order that appended rows do not disturb. */

import { philox, type SeedKey } from '../rng.js';

const ROW_BITS = 2 ** 24;

/**
 * The rows of an epoch in shuffled order. The order of any two rows depends on (seed, epoch, these rows) alone, so
 * appended rows slip in between without reordering the others.
 */
export function shuffledRows(rows: number, seed: SeedKey, epoch: number): Int32Array {
  const words = new Uint32Array(4);
  const key = seed.child('order').child(epoch);
  const sortable = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    philox(row, 0, 3, 0, key.high, key.low, words);
    sortable[row] = (words[0] >>> 3) * ROW_BITS + row;
  }
  sortable.sort();
  return Int32Array.from(sortable, (value) => value % ROW_BITS);
}

/** The rows of each step of an epoch. */
export interface BatchOrder {
  readonly epochs: number;
  rowsOf(epoch: number): readonly Int32Array[];
}

/** Mini-batches of `batchSize` rows in shuffled order, the last one smaller; 0: one batch of all. */
export function shuffledBatches(
  rows: number,
  { batchSize, epochs }: { readonly batchSize: number; readonly epochs: number },
  seed: SeedKey,
): BatchOrder {
  if (batchSize === 0 || batchSize >= rows) return fullBatch(rows, epochs);
  return {
    epochs,
    rowsOf(epoch) {
      const order = shuffledRows(rows, seed, epoch);
      const batches: Int32Array[] = [];
      for (let start = 0; start < rows; start += batchSize)
        batches.push(order.subarray(start, start + batchSize));
      return batches;
    },
  };
}

function fullBatch(rows: number, epochs: number): BatchOrder {
  const all = [Int32Array.from({ length: rows }, (_, row) => row)];
  return { epochs, rowsOf: () => all };
}
