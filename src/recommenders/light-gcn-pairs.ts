/**
 * The training pairs of LightGCN: in each epoch every interaction once, in shuffled order, with one sampled negative.
 *
 * Place and negative of the pair (user, item) depend on (seed, epoch, user, item) and on the user's own row alone, so that
 * appended users change no draw of the others. A pair of a fake user has both whether it is clicked or not: an unclicked
 * one is a candidate, of weight 0, in the batch where its place falls.
 */

import type { CsrRows } from '../kernels/pattern.js';
import { philox, type SeedKey } from '../rng.js';

/** Parallel lists of users, what they clicked, and what they are to rank below it. */
export interface Pairs {
  readonly users: Int32Array;
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
}

export interface PairData {
  readonly users: number;
  readonly items: number;
  /** users from here on are fake */
  readonly realUsers: number;
  readonly interactions: CsrRows;
}

export interface PairOrder {
  readonly epochs: number;
  readonly stepsAnEpoch: number;
  /** The clicked pairs of a batch. */
  clicked(epoch: number, index: number): Pairs;
  /** The unclicked pairs of fake users that belong to a batch. */
  candidates(epoch: number, index: number): Pairs;
}

/** A place is 27 random bits and, for clicked pairs, 26 bits of the interaction's number, which break ties. */
const NUMBER_BITS = 2 ** 26;

/** @param batchSize clicked pairs a batch; 0: all in one */
export function createPairOrder(
  data: PairData,
  { batchSize, epochs }: { readonly batchSize: number; readonly epochs: number },
  seed: SeedKey,
): PairOrder {
  const { rowPointers, columns } = data.interactions;
  const count = columns.length;
  const size = batchSize === 0 ? Math.max(1, count) : batchSize;
  const stepsAnEpoch = Math.max(1, Math.ceil(count / size));
  const userOf = new Int32Array(count);
  for (let u = 0; u < data.users; u++) userOf.fill(u, rowPointers[u], rowPointers[u + 1]);
  const draws = new PairDraws(data, seed);
  const orders = new Latest((epoch) => draws.placesOf(epoch, userOf));
  const candidates = new Latest((epoch) => {
    const places = orders.of(epoch);
    const lastPlaces = Array.from({ length: stepsAnEpoch }, (_, b) =>
      Math.floor(places[Math.min(count, (b + 1) * size) - 1] / NUMBER_BITS),
    );
    return candidatesByBatch(data, draws, epoch, lastPlaces);
  });
  return {
    epochs,
    stepsAnEpoch,
    clicked(epoch, index) {
      const numbers = Array.from(
        orders.of(epoch).subarray(index * size, (index + 1) * size),
        (place) => place % NUMBER_BITS,
      );
      return pairsOf(draws, epoch, (n) => [userOf[numbers[n]], columns[numbers[n]]], numbers.length);
    },
    candidates(epoch, index) {
      const list = candidates.of(epoch)[index];
      return pairsOf(
        draws,
        epoch,
        (n) => [data.realUsers + Math.floor(list[n] / data.items), list[n] % data.items],
        list.length,
      );
    },
  };
}

function pairsOf(
  draws: PairDraws,
  epoch: number,
  pairAt: (n: number) => readonly [user: number, item: number],
  length: number,
): Pairs {
  const [users, positives, negatives] = [0, 1, 2].map(() => new Int32Array(length));
  for (let n = 0; n < length; n++) {
    [users[n], positives[n]] = pairAt(n);
    negatives[n] = draws.negative(epoch, users[n], positives[n]);
  }
  return { users, positives, negatives };
}

/** The unclicked pairs of fake users, as (fake user * items + item), of each batch. */
function candidatesByBatch(
  { users, items, realUsers, interactions }: PairData,
  draws: PairDraws,
  epoch: number,
  lastPlaces: readonly number[],
): number[][] {
  const batches: number[][] = lastPlaces.map(() => []);
  for (let user = realUsers; user < users; user++) {
    let e = interactions.rowPointers[user];
    const end = interactions.rowPointers[user + 1];
    for (let item = 0; item < items; item++) {
      if (e < end && interactions.columns[e] === item) e++;
      else
        batches[batchOf(lastPlaces, draws.place(epoch, user, item))].push((user - realUsers) * items + item);
    }
  }
  return batches;
}

/** The first batch that ends at or after a place; the last one takes what comes after all. */
function batchOf(lastPlaces: readonly number[], place: number): number {
  let low = 0;
  let high = lastPlaces.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lastPlaces[middle] < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value of the epoch asked for last: batches are opened epoch by epoch. */
class Latest<T> {
  readonly #make: (epoch: number) => T;
  #epoch = -1;
  #value: T | undefined;

  constructor(make: (epoch: number) => T) {
    this.#make = make;
  }

  of(epoch: number): T {
    if (this.#value === undefined || this.#epoch !== epoch) {
      this.#value = this.#make(epoch);
      this.#epoch = epoch;
    }
    return this.#value;
  }
}

/** The draws of single pairs, from counter blocks (user, item, attempt). */
class PairDraws {
  readonly #data: PairData;
  readonly #keys: Latest<SeedKey>;
  readonly #words = new Uint32Array(4);

  constructor(data: PairData, seed: SeedKey) {
    this.#data = data;
    this.#keys = new Latest((epoch) => seed.child('pairs').child(epoch));
  }

  place(epoch: number, user: number, item: number): number {
    return this.#draw(epoch, user, item, 0)[0] >>> 5;
  }

  /** Places of all clicked pairs with their numbers, ascending. */
  placesOf(epoch: number, userOf: Int32Array): Float64Array {
    const { columns } = this.#data.interactions;
    const places = Float64Array.from(
      columns,
      (item, e) => this.place(epoch, userOf[e], item) * NUMBER_BITS + e,
    );
    return places.sort();
  }

  /** Uniform among the items that the user did not click, other than `item`; `item` itself where there is none. */
  negative(epoch: number, user: number, item: number): number {
    const { items, interactions } = this.#data;
    const [begin, end] = [interactions.rowPointers[user], interactions.rowPointers[user + 1]];
    const taken = end - begin + (contains(interactions.columns, begin, end, item) ? 0 : 1);
    if (taken >= items) return item;
    for (let attempt = 0; ; attempt++) {
      const words = this.#draw(epoch, user, item, attempt);
      for (let w = 1; w < 4; w++) {
        const drawn = Math.floor((words[w] * items) / 2 ** 32);
        if (drawn !== item && !contains(interactions.columns, begin, end, drawn)) return drawn;
      }
    }
  }

  #draw(epoch: number, user: number, item: number, attempt: number): Uint32Array {
    const { high, low } = this.#keys.of(epoch);
    philox(user, item, attempt, 4, high, low, this.#words);
    return this.#words;
  }
}

/** Whether `value` is among the ascending entries [begin, end). */
function contains(columns: Int32Array, begin: number, end: number, value: number): boolean {
  let low = begin;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low < end && columns[low] === value;
}
