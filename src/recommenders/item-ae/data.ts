/**
 * What ItemAE reads: its data by items, and the batches of items made from them, in kernel memory. What it is not: no
 * parameters and no loss (`model.ts`).
 */

import { type CsrRows, createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import type { Activation } from './options.js';

export interface ItemAeProblem {
  /** fake users included */
  readonly users: number;
  /** users from here on are fake */
  readonly realUsers: number;
  readonly items: number;
  /** the users of each item, ascending: row i is column i of [X; fake] */
  readonly clicks: CsrRows;
  /** units of the hidden layers, in order */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly positiveWeight: number;
}

/** Items of one step, ascending. */
export interface ItemAeBatch<A extends FloatArray> {
  readonly items: Int32Array;
  /** items of the batch x users */
  readonly pattern: SparsePattern;
  /** 1 at every click */
  readonly ones: A;
  /** null: there are no fake users */
  readonly fake: FakeColumns<A> | null;
}

/** The fake users' clicks on the items of a batch. */
export interface FakeColumns<A extends FloatArray> {
  /** items of the batch x fake users */
  readonly pattern: SparsePattern;
  /** 1 at every click: what the encoder reads */
  readonly inputs: A;
  /** alpha at every click: what the loss compares with, times its weight */
  readonly targets: A;
  /** 1 at real users' clicks, 0 at fake users', on the pattern of the batch */
  readonly realOnes: A;
}

export interface ItemAeData<A extends FloatArray> {
  readonly problem: ItemAeProblem;
  /** indices of the real and of the fake users, in kernel memory */
  readonly realUsers: Int32Array;
  readonly fakeUsers: Int32Array;
  /** Makes the batch of the given items (any order); release it with `releaseBatch`. */
  createBatch(items: ArrayLike<number>): ItemAeBatch<A>;
  releaseBatch(batch: ItemAeBatch<A>): void;
  release(): void;
}

/** @example const data = createItemAeData(kernels, problem); */
export function createItemAeData<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: ItemAeProblem,
): ItemAeData<A> {
  const { users, realUsers: firstFake } = problem;
  const realUsers = range(kernels, 0, firstFake);
  const fakeUsers = range(kernels, firstFake, users);
  const fakeClicks = usersFrom(problem.clicks, firstFake);
  const filled = (length: number, value: number): A => {
    const values = kernels.allocate(length);
    values.fill(value);
    return values;
  };
  return {
    problem,
    realUsers,
    fakeUsers,
    createBatch(batchItems) {
      const items = Int32Array.from(batchItems).sort();
      const pattern = createPattern(kernels, problem.clicks, items, users);
      const ones = filled(pattern.nonZeros, 1);
      if (fakeUsers.length === 0) return { items, pattern, ones, fake: null };
      const fakePattern = createPattern(kernels, fakeClicks, items, fakeUsers.length);
      const realOnes = kernels.allocate(pattern.nonZeros);
      pattern.columnIndices.forEach((user, e) => {
        realOnes[e] = user < firstFake ? 1 : 0;
      });
      const inputs = filled(fakePattern.nonZeros, 1);
      const targets = filled(fakePattern.nonZeros, problem.positiveWeight);
      return { items, pattern, ones, fake: { pattern: fakePattern, inputs, targets, realOnes } };
    },
    releaseBatch({ pattern, ones, fake }) {
      releasePattern(kernels, pattern);
      kernels.release(ones);
      if (fake === null) return;
      releasePattern(kernels, fake.pattern);
      for (const values of [fake.inputs, fake.targets, fake.realOnes]) kernels.release(values);
    },
    release() {
      kernels.release(realUsers);
      kernels.release(fakeUsers);
    },
  };
}

function range<A extends FloatArray>(kernels: Kernels<A>, from: number, to: number): Int32Array {
  const indices = kernels.allocateIndices(to - from);
  for (let j = 0; j < indices.length; j++) indices[j] = from + j;
  return indices;
}

/** The users from `first` on, counted from there, of each row. */
function usersFrom({ rowPointers, columns }: CsrRows, first: number): CsrRows {
  const pointers = new Int32Array(rowPointers.length);
  const kept: number[] = [];
  for (let row = 0; row + 1 < rowPointers.length; row++) {
    for (let e = rowPointers[row]; e < rowPointers[row + 1]; e++)
      if (columns[e] >= first) kept.push(columns[e] - first);
    pointers[row + 1] = kept.length;
  }
  return { rowPointers: pointers, columns: Int32Array.from(kept) };
}

/**
 * Adds the gradient by a batch's fake columns to that of all fake data, transposed.
 *
 * @param gradient items of the batch x fake users
 * @param fakeGradient fake users x `itemCount`
 * @param clickWeight multiplies the gradient at the fake users' clicks (the loss's weight there)
 */
export function addFakeColumns<A extends FloatArray>(
  { items, fake }: ItemAeBatch<A>,
  gradient: A,
  fakeGradient: A,
  itemCount: number,
  clickWeight: number,
): void {
  if (fake === null) return;
  const { rowPointers, columnIndices, columns } = fake.pattern;
  items.forEach((item, j) => {
    for (let e = rowPointers[j]; e < rowPointers[j + 1]; e++)
      gradient[j * columns + columnIndices[e]] *= clickWeight;
    for (let v = 0; v < columns; v++) fakeGradient[v * itemCount + item] += gradient[j * columns + v];
  });
}
