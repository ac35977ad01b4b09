/**
 * `median-clicks`: how near to the usual size a profile is.
 *
 *     score(u) = -|n_u - median of n|        n: clicks of each user
 *
 * A floor: where all fake profiles have one size, this finds them (AUC .997 in one published setting) and has learned nothing of
 * what they click. Whoever reports another detector on such data reports this one.
 */

import { NO_OPTIONS, type NoOptions } from '../../options.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';

/** @example await medianClicks.score({ interactions, options: {}, seed, context }) // Float64Array [-3, 0, ...] */
export const medianClicks: Detector<NoOptions> = {
  name: 'median-clicks',
  title: 'how near to the median the number of clicks is: a floor that finds fakes of one size',
  kind: 'floor',
  source: 'docs/detectors.md',
  version: 1,
  options: NO_OPTIONS,
  defaults: {},
  presets: {},
  cost: ({ users }) => ({ operations: 20 * users, bytes: 16 * users }),
  async score(request) {
    startScoring('median-clicks', NO_OPTIONS, request);
    const clicks = request.interactions.userDegrees();
    const sorted = clicks.slice().sort();
    const middle = (sorted.length - 1) / 2;
    const median = sorted.length === 0 ? 0 : (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
    return Float64Array.from(clicks, (count) => -Math.abs(count - median));
  },
};
