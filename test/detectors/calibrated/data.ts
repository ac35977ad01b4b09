/** A small file with tastes, as real ones have: users of one to three of 12 tastes, popular items more often. And fakes in it. */

import { InteractionMatrix } from '../../../dist/data/index.js';
import { SeedKey } from '../../../dist/rng.js';

const USERS = 600;
const ITEMS = 360;
const TASTES = 12;

export interface File {
  readonly matrix: InteractionMatrix;
}

export function file(seed: number): File {
  const root = SeedKey.root(seed).child('a file with tastes');
  const width = ITEMS / TASTES;
  const rows = Array.from({ length: USERS }, (_, u) => {
    const draws = root.child(u).stream();
    const own = Array.from({ length: 1 + draws.integer(3) }, () => draws.integer(TASTES));
    const size = 8 + Math.floor(22 * draws.uniform() ** 2);
    const row = new Set<number>();
    while (row.size < size) {
      const taste = draws.uniform() < 0.9 ? own[draws.integer(own.length)] : draws.integer(TASTES);
      row.add(taste * width + Math.floor(width * draws.uniform() ** 1.3));
    }
    return [...row];
  });
  return { matrix: InteractionMatrix.fromRows(ITEMS, rows) };
}

/** The file with fakes after its users, who click the targets and items at random. */
export function withRandomFakes(
  { matrix }: File,
  count: number,
  targets: readonly number[],
): InteractionMatrix {
  const draws = SeedKey.root(5).child('fakes').stream();
  const profiles = Array.from({ length: count }, () => {
    const profile = new Set(targets);
    while (profile.size < 18) profile.add(draws.integer(matrix.items));
    return [...profile];
  });
  return matrix.appendRows(profiles);
}
