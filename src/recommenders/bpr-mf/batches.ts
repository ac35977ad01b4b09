/**
 * The batches of BPR-MF as a surrogate. A step has the samples that `fit` would draw; inside the unrolled window it also
 * has, of the fake users, every pair with an item that they have *not* clicked but whose draws put it in this step: its
 * click could be added there.
 */

import type { BatchSource } from '../../autodiff/index.js';
import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import { CandidatePairs } from '../sampling/candidate-pairs.js';
import type { SampleSource } from '../sampling/sampling.js';
import type { PoisonedData } from '../surrogate-types.js';

/** Pairs (user, clicked item) with each of their negatives, by user. Entry e compares two items for one user. */
export interface BprPairs<A extends FloatArray> {
  /** users x items: the clicked item of each entry */
  readonly clicked: SparsePattern;
  /** the same rows: the negative of each entry */
  readonly negative: SparsePattern;
  /** x of each entry: 1, and 0 where a fake user has not clicked the item */
  readonly x: A;
  /** for each entry: fake user (from 0) * items + item, or -1 for a real user's */
  readonly fakeEntries: Int32Array;
}

export interface BprBatch<A extends FloatArray> {
  readonly count: number;
  readonly width: number;
  /** user of each sample */
  readonly users: Int32Array;
  /** count x width */
  readonly items: Int32Array;
  /** the samples of real users, and all pairs of fake users that come in this step; made when first asked for */
  pairs(): BprPairs<A>;
}

interface OpenBatch<A extends FloatArray> extends BprBatch<A> {
  release(): void;
}

export class BprBatchSource<A extends FloatArray> implements BatchSource<BprBatch<A>> {
  readonly epochs: number;
  readonly #kernels: Kernels<A>;
  readonly #source: SampleSource;
  readonly #data: PoisonedData;
  readonly #candidates: CandidatePairs;

  constructor(kernels: Kernels<A>, source: SampleSource, data: PoisonedData) {
    this.#kernels = kernels;
    this.#source = source;
    this.#data = data;
    this.#candidates = new CandidatePairs(source, data);
    this.epochs = source.epochs;
  }

  stepsIn(): number {
    return this.#source.stepsAnEpoch;
  }

  open(epoch: number, index: number): OpenBatch<A> {
    const kernels = this.#kernels;
    const { batchSize, width } = this.#source;
    const users = kernels.allocateIndices(batchSize);
    const items = kernels.allocateIndices(batchSize * width);
    const count = this.#source.draw(epoch, index, users, items);
    let pairs: BprPairs<A> | null = null;
    return {
      count,
      width,
      users,
      items,
      pairs: () => {
        pairs ??= this.#pairs(epoch, index, { users, items, count });
        return pairs;
      },
      release: () => {
        kernels.release(users);
        kernels.release(items);
        if (pairs === null) return;
        releasePattern(kernels, pairs.clicked);
        releasePattern(kernels, pairs.negative);
        kernels.release(pairs.x);
      },
    };
  }

  close(batch: BprBatch<A>): void {
    (batch as OpenBatch<A>).release();
  }

  #pairs(
    epoch: number,
    index: number,
    samples: { users: Int32Array; items: Int32Array; count: number },
  ): BprPairs<A> {
    const { interactions, realUsers } = this.#data;
    const { width } = this.#source;
    const builder = new PairBuilder(interactions.users, interactions.items, width);
    for (let s = 0; s < samples.count; s++) {
      if (samples.users[s] >= realUsers) continue;
      builder.add(samples.users[s], samples.items.subarray(s * width, (s + 1) * width), 1, -1);
    }
    const items = new Int32Array(width);
    for (const pair of this.#candidates.inStep(epoch, index)) {
      const user = realUsers + Math.floor(pair / interactions.items);
      const item = pair % interactions.items;
      this.#source.drawItems(epoch, user, item, items, 0);
      builder.add(user, items, interactions.has(user, item) ? 1 : 0, pair);
    }
    return builder.build(this.#kernels);
  }
}

/** Gathers pairs in any order and lays them out by user. */
class PairBuilder {
  readonly #users: number;
  readonly #items: number;
  readonly #width: number;
  readonly #pairs: { user: number; items: Int32Array; x: number; fake: number }[] = [];

  constructor(users: number, items: number, width: number) {
    this.#users = users;
    this.#items = items;
    this.#width = width;
  }

  add(user: number, items: Int32Array, x: number, fake: number): void {
    this.#pairs.push({ user, items: items.slice(), x, fake });
  }

  build<A extends FloatArray>(kernels: Kernels<A>): BprPairs<A> {
    const negatives = this.#width - 1;
    const entries = this.#pairs.length * negatives;
    const rowPointers = new Int32Array(this.#users + 1);
    for (const { user } of this.#pairs) rowPointers[user + 1] += negatives;
    for (let u = 0; u < this.#users; u++) rowPointers[u + 1] += rowPointers[u];
    const next = rowPointers.slice(0, this.#users);
    const [clicked, negative] = [new Int32Array(entries), new Int32Array(entries)];
    const fakeEntries = new Int32Array(entries);
    const x = kernels.allocate(entries);
    for (const pair of this.#pairs) {
      for (let n = 0; n < negatives; n++) {
        const e = next[pair.user]++;
        clicked[e] = pair.items[0];
        negative[e] = pair.items[1 + n];
        fakeEntries[e] = pair.fake;
        x[e] = pair.x;
      }
    }
    const rows = Int32Array.from({ length: this.#users }, (_, user) => user);
    const pattern = (columns: Int32Array) =>
      createPattern(kernels, { rowPointers, columns }, rows, this.#items);
    return { clicked: pattern(clicked), negative: pattern(negative), x, fakeEntries };
  }
}
