/**
 * `least-popular`: the clicks of the least popular item of a profile.
 *
 *     score(u) = -min over the items i of u of p_i        `suspicious: rare`; the same without the minus for `common`
 *
 * A floor: attacks push rare items and draw rare fillers, so one rare item is often all that sets their profiles apart, and on other
 * data it is honest users who click rare items. Print both signs. A user without clicks gets the least suspicious score of either.
 */

import { defaultsOf, type OptionTable } from '../../options.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';

export interface LeastPopularOptions {
  readonly suspicious: 'rare' | 'common';
}

const LEAST_POPULAR_OPTIONS: OptionTable<LeastPopularOptions> = {
  suspicious: {
    type: 'choice',
    default: 'rare',
    choices: ['rare', 'common'],
    help: 'which least popular item makes a profile suspicious',
  },
};

/** @example await leastPopular.score({ interactions, options: { suspicious: 'rare' }, seed, context }) */
export const leastPopular: Detector<LeastPopularOptions> = {
  name: 'least-popular',
  title: 'how rare the rarest item of a profile is: a floor, in both signs',
  kind: 'floor',
  source: 'docs/detectors.md',
  version: 1,
  options: LEAST_POPULAR_OPTIONS,
  defaults: defaultsOf(LEAST_POPULAR_OPTIONS),
  presets: { common: { suspicious: 'common' } },
  cost: ({ users, items, interactions }) => ({ operations: 2 * interactions, bytes: 8 * users + 4 * items }),
  async score(request) {
    const { interactions, options } = request;
    startScoring('least-popular', LEAST_POPULAR_OPTIONS, request);
    const popularity = interactions.itemDegrees();
    const rare = options.suspicious === 'rare';
    return Float64Array.from({ length: interactions.users }, (_, user) => {
      const row = interactions.row(user);
      if (row.length === 0) return rare ? -(interactions.users + 1) : 0;
      const least = row.reduce((least, item) => Math.min(least, popularity[item]), interactions.users);
      return rare ? -least : least;
    });
  },
};
