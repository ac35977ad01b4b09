/** Fig. 5c: where fake users lie among normal ones in a victim's latent space, by RandFilter and WRMF+SGD and its controls. */

import type { LatentEvidence } from '../../audit/evidence-types.js';
import { type CellValues, cellOf, type Results } from '../cells.js';
import { MAIN_METHOD, MAPPED_VICTIMS, RAND_FILTER, TARGET_SETS } from '../methods.js';
import type { Role } from '../runs.js';

export interface LatentCell {
  readonly victim: string;
  readonly method: string;
  readonly role: Role;
  /** area under the curve of telling fake from real users by whether they lie nearer to other fake or real ones, per seed */
  readonly separationAuc: CellValues;
  /** mean silhouette of fake and real users as two groups, per seed */
  readonly silhouette: CellValues;
  /** the map of the first seed that has one */
  readonly map: LatentEvidence;
}

export interface Fig5c {
  readonly cells: readonly LatentCell[];
}

const ARMS: readonly (readonly [string, Role])[] = [
  [RAND_FILTER.id, 'attack'],
  [MAIN_METHOD, 'attack'],
  [MAIN_METHOD, 'random'],
  [MAIN_METHOD, 'copied'],
];

/** @param seeds of the Gowalla data; a seed without a result leaves gaps */
export function fig5c(results: Results, seeds: readonly number[]): Fig5c {
  const [set] = TARGET_SETS;
  const cells = MAPPED_VICTIMS.flatMap((victim) =>
    ARMS.flatMap(([method, role]): LatentCell[] => {
      const found = seeds.map(
        (seed) => results.victim({ data: 'gowalla', method, role, victim, set, seed })?.latent ?? null,
      );
      const map = found.find((latent) => latent !== null);
      if (!map) return [];
      const separationAuc = cellOf(found.map((latent) => latent?.separationAuc ?? null));
      const silhouette = cellOf(found.map((latent) => latent?.silhouette ?? null));
      return [{ victim, method, role, separationAuc, silhouette, map }];
    }),
  );
  return { cells };
}
