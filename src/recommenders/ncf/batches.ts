/** Makes the batches of `model.ts` out of drawn samples; one at a time, in memory of its own. */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { RowGroups } from '../../kernels/row-types.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import { RowGrouper } from '../sampling/grouping.js';
import { SampleSource, type SamplingOptions } from '../sampling/sampling.js';
import type { NcfBatch } from './pass.js';

/** The batches of a training run. Call `release` at the end. */
export class NcfBatches<A extends FloatArray> {
  readonly source: SampleSource;
  readonly #kernels: Kernels<A>;
  readonly #userGrouper: RowGrouper<A>;
  readonly #itemGrouper: RowGrouper<A>;
  readonly #users: Int32Array;
  readonly #items: Int32Array;
  readonly #samples: Int32Array;
  readonly #rowPointers: Int32Array;
  readonly #groupOfPair: Int32Array;
  readonly #sampleOfUse: Int32Array;
  readonly #labels: A;

  constructor(kernels: Kernels<A>, train: InteractionMatrix, options: SamplingOptions, seed: SeedKey) {
    const source = new SampleSource(train, options, seed);
    const most = Math.min(source.batchSize, source.samples);
    const pairs = most * source.width;
    this.source = source;
    this.#kernels = kernels;
    this.#userGrouper = new RowGrouper(kernels, train.users, most);
    this.#itemGrouper = new RowGrouper(kernels, train.items, pairs);
    this.#users = kernels.allocateIndices(most);
    this.#items = kernels.allocateIndices(pairs);
    this.#groupOfPair = kernels.allocateIndices(pairs);
    this.#sampleOfUse = kernels.allocateIndices(pairs);
    this.#samples = kernels.allocateIndices(pairs);
    this.#rowPointers = kernels.allocateIndices(most + 1);
    this.#labels = kernels.allocate(pairs);
    for (let s = 0; s <= most; s++) this.#rowPointers[s] = s * source.width;
    for (let o = 0; o < pairs; o++) {
      this.#samples[o] = Math.floor(o / source.width);
      this.#labels[o] = o % source.width === 0 ? 1 : 0;
    }
  }

  /** The batch of a step; it holds until the next call. */
  draw(epoch: number, index: number): NcfBatch<A> {
    const count = this.source.draw(epoch, index, this.#users, this.#items);
    const pairs = count * this.source.width;
    const itemGroups = this.#itemGrouper.group(this.#items, pairs);
    return {
      users: this.#users.subarray(0, count),
      items: this.#items.subarray(0, pairs),
      samples: this.#samples.subarray(0, pairs),
      userGroups: this.#userGrouper.group(this.#users, count),
      itemGroups,
      pattern: this.#patternOf(count, pairs, itemGroups),
      labels: this.#labels.subarray(0, pairs) as A,
    };
  }

  #patternOf(rows: number, nonZeros: number, { count, pointers, uses }: RowGroups): SparsePattern {
    for (let group = 0; group < count; group++) {
      for (let u = pointers[group]; u < pointers[group + 1]; u++) {
        this.#groupOfPair[uses[u]] = group;
        this.#sampleOfUse[u] = this.#samples[uses[u]];
      }
    }
    return {
      rows,
      columns: count,
      nonZeros,
      rowPointers: this.#rowPointers.subarray(0, rows + 1),
      columnIndices: this.#groupOfPair.subarray(0, nonZeros),
      columnPointers: pointers.subarray(0, count + 1),
      rowIndices: this.#sampleOfUse.subarray(0, nonZeros),
      csrPositions: uses.subarray(0, nonZeros),
    };
  }

  release(): void {
    this.#userGrouper.release();
    this.#itemGrouper.release();
    const indices = [this.#users, this.#items, this.#samples, this.#rowPointers];
    for (const array of [...indices, this.#groupOfPair, this.#sampleOfUse, this.#labels])
      this.#kernels.release(array);
  }
}
