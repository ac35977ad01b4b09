/**
 * `timed-lockstep`: users who do the same at the same time, in bursts: campaigns.
 *
 *     score(u) = sum over the windows w and w / 7 of z_w(u) + burst_w(u)        z: links.ts, rated-lockstep.ts; burst: bursts.ts
 *
 * Same: the same item, with the same rating where there are ratings, at most w apart. Chance is what two users' clicks at like times give
 * occasion to. Without timestamps every two clicks are at like times and there is no burst: it is lockstep alone.
 */

import { defaultsOf, type OptionTable } from '../../options.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';
import { audiencesOf } from './audiences.js';
import { burstsOf } from './bursts.js';
import { LINK_OPTIONS, linksOf, propagated } from './links.js';
import { occasionsOf } from './occasions.js';
import { LOCKSTEP_OPTIONS, type LockstepOptions, pairOperations } from './options.js';

export interface TimedLockstepOptions extends LockstepOptions {
  readonly window: number;
}

const TIMED_LOCKSTEP_OPTIONS: OptionTable<TimedLockstepOptions> = {
  window: {
    type: 'number',
    default: 604_800,
    above: 0,
    unit: 'seconds, or whatever the timestamps count',
    help: 'w, how far apart clicks of one campaign may be; a seventh of it is looked at too',
  },
  ...LOCKSTEP_OPTIONS,
};

/** @example await timedLockstep.score({ interactions, originals, options: timedLockstep.defaults, seed, context }) */
export const timedLockstep: Detector<TimedLockstepOptions> = {
  name: 'timed-lockstep',
  title: 'groups that do the same at the same time, in bursts',
  source:
    'Cao, Yang, Yu, Palow: Uncovering Large Groups of Active Malicious Accounts in Online Social Networks, CCS 2014',
  version: 1,
  reads: 'originals',
  options: TIMED_LOCKSTEP_OPTIONS,
  defaults: defaultsOf(TIMED_LOCKSTEP_OPTIONS),
  presets: { clicks: { ratings: 'ignore' } },
  cost: (shape) => ({
    operations: 12 * pairOperations(shape) + 200 * shape.interactions,
    bytes: 80 * shape.interactions + 300 * shape.users,
  }),
  async score(request) {
    const { interactions, originals, options } = request;
    const step = startScoring('timed-lockstep', TIMED_LOCKSTEP_OPTIONS, request);
    const timestamps = originals?.timestamps;
    const ratings = options.ratings === 'same' ? originals?.ratings : undefined;
    const scores = new Float64Array(interactions.users);
    const add = (part: Float64Array) =>
      part.forEach((value, user) => {
        scores[user] += value;
      });
    for (const window of timestamps === undefined ? [options.window] : [options.window, options.window / 7]) {
      const time = timestamps === undefined ? null : { timestamps, window };
      const audiences = audiencesOf(interactions, { ratings, timestamps, window });
      const occasions = occasionsOf(interactions, audiences, time);
      add(propagated(await linksOf(interactions, audiences, occasions, LINK_OPTIONS, step), options.rounds));
      if (time !== null) add(burstsOf(interactions, audiences, time, LINK_OPTIONS.top));
    }
    return scores;
  },
};
