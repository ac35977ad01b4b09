/** Fig. 5c: where fake users lie among normal ones in a victim's latent space, by RandFilter and WRMF+SGD and its controls. */

import type { LatentEvidence } from '../../audit/evidence-types.js';
import { distancesOf, separationAuc } from '../../metrics/separation.js';
import { type CellValues, cellOf, type Results } from '../cells.js';
import { MAIN_METHOD, MAPPED_VICTIMS, RAND_FILTER, TARGET_SETS } from '../methods.js';
import type { Role } from '../runs.js';

export interface LatentCell {
  readonly victim: string;
  readonly method: string;
  readonly role: Role;
  /** area under the curve of telling fake from real users by whether they lie nearer to other fake or real ones, per seed */
  readonly separationAuc: CellValues;
  /** the same area in the drawn plane alone, which is what an eye judges by, per seed */
  readonly planeAuc: CellValues;
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

/** The separation of fake from real users in the two drawn components. */
function planeSeparation({ points }: LatentEvidence): number | null {
  const placesOf = (wanted: 'fake' | 'real') => points.filter(({ kind }) => kind === wanted);
  const [fake, real] = [placesOf('fake'), placesOf('real')];
  const places = Float32Array.from([...fake, ...real].flatMap(({ x, y }) => [x, y]));
  return separationAuc(distancesOf(places, 2, fake.length));
}

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
      const separation = cellOf(found.map((latent) => latent?.separationAuc ?? null));
      const planeAuc = cellOf(found.map((latent) => (latent === null ? null : planeSeparation(latent))));
      const silhouette = cellOf(found.map((latent) => latent?.silhouette ?? null));
      return [{ victim, method, role, separationAuc: separation, planeAuc, silhouette, map }];
    }),
  );
  return { cells };
}
