/**
 * `random`: a uniform draw a user, the floor of all detectors. score(u) = U(seed, u) in [0, 1). What ranks users no better than
 * this has found nothing.
 */

import { interrupted } from '../../errors.js';
import { type OptionTable, validateOptions } from '../../options.js';
import type { Detector } from '../types.js';

/** It has none. */
export type RandomOptions = Record<never, never>;

const RANDOM_OPTIONS: OptionTable<RandomOptions> = {};

/** Two rounds of the generator: the user's key and its draw. */
const OPERATIONS_A_DRAW = 150;

/** A draw depends on (seed, row) alone: more users change no score of others. @example await randomScores.score({ interactions, options: {}, seed, context }) */
export const randomScores: Detector<RandomOptions> = {
  name: 'random',
  title: 'a random number for each user: the floor',
  kind: 'floor',
  source: 'docs/extending.md',
  version: 1,
  options: RANDOM_OPTIONS,
  defaults: {},
  presets: {},
  cost: ({ users }) => ({ operations: OPERATIONS_A_DRAW * users, bytes: 8 * users }),
  async score({ interactions, options, seed, context }) {
    validateOptions('random', RANDOM_OPTIONS, options);
    if (context.signal?.aborted) throw interrupted('detector random');
    return Float64Array.from({ length: interactions.users }, (_, user) =>
      seed.child(user).stream().uniform(),
    );
  },
};
