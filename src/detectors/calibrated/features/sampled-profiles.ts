/**
 * The clicks that statistics of pairs look at: all clicks of a user, or a random part where there are more than a limit. Work on
 * pairs grows with the square of a profile, and 400 clicks say as much about a user as 4,000.
 */

import { InteractionMatrix } from '../../../data/interactions.js';
import type { SeedKey } from '../../../rng.js';

export interface SampledProfiles {
  readonly interactions: InteractionMatrix;
  /** length nonZeros of `interactions`: where each entry is in the whole matrix; null where nothing is left out */
  readonly positions: Int32Array | null;
}

/**
 * @param most clicks that are kept of a user
 * @example sampledProfiles(interactions, 400, seed).interactions.userDegrees() // none above 400
 */
export function sampledProfiles(
  interactions: InteractionMatrix,
  most: number,
  seed: SeedKey,
): SampledProfiles {
  const { users, rowPointers, columns } = interactions;
  const sizes = interactions.userDegrees();
  if (sizes.every((size) => size <= most)) return { interactions, positions: null };
  const pointers = new Int32Array(users + 1);
  for (let u = 0; u < users; u++) pointers[u + 1] = pointers[u] + Math.min(most, sizes[u]);
  const positions = new Int32Array(pointers[users]);
  for (let u = 0; u < users; u++) {
    const [from, kept] = [pointers[u], pointers[u + 1] - pointers[u]];
    const places = kept < sizes[u] ? seed.child(u).stream().sample(sizes[u], kept).sort() : null;
    for (let n = 0; n < kept; n++) positions[from + n] = rowPointers[u] + (places === null ? n : places[n]);
  }
  const kept = positions.map((position) => columns[position]);
  return { interactions: InteractionMatrix.fromCsr(interactions.items, pointers, kept), positions };
}
