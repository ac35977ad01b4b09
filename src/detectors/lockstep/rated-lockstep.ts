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

import type { TrainingShape } from '../../compute.js';
import { defaultsOf, type OptionTable } from '../../options.js';
import { meanOf, ranksOf } from '../ranks.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';
import { agreementOf, audienceOf } from './agreement.js';
import { audiencesOf } from './audiences.js';
import { LINK_OPTIONS, linksOf, propagated } from './links.js';
import { occasionsOf } from './occasions.js';

export interface RatedLockstepOptions {
  readonly ratings: 'same' | 'ignore';
  readonly rounds: number;
}

const RATED_LOCKSTEP_OPTIONS: OptionTable<RatedLockstepOptions> = {
  ratings: {
    type: 'choice',
    default: 'same',
    choices: ['same', 'ignore'],
    help: 'same: an item counts as common where both gave it the same rating; ignore: wherever both clicked it',
  },
  rounds: {
    type: 'integer',
    default: 3,
    min: 0,
    max: 20,
    unit: 'rounds',
    help: 'how often suspicion passes along links',
  },
};

/** Pairs of clicks of one item: where no sums are known, clicks are taken to be as uneven as Gowalla's. */
export function pairOperations({ items, interactions, squares }: TrainingShape): number {
  return squares?.items ?? (3 * interactions ** 2) / Math.max(1, items);
}

/** @example await ratedLockstep.score({ interactions, originals, options: ratedLockstep.defaults, seed, context }) */
export const ratedLockstep: Detector<RatedLockstepOptions> = {
  name: 'rated-lockstep',
  title: 'groups that give the same items the same ratings',
  source: 'docs/detectors.md',
  version: 1,
  reads: 'originals',
  options: RATED_LOCKSTEP_OPTIONS,
  defaults: defaultsOf(RATED_LOCKSTEP_OPTIONS),
  presets: { clicks: { ratings: 'ignore' } },
  cost: (shape) => ({
    operations: 6 * pairOperations(shape) + 40 * shape.interactions,
    bytes: 60 * shape.interactions + 300 * shape.users,
  }),
  async score(request) {
    const { interactions, originals, options } = request;
    const step = startScoring('rated-lockstep', RATED_LOCKSTEP_OPTIONS, request);
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
