/** Mini-batches of rows (users, or items for models that train on items) in an order that appended rows do not disturb. */

import type { BatchSource } from '../../autodiff/index.js';
import { philox, type SeedKey } from '../../rng.js';

/** Bits of a row's place in an epoch, and those that one pass of the sort looks at. */
const ORDER_BITS = 29;
const PASS_BITS = 10;

/**
 * The rows of an epoch in shuffled order. The order of any two rows depends on (seed, epoch, these rows) alone, so
 * appended rows slip in between without reordering the others.
 */
export function shuffledRows(rows: number, seed: SeedKey, epoch: number): Int32Array {
  const words = new Uint32Array(4);
  const key = seed.child('order').child(epoch);
  const places = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    philox(row, 0, 3, 0, key.high, key.low, words);
    places[row] = words[0] >>> (32 - ORDER_BITS);
  }
  return ascendingOrder(places);
}

/** The indices of `values` (below 2^29) in ascending order of these, equal ones in their own: a radix sort. */
function ascendingOrder(values: Uint32Array): Int32Array {
  const digits = 1 << PASS_BITS;
  let order = new Int32Array(values.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  let sorted = new Int32Array(values.length);
  const next = new Int32Array(digits);
  for (let shift = 0; shift < ORDER_BITS; shift += PASS_BITS) {
    next.fill(0);
    for (let n = 0; n < values.length; n++) next[(values[n] >>> shift) & (digits - 1)]++;
    for (let digit = 0, start = 0; digit < digits; digit++) {
      const count = next[digit];
      next[digit] = start;
      start += count;
    }
    for (let n = 0; n < order.length; n++) {
      const index = order[n];
      sorted[next[(values[index] >>> shift) & (digits - 1)]++] = index;
    }
    [order, sorted] = [sorted, order];
  }
  return order;
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

/** How a model makes the batch of some rows, and gives it back. */
export interface BatchMaker<Batch> {
  /** rows there are: a batch of all of them is made once and kept */
  readonly rows: number;
  create(rows: Int32Array): Batch;
  release(batch: Batch): void;
}

/** Opens and closes the batches of an order. Call `release` at the end. */
export class RowBatchSource<Batch> implements BatchSource<Batch> {
  readonly epochs: number;
  readonly #order: BatchOrder;
  readonly #maker: BatchMaker<Batch>;
  readonly #rows = new Map<number, readonly Int32Array[]>();
  #full: Batch | null = null;

  constructor(order: BatchOrder, maker: BatchMaker<Batch>) {
    this.#order = order;
    this.#maker = maker;
    this.epochs = order.epochs;
  }

  stepsIn(epoch: number): number {
    return this.#rowsOf(epoch).length;
  }

  open(epoch: number, index: number): Batch {
    const rows = this.#rowsOf(epoch)[index];
    if (rows.length < this.#maker.rows) return this.#maker.create(rows);
    this.#full ??= this.#maker.create(rows);
    return this.#full;
  }

  close(batch: Batch): void {
    if (batch !== this.#full) this.#maker.release(batch);
  }

  release(): void {
    if (this.#full !== null) this.#maker.release(this.#full);
    this.#full = null;
  }

  #rowsOf(epoch: number): readonly Int32Array[] {
    let rows = this.#rows.get(epoch);
    if (rows === undefined) {
      rows = this.#order.rowsOf(epoch);
      this.#rows.set(epoch, rows);
    }
    return rows;
  }
}
