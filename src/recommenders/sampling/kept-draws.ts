/**
 * Draws that an attack's surrogates have in common: from the same seed, the same sizes and the same options every outer step
 * starts at the same parameters, whatever the profiles are. What it is not: it draws nothing, and knows no model.
 */

import type { FloatArray } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';

/**
 * Kept tables by the seed that they were drawn from, each in an ordinary array.
 *
 * @example
 * const kept = new KeptDraws();
 * kept.fill(parameter, seed.child('P'), (p) => fillNormalRows(p, factors, 0.1, seed.child('P')));
 */
export class KeptDraws {
  readonly #tables = new Map<string, FloatArray>();

  /** Writes what `draw` wrote the first time for this seed and length. `draw` must depend on nothing that changes between calls. */
  fill<A extends FloatArray>(parameter: A, seed: SeedKey, draw: (parameter: A) => void): void {
    const key = `${seed} ${parameter.length}`;
    const table = this.#tables.get(key);
    if (table !== undefined) {
      parameter.set(table);
      return;
    }
    draw(parameter);
    this.#tables.set(key, parameter.slice());
  }
}
