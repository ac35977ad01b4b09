/**
 * `latent-density`: users who lie alone in a recommender's space.
 *
 *     score(u) = -mean of the k largest cosines of p_u with the points of others        p: user factors, e.g. of WRMF
 *
 * Profiles that mix what no honest user mixes lie between the crowds. It misses copies of real users, and groups that are alike: their
 * members are each other's neighbours.
 */

import { defaultsOf, type OptionTable } from '../../options.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';
import { nearestCosines } from './nearest.js';
import { SPACE_OPTIONS, type SpaceOptions, spaceCost, userPoints } from './space.js';

export interface LatentDensityOptions extends SpaceOptions {
  /** k */
  readonly neighbours: number;
  /** users that are compared with, drawn; 0: all */
  readonly references: number;
}

const LATENT_DENSITY_OPTIONS: OptionTable<LatentDensityOptions> = {
  ...SPACE_OPTIONS,
  neighbours: {
    type: 'integer',
    default: 10,
    min: 1,
    max: 1000,
    unit: 'users',
    help: 'k, nearest users that count',
  },
  references: {
    type: 'integer',
    default: 20_000,
    min: 0,
    unit: 'users',
    help: 'most users that everybody is compared with, drawn at random; 0 compares with all',
  },
};

const referencesOf = (users: number, most: number) => (most === 0 ? users : Math.min(users, most));

/** @example await latentDensity.score({ interactions, options: latentDensity.defaults, seed, context }) */
export const latentDensity: Detector<LatentDensityOptions> = {
  name: 'latent-density',
  title: "users who lie alone in a recommender's space",
  source:
    'Ramaswamy, Rastogi, Shim: Efficient Algorithms for Mining Outliers from Large Data Sets, SIGMOD 2000',
  version: 1,
  options: LATENT_DENSITY_OPTIONS,
  defaults: defaultsOf(LATENT_DENSITY_OPTIONS),
  presets: { synthetic: { data: 'synthetic' } },
  cost(shape, options) {
    const { operations, bytes } = spaceCost(shape, options);
    const compared = 256 * shape.users * referencesOf(shape.users, options.references);
    return {
      operations: operations === null ? null : operations + compared,
      bytes: bytes + (8 * options.neighbours + 1500) * shape.users + 2 ** 24,
    };
  },
  async score(request) {
    const { interactions, options, seed, context } = request;
    const step = startScoring('latent-density', LATENT_DENSITY_OPTIONS, request);
    const { users } = interactions;
    const space = await userPoints('latent-density', request);
    const count = referencesOf(users, options.references);
    const drawn =
      count === users
        ? Int32Array.from({ length: users }, (_, user) => user)
        : seed.child('latent-density').child('references').stream().sample(users, count);
    const k = Math.max(1, Math.min(options.neighbours, count - 1));
    const cosines = await nearestCosines(space, drawn.sort(), k, context, step, 'neighbours');
    return Float64Array.from({ length: users }, (_, user) => {
      let sum = 0;
      for (let n = 0; n < k; n++) sum += cosines[user * k + n];
      return -sum / k;
    });
  },
};
