/**
 * The map of a poisoned victim's latent space: two principal components of its users' points, and how far apart fake and real
 * users lie in the whole space. Unnamed points of at most 500 real users, drawn by the seed.
 *
 * What it is not: part of start-up (it imports a linear algebra library), or a drawing.
 */

import { principalPlane } from '../../metrics/principal-components.js';
import { distancesOf, separationAuc, silhouette } from '../../metrics/separation.js';
import { sampleOf, sampleUsers } from '../../recommenders/sampling/user-sample.js';
import type { FittedRecommender } from '../../recommenders/types.js';
import type { SeedKey } from '../../rng.js';
import type { LatentEvidence, LatentPoint } from '../task-evidence.js';

/** Most users of either kind. */
export const MOST_POINTS = 500;

export interface LatentRequest {
  readonly realUsers: number;
  /** the real users that may be drawn: those of whom a model knows anything; default all */
  readonly withClicks?: Int32Array;
  /** they follow the real ones */
  readonly fakeUsers: number;
  readonly targets: readonly number[];
  readonly seed: SeedKey;
}

/**
 * The map; null for a model that shows no points. Fitted on the drawn real users and the fake ones together, so that what
 * sets them apart is seen where it is a large part of the variance.
 *
 * @throws RecauditError('numeric') where a coordinate is not finite
 * @example latentEvidence(fitted, { realUsers: 900, fakeUsers: 9, targets: [7], seed: SeedKey.root(1).child('latent') })
 */
export function latentEvidence(
  { points }: Pick<FittedRecommender, 'points'>,
  { realUsers, withClicks, fakeUsers, targets, seed }: LatentRequest,
): LatentEvidence | null {
  if (points === undefined) return null;
  const drawing = seed.child('real');
  const real =
    withClicks === undefined
      ? sampleUsers(realUsers, MOST_POINTS, drawing, 0)
      : sampleOf(withClicks, realUsers, MOST_POINTS, drawing, 0);
  const fake = sampleUsers(fakeUsers, MOST_POINTS, seed.child('fake'), 0).map((user) => realUsers + user);
  const { dimensions, users, items } = points(Int32Array.from([...fake, ...real]), Int32Array.from(targets));
  const plane = principalPlane(users, dimensions);
  const places = plane.project(users);
  const ofTargets = items === null ? [] : plane.project(items);
  const distances = distancesOf(users, dimensions, fake.length);
  return {
    explained: plane.explained,
    points: rounded([
      ...byPlace(places.slice(fake.length)).map(([x, y]): LatentPoint => ({ kind: 'real', x, y })),
      ...places.slice(0, fake.length).map(([x, y]): LatentPoint => ({ kind: 'fake', x, y })),
      ...ofTargets.map(([x, y]): LatentPoint => ({ kind: 'target', x, y })),
    ]),
    realUsers,
    dimensions,
    separationAuc: separationAuc(distances),
    silhouette: silhouette(distances),
  };
}

/** By place, so that the order says nothing of who is where. */
function byPlace(places: readonly (readonly [number, number])[]) {
  return [...places].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** To a thousandth of the largest coordinate's power of ten: more than a drawing shows. */
function rounded(points: readonly LatentPoint[]): LatentPoint[] {
  const largest = points.reduce((most, { x, y }) => Math.max(most, Math.abs(x), Math.abs(y)), 0);
  if (largest === 0) return [...points];
  const digits = Math.min(100, Math.max(0, 3 - Math.floor(Math.log10(largest))));
  // Adding 0 turns -0, which JSON does not hold, into 0.
  const round = (value: number) => Number(value.toFixed(digits)) + 0;
  return points.map(({ kind, x, y }) => ({ kind, x: round(x), y: round(y) }));
}
