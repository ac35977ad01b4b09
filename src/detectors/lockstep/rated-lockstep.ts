/**
 * `rated-lockstep`: users who give the same items the same ratings more often than chance, and agree with everybody: groups of
 * reviewers for hire.
 *
 *     z         three rounds of z <- (lock + mean of the linked users' z) / 2       lock and links as in links.ts, by rating
 *     score(u)  = mean of the ranks of z, of the agreement and of the audience     (agreement.ts)
 *
 * Without ratings it is the mean rank of z and of the audience, over common items. It is for groups whose members do like things: on
 * clicks alone, where honest users share their taste and fakes are drawn apart, it points the wrong way (docs/detectors.md).
 */

import { defaultsOf } from '../../options.js';
import { meanOf, ranksOf } from '../ranks.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';
import { agreementOf, audienceOf } from './agreement.js';
import { audiencesOf } from './audiences.js';
import { LINK_OPTIONS, linksOf, propagated } from './links.js';
import { occasionsOf } from './occasions.js';
import { LOCKSTEP_OPTIONS, type LockstepOptions, pairOperations } from './options.js';

export type RatedLockstepOptions = LockstepOptions;

/** @example await ratedLockstep.score({ interactions, originals, options: ratedLockstep.defaults, seed, context }) */
export const ratedLockstep: Detector<RatedLockstepOptions> = {
  name: 'rated-lockstep',
  title: 'groups that give the same items the same ratings',
  source: 'docs/detectors.md',
  version: 1,
  reads: 'originals',
  options: LOCKSTEP_OPTIONS,
  defaults: defaultsOf(LOCKSTEP_OPTIONS),
  presets: { clicks: { ratings: 'ignore' } },
  cost: (shape) => ({
    operations: 6 * pairOperations(shape) + 40 * shape.interactions,
    bytes: 60 * shape.interactions + 300 * shape.users,
  }),
  async score(request) {
    const { interactions, originals, options } = request;
    const step = startScoring('rated-lockstep', LOCKSTEP_OPTIONS, request);
    const ratings = options.ratings === 'same' ? originals?.ratings : undefined;
    const audiences = audiencesOf(interactions, { ratings, window: Number.POSITIVE_INFINITY });
    const occasions = occasionsOf(interactions, audiences, null);
    const links = await linksOf(interactions, audiences, occasions, LINK_OPTIONS, step);
    const z = propagated(links, options.rounds);
    const parts = [z, audienceOf(interactions, audiences, z)];
    if (ratings !== undefined) parts.push(agreementOf(interactions, ratings));
    return meanOf(parts.map(ranksOf));
  },
};
