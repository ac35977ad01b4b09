/**
 * Sampled training data: an epoch visits every (user, clicked item) pair once, in shuffled order, with `negatives`
 * items that the user has not clicked. For models whose loss compares a clicked item with sampled ones (BPR-MF, CML,
 * NCF). What it is not: it computes no loss and knows no model.
 *
 * Every draw is a pure function of (seed, epoch, user, item): the place of a pair in the epoch's order, and its
 * negatives. So appended fake users slip in between and change no draw of the others; and a pair that is *not* in the
 * data has draws as well, which is what lets a surrogate differentiate by clicks that could be added.
 *
 * Negatives are drawn with replacement, uniformly over the items the user has not clicked: a uniform r picks the r-th
 * of them. (That is exact for a user who has clicked nearly everything, where rejecting clicked items would try for
 * long. The probability of an item is off by at most items / 2^32 of itself.) A user who has clicked every item has no
 * negative: their pairs are left out.
 *
 *     const source = new SampleSource(train, { negatives: 10, batchSize: 512, epochs: 100 }, seed);
 *     const users = kernels.allocateIndices(source.batchSize);
 *     const items = kernels.allocateIndices(source.batchSize * source.width);
 *     for (let index = 0; index < source.stepsAnEpoch; index++) {
 *       const count = source.draw(epoch, index, users, items);
 *     }
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { philox, type SeedKey } from '../../rng.js';

export interface SamplingOptions {
  /** sampled items beside each clicked one */
  readonly negatives: number;
  /** pairs a step, the last step of an epoch has fewer; 0: all */
  readonly batchSize: number;
  readonly epochs: number;
}

const ORDER_DRAW = 4;
const NEGATIVE_DRAW = 5;

interface Epoch {
  readonly number: number;
  readonly order: SeedKey;
  readonly negatives: SeedKey;
  /** CSR positions of the pairs, in the epoch's order */
  readonly entries: Int32Array;
  /** order key of the first pair of each step */
  readonly starts: Uint32Array;
}

/** The samples of a training run, batch by batch. Keeps one epoch's order; any epoch can be asked for at any time. */
export class SampleSource {
  readonly epochs: number;
  /** pairs in an epoch */
  readonly samples: number;
  /** most pairs in a batch */
  readonly batchSize: number;
  readonly stepsAnEpoch: number;
  /** items of a sample: the clicked one, then the negatives */
  readonly width: number;
  readonly #train: InteractionMatrix;
  readonly #seed: SeedKey;
  readonly #userOf: Int32Array;
  readonly #usable: Int32Array;
  readonly #words = new Uint32Array(4);
  #epoch: Epoch | null = null;

  constructor(train: InteractionMatrix, { negatives, batchSize, epochs }: SamplingOptions, seed: SeedKey) {
    this.#train = train;
    this.#seed = seed;
    this.#userOf = usersOfEntries(train);
    this.#usable = usableEntries(train, this.#userOf);
    this.epochs = epochs;
    this.samples = this.#usable.length;
    this.batchSize = batchSize === 0 ? Math.max(1, this.samples) : batchSize;
    this.stepsAnEpoch = Math.ceil(this.samples / this.batchSize);
    this.width = 1 + negatives;
  }

  /**
   * The samples of a step: sample s is user `users[s]`, its items are `items[s * width ..]`, the clicked one first.
   *
   * @returns how many samples were written
   */
  draw(epoch: number, index: number, users: Int32Array, items: Int32Array): number {
    const { entries } = this.#open(epoch);
    const first = index * this.batchSize;
    const count = Math.min(this.batchSize, entries.length - first);
    for (let s = 0; s < count; s++) {
      const entry = entries[first + s];
      users[s] = this.#userOf[entry];
      this.#drawItems(epoch, users[s], this.#train.columns[entry], true, items, s * this.width);
    }
    return count;
  }

  /**
   * Writes `item` and its negatives for `user` to `items` from `at` on. Of an item that the user has not clicked: the
   * negatives it would have if it were clicked, so never the item itself.
   */
  drawItems(epoch: number, user: number, item: number, items: Int32Array, at: number): void {
    this.#drawItems(epoch, user, item, this.#train.has(user, item), items, at);
  }

  #drawItems(
    epoch: number,
    user: number,
    item: number,
    clicked: boolean,
    items: Int32Array,
    at: number,
  ): void {
    const { negatives } = this.#open(epoch);
    const choices = this.#choices(user, clicked);
    const words = this.#words;
    items[at] = item;
    for (let n = 0; n + 1 < this.width; n++) {
      if ((n & 3) === 0) philox(user, item, NEGATIVE_DRAW, n >>> 2, negatives.high, negatives.low, words);
      const r = Math.floor((words[n & 3] * choices) / 2 ** 32);
      const drawn = this.#unclicked(user, r);
      items[at + 1 + n] = clicked || drawn < item ? drawn : this.#unclicked(user, r + 1);
    }
  }

  /** How many items can be a negative of the pair: those the user has not clicked, other than the item. */
  choicesFor(user: number, item: number): number {
    return this.#choices(user, this.#train.has(user, item));
  }

  #choices(user: number, clicked: boolean): number {
    const { rowPointers, items } = this.#train;
    const unclicked = items - (rowPointers[user + 1] - rowPointers[user]);
    return clicked ? unclicked : unclicked - 1;
  }

  /** The step of the epoch in which the pair comes, or would come if it were clicked. */
  stepOf(epoch: number, user: number, item: number): number {
    const { order, starts } = this.#open(epoch);
    const key = this.#orderKey(order, user, item);
    let low = 1;
    let high = this.stepsAnEpoch;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle] <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The r-th item, from 0, that the user has not clicked. */
  #unclicked(user: number, r: number): number {
    const { rowPointers, columns } = this.#train;
    const begin = rowPointers[user];
    let low = 0;
    let high = rowPointers[user + 1] - begin;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (columns[begin + middle] - middle > r) high = middle;
      else low = middle + 1;
    }
    return r + low;
  }

  #orderKey(order: SeedKey, user: number, item: number): number {
    philox(user, item, ORDER_DRAW, 0, order.high, order.low, this.#words);
    return this.#words[0];
  }

  #open(epoch: number): Epoch {
    if (this.#epoch?.number === epoch) return this.#epoch;
    const order = this.#seed.child('order').child(epoch);
    const keyOf = (entry: number) => this.#orderKey(order, this.#userOf[entry], this.#train.columns[entry]);
    const entries = sortedByKey(Uint32Array.from(this.#usable, keyOf), this.#usable);
    const negatives = this.#seed.child('negatives').child(epoch);
    const starts = Uint32Array.from({ length: this.stepsAnEpoch }, (_, step) =>
      keyOf(entries[step * this.batchSize]),
    );
    this.#epoch = { number: epoch, order, negatives, entries, starts };
    return this.#epoch;
  }
}

function usersOfEntries({ users, rowPointers, nonZeros }: InteractionMatrix): Int32Array {
  const userOf = new Int32Array(nonZeros);
  for (let u = 0; u < users; u++) userOf.fill(u, rowPointers[u], rowPointers[u + 1]);
  return userOf;
}

/** CSR positions of the pairs of users who have left an item unclicked. */
function usableEntries({ items, rowPointers, nonZeros }: InteractionMatrix, userOf: Int32Array): Int32Array {
  return Int32Array.from({ length: nonZeros }, (_, entry) => entry).filter(
    (entry) => rowPointers[userOf[entry] + 1] - rowPointers[userOf[entry]] < items,
  );
}

/** `values` by ascending key, equal keys in the order given: a radix sort by 16 bits. */
function sortedByKey(keys: Uint32Array, values: Int32Array): Int32Array {
  let order = Int32Array.from(keys, (_, n) => n);
  for (const shift of [0, 16]) {
    const starts = new Int32Array(65537);
    for (let n = 0; n < keys.length; n++) starts[((keys[n] >>> shift) & 0xffff) + 1]++;
    for (let digit = 0; digit < 65536; digit++) starts[digit + 1] += starts[digit];
    const next = new Int32Array(keys.length);
    for (let n = 0; n < order.length; n++) next[starts[(keys[order[n]] >>> shift) & 0xffff]++] = order[n];
    order = next;
  }
  return order.map((n) => values[n]);
}
