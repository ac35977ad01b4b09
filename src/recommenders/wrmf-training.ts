/**
 * WRMF's inner problem: initial state, batches, and the training step. Used by `wrmf` (fit and recommend) and, as a
 * surrogate, by the learned attack and by `verify`.
 */

import { createTrainingStep, type TrainingState, type TrainingStep } from '../autodiff/index.js';
import type { AdamState, FloatArray, Kernels } from '../kernels/types.js';
import { philox, type SeedKey } from '../rng.js';
import {
  createWrmfBatch,
  createWrmfModel,
  releaseWrmfBatch,
  type WrmfBatch,
  type WrmfProblem,
} from './wrmf-model.js';
import type { WrmfOptions } from './wrmf-options.js';

const ADAM_CONSTANTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

export function createWrmfStep<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
  options: Pick<WrmfOptions, 'learningRate' | 'weightDecay'>,
): TrainingStep<A, WrmfBatch<A>> {
  const { learningRate, weightDecay } = options;
  return createTrainingStep(kernels, createWrmfModel(kernels, problem), {
    ...ADAM_CONSTANTS,
    learningRate,
    weightDecay,
  });
}

/** A table with moments 0 and its rows written by `fillRow`. */
export function createTable<A extends FloatArray>(
  kernels: Kernels<A>,
  rows: number,
  columns: number,
  fillParameter: (parameter: A) => void,
): AdamState<A> {
  const table = {
    parameter: kernels.allocate(rows * columns),
    firstMoment: kernels.allocate(rows * columns),
    secondMoment: kernels.allocate(rows * columns),
    rows,
    columns,
  };
  fillParameter(table.parameter);
  table.firstMoment.fill(0);
  table.secondMoment.fill(0);
  return table;
}

/** Row r of tensor `name` is drawn from (seed, name, r) alone: appended rows change no draw of the others. */
function fillNormalRows<A extends FloatArray>(
  parameter: A,
  columns: number,
  scale: number,
  seed: SeedKey,
): void {
  for (let row = 0; row * columns < parameter.length; row++) {
    const stream = seed.child(row).stream();
    for (let j = 0; j < columns; j++) parameter[row * columns + j] = scale * stream.normal();
  }
}

export function createWrmfState<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
  initialScale: number,
  seed: SeedKey,
): TrainingState<A> {
  const { users, items, factors } = problem;
  return {
    step: 0,
    tables: [
      createTable(kernels, users, factors, (p) => fillNormalRows(p, factors, initialScale, seed.child('P'))),
      createTable(kernels, items, factors, (q) => fillNormalRows(q, factors, initialScale, seed.child('Q'))),
    ],
  };
}

export function releaseState<A extends FloatArray>(kernels: Kernels<A>, state: TrainingState<A>): void {
  for (const table of state.tables) {
    kernels.release(table.parameter);
    kernels.release(table.firstMoment);
    kernels.release(table.secondMoment);
  }
}

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

/** The users of each step of an epoch. */
export interface BatchOrder {
  readonly epochs: number;
  usersOf(epoch: number): readonly Int32Array[];
}

/** Mini-batches of `batchSize` users in shuffled order, the last one smaller; 0: one batch of all. */
export function shuffledBatches(
  users: number,
  options: Pick<WrmfOptions, 'batchSize' | 'epochs'>,
  seed: SeedKey,
): BatchOrder {
  const { batchSize, epochs } = options;
  if (batchSize === 0 || batchSize >= users) return fullBatch(users, epochs);
  return {
    epochs,
    usersOf(epoch) {
      const order = shuffledRows(users, seed, epoch);
      const batches: Int32Array[] = [];
      for (let start = 0; start < users; start += batchSize)
        batches.push(order.subarray(start, start + batchSize));
      return batches;
    },
  };
}

function fullBatch(users: number, epochs: number): BatchOrder {
  const all = [Int32Array.from({ length: users }, (_, user) => user)];
  return { epochs, usersOf: () => all };
}

/** Opens and closes WRMF batches; a batch of all users is made once. Call `release` at the end. */
export class WrmfBatchSource<A extends FloatArray> {
  readonly epochs: number;
  readonly #kernels: Kernels<A>;
  readonly #problem: WrmfProblem;
  readonly #order: BatchOrder;
  readonly #users = new Map<number, readonly Int32Array[]>();
  #full: WrmfBatch<A> | null = null;

  constructor(kernels: Kernels<A>, problem: WrmfProblem, order: BatchOrder) {
    this.#kernels = kernels;
    this.#problem = problem;
    this.#order = order;
    this.epochs = order.epochs;
  }

  stepsIn(epoch: number): number {
    return this.#batchUsers(epoch).length;
  }

  open(epoch: number, index: number): WrmfBatch<A> {
    const users = this.#batchUsers(epoch)[index];
    if (users.length < this.#problem.users) return createWrmfBatch(this.#kernels, this.#problem, users);
    this.#full ??= createWrmfBatch(this.#kernels, this.#problem, users);
    return this.#full;
  }

  close(batch: WrmfBatch<A>): void {
    if (batch !== this.#full) releaseWrmfBatch(this.#kernels, batch);
  }

  release(): void {
    if (this.#full !== null) releaseWrmfBatch(this.#kernels, this.#full);
    this.#full = null;
  }

  #batchUsers(epoch: number): readonly Int32Array[] {
    let users = this.#users.get(epoch);
    if (users === undefined) {
      users = this.#order.usersOf(epoch);
      this.#users.set(epoch, users);
    }
    return users;
  }
}
