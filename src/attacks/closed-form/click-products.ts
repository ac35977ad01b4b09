/**
 * Products with the clicks of the real users X and of the fake users F, in kernel memory, a few columns at a time. What it is not: it
 * never forms X^T X, and knows no model.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';

/** Dense arguments are row-major with `width` columns; arrays come from the same kernels. */
export class ClickProducts<A extends FloatArray> {
  readonly kernels: Kernels<A>;
  readonly users: number;
  readonly items: number;
  /** clicks of each item by real users */
  readonly degrees: Int32Array;
  readonly #real: SparsePattern;
  #fake: SparsePattern | null = null;
  readonly #ones: A;
  #fakeOnes: A | null = null;

  constructor(kernels: Kernels<A>, interactions: InteractionMatrix) {
    this.kernels = kernels;
    this.users = interactions.users;
    this.items = interactions.items;
    this.degrees = interactions.itemDegrees();
    this.#real = createPattern(kernels, interactions, indices(this.users), this.items);
    this.#ones = kernels.allocate(interactions.nonZeros);
    kernels.fill(this.#ones, 1);
  }

  /** Sets F; ascending item indices of each fake user. None: F has no rows. */
  setFakes(profiles: readonly Int32Array[]): void {
    this.#releaseFakes();
    const nonZeros = profiles.reduce((sum, profile) => sum + profile.length, 0);
    if (nonZeros === 0) return;
    const rowPointers = new Int32Array(profiles.length + 1);
    const columns = new Int32Array(nonZeros);
    profiles.forEach((profile, v) => {
      columns.set(profile, rowPointers[v]);
      rowPointers[v + 1] = rowPointers[v] + profile.length;
    });
    this.#fake = createPattern(this.kernels, { rowPointers, columns }, indices(profiles.length), this.items);
    this.#fakeOnes = this.kernels.allocate(nonZeros);
    this.kernels.fill(this.#fakeOnes, 1);
  }

  /** out (users x width) = X x */
  scores(x: A, width: number, out: A): void {
    this.kernels.spmm(this.#real, this.#ones, x, width, out);
  }

  /** out (items x width) = X^T x */
  scoresTransposed(x: A, width: number, out: A): void {
    this.kernels.spmmTransposed(this.#real, this.#ones, x, width, out);
  }

  /** out (items x width) = (X^T X + F^T F) x; `rows`: room for users x width */
  gram(x: A, width: number, rows: A, out: A): void {
    this.scores(x, width, rows);
    this.scoresTransposed(rows, width, out);
    if (this.#fake === null || this.#fakeOnes === null) return;
    const byFake = this.kernels.allocate(this.#fake.rows * width);
    this.kernels.spmm(this.#fake, this.#fakeOnes, x, width, byFake);
    this.kernels.spmmTransposed(this.#fake, this.#fakeOnes, byFake, width, out, { accumulate: true });
    this.kernels.release(byFake);
  }

  dispose(): void {
    this.#releaseFakes();
    this.kernels.release(this.#ones);
    releasePattern(this.kernels, this.#real);
  }

  #releaseFakes(): void {
    if (this.#fake !== null) releasePattern(this.kernels, this.#fake);
    if (this.#fakeOnes !== null) this.kernels.release(this.#fakeOnes);
    this.#fake = null;
    this.#fakeOnes = null;
  }
}

const indices = (count: number): Int32Array => Int32Array.from({ length: count }, (_, n) => n);
