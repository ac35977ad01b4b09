/**
 * One uniform draw for each (seed, user, item): a pure function of the three, so that a split does not depend on the
 * order of the interactions or on which others exist.
 */

import { philox, type SeedKey } from '../rng.js';
import type { InteractionMatrix } from './interactions.js';

/** Uniform draws in [0, 1) with 53 random bits, in CSR order. */
export function pairDraws(interactions: InteractionMatrix, seed: SeedKey): Float64Array {
  const draws = new Float64Array(interactions.nonZeros);
  const words = new Uint32Array(4);
  for (let u = 0; u < interactions.users; u++) {
    for (let e = interactions.rowPointers[u]; e < interactions.rowPointers[u + 1]; e++) {
      philox(u, interactions.columns[e], 3, 0, seed.high, seed.low, words);
      draws[e] = ((words[0] >>> 5) * 67108864 + (words[1] >>> 6)) / 9007199254740992;
    }
  }
  return draws;
}
