/** Fig. 5c: where fake users lie among normal ones in a victim's latent space, by RandFilter and WRMF+SGD and its controls. */

import type { LatentEvidence } from '../../audit/task-evidence.js';
import { type Distances, distancesOf, relativeSpread, separationAuc } from '../../metrics/separation.js';
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
  /**
   * Mean distance of two fake users divided by that of a fake and a real one, in the drawn plane, per seed: small for a cluster, about
   * 1 for users who are scattered. No claim is judged by it: it was added when the area had been seen not to tell the two apart.
   */
  readonly planeSpread: CellValues;
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
  [MAIN_METHOD, 'copied-unforced'],
];

/** Distances in the two drawn components, the fake users first. */
function planeDistances({ points }: LatentEvidence): Distances {
  const placesOf = (wanted: 'fake' | 'real') => points.filter(({ kind }) => kind === wanted);
  const [fake, real] = [placesOf('fake'), placesOf('real')];
  const places = Float32Array.from([...fake, ...real].flatMap(({ x, y }) => [x, y]));
  return distancesOf(places, 2, fake.length);
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
      const planes = found.map((latent) => (latent === null ? null : planeDistances(latent)));
      const ofPlanes = (measure: (distances: Distances) => number | null) =>
        cellOf(planes.map((distances) => (distances === null ? null : measure(distances))));
      const [planeAuc, planeSpread] = [ofPlanes(separationAuc), ofPlanes(relativeSpread)];
      const silhouette = cellOf(found.map((latent) => latent?.silhouette ?? null));
      return [{ victim, method, role, separationAuc: separation, planeAuc, planeSpread, silhouette, map }];
    }),
  );
  return { cells };
}
