/**
 * The outer optimiser: SGD with momentum on the relaxed fake matrix, then the projection back to {0, 1}.
 *
 * The step starts from the *projected* matrix; the buffer `buf = mu buf + g` is never reset.
 */

import type { LearnedOptions } from './options.js';
import { projectByThreshold, projectToBudget } from './projection.js';
import type { LearnedRequest } from './request.js';

const NO_ITEMS = new Int32Array(0);

export class OuterDescent {
  /** the momentum buffer, fake users x items */
  readonly buffer: Float32Array;
  readonly #options: LearnedOptions;
  readonly #items: number;
  readonly #sizes: Int32Array | null;
  readonly #forced: Int32Array;
  readonly #isForced: Uint8Array;

  constructor(request: LearnedRequest) {
    this.#options = request.options;
    this.#items = request.interactions.items;
    this.#sizes = request.clicks;
    this.#forced = request.options.forceTargets ? request.targets : NO_ITEMS;
    this.#isForced = new Uint8Array(this.#items);
    for (const item of this.#forced) this.#isForced[item] = 1;
    this.buffer = new Float32Array(request.fakeUsers * this.#items);
  }

  /** One step from `profiles` along -gradient; returns the projected profiles. The gradient is only read. */
  step(profiles: readonly Int32Array[], gradient: Float32Array): Int32Array[] {
    const { learningRate, projection } = this.#options;
    const relaxed = new Float32Array(this.buffer.length);
    profiles.forEach((profile, v) => {
      const start = v * this.#items;
      this.#addToBuffer(gradient.subarray(start, start + this.#items), start);
      for (let i = start; i < start + this.#items; i++) relaxed[i] = -learningRate * this.buffer[i];
      for (const item of profile) relaxed[start + item] += 1;
    });
    if (projection.kind === 'threshold') {
      return projectByThreshold(relaxed, this.#items, profiles.length, projection.rho, this.#forced);
    }
    return projectToBudget(relaxed, this.#items, this.#sizes as Int32Array, this.#forced);
  }

  /** buf = mu buf + g / ||g||; forced columns get no gradient, a row of norm 0 stays 0. */
  #addToBuffer(row: Float32Array, start: number): void {
    const { momentum, normaliseRows } = this.#options;
    let squares = 0;
    for (let i = 0; i < row.length; i++) if (this.#isForced[i] === 0) squares += row[i] * row[i];
    const scale = normaliseRows ? (squares === 0 ? 0 : 1 / Math.sqrt(squares)) : 1;
    for (let i = 0; i < row.length; i++) {
      const g = this.#isForced[i] === 1 ? 0 : scale * row[i];
      this.buffer[start + i] = momentum * this.buffer[start + i] + g;
    }
  }
}
