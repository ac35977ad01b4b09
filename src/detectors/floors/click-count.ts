/**
 * `click-count`: how much a user clicked. score(u) = number of clicks of u. A floor: fake profiles are often of another size than
 * real ones, and what ranks users no better than this has seen their size and nothing else.
 */

import { interrupted } from '../../errors.js';
import { type OptionTable, validateOptions } from '../../options.js';
import type { Detector } from '../types.js';

/** It has none. */
export type ClickCountOptions = Record<never, never>;

const CLICK_COUNT_OPTIONS: OptionTable<ClickCountOptions> = {};

/** @example await clickCount.score({ interactions, options: {}, seed, context }) // Float64Array [3, 17, ...] */
export const clickCount: Detector<ClickCountOptions> = {
  name: 'click-count',
  title: 'the number of clicks: a floor that says which users are large',
  kind: 'floor',
  source: 'docs/extending.md',
  version: 1,
  options: CLICK_COUNT_OPTIONS,
  defaults: {},
  presets: {},
  cost: ({ users }) => ({ operations: users, bytes: 12 * users }),
  async score({ interactions, options, context }) {
    validateOptions('click-count', CLICK_COUNT_OPTIONS, options);
    if (context.signal?.aborted) throw interrupted('detector click-count');
    return Float64Array.from(interactions.userDegrees());
  },
};
