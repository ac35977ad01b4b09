/**
 * Where the inner optima of an attack go on from: the solutions of the outer step before, one for each purpose. They are part
 * of what a resumed attack needs to reach the same bits.
 */

import type { InnerOptimum } from '../../../autodiff/index.js';
import { decodeFloats, encodeFloats } from '../encoded-floats.js';

/** The surrogate that gives gradients, and the one with another seed that profiles are selected on. */
export type Purpose = 'gradient' | 'selection';

export class WarmStarts {
  readonly #origins = new Map<string, Float32Array>();

  /** Moves an optimum to the last one kept for the purpose, if any. */
  start(purpose: Purpose, { origin }: InnerOptimum<Float32Array>): void {
    const kept = this.#origins.get(purpose);
    if (kept !== undefined) origin.set(kept);
  }

  keep(purpose: Purpose, { origin }: InnerOptimum<Float32Array>): void {
    const kept = this.#origins.get(purpose) ?? new Float32Array(origin.length);
    kept.set(origin);
    this.#origins.set(purpose, kept);
  }

  save(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#origins].map(([purpose, kept]) => [purpose, encodeFloats(kept)]));
  }

  restore(saved: Readonly<Record<string, string>>): void {
    for (const [purpose, text] of Object.entries(saved)) this.#origins.set(purpose, decodeFloats(text));
  }
}
