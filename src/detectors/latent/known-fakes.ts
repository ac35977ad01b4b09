/**
 * `known-fakes`: from a few users known to be fake to those who lie near them in a recommender's space.
 *
 *     score(u) = largest cosine of p_u with the points of the known fakes, u itself left out
 *
 * That fake users lie close together in the space of WRMF or Mult-VAE was observed by Tang, Wen, Wang, RecSys 2020 (figure 5c), who drew
 * it; this makes a method of the picture. A known fake gets its similarity to the other known ones, and the lowest score where it is the only one.
 *
 * **False-positive rate.** `nearKnownFakes` estimates, for each score s, the share of honest users with at least that score, in two ways:
 *
 *     tail(s)     share of the other users with score >= s, up to their 90 % quantile q90; beyond it
 *                 0.1 exp(-log(5) (s - q90) / (q90 - q50)), the exponential through q50 and q90
 *     placebo(s)  (1 + users outside a placebo set with score >= s, over B sets) / (1 + users outside, over all)
 *
 * The tail assumes that fewer than a tenth of the other users are fake, and that the scores of honest users fall off no slower than
 * they do from their median to q90. Where known fakes are copies of real users, these users are nearer than that. A placebo set is as many other
 * users, of like size as the known fakes, in their place. It assumes no shape, but that known fakes have as many honest neighbours as honest
 * users have. They mostly have fewer, so it is an upper bound; unknown fakes among the placebos raise it too.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { defaultsOf, type OptionTable } from '../../options.js';
import type { RandomStream } from '../../rng.js';
import { knownFakesOf, startScoring } from '../scoring.js';
import type { DetectionRequest, Detector, RatedScores } from '../types.js';
import { nearestCosines } from './nearest.js';
import { SPACE_OPTIONS, type SpaceOptions, spaceCost, userPoints } from './space.js';

export interface KnownFakesOptions extends SpaceOptions {
  /** B */
  readonly placebos: number;
}

const KNOWN_FAKES_OPTIONS: OptionTable<KnownFakesOptions> = {
  ...SPACE_OPTIONS,
  placebos: {
    type: 'integer',
    default: 20,
    min: 1,
    max: 1000,
    unit: 'sets',
    help: 'B, sets of other users that stand in for the known fakes, for the upper bound of the false-positive rate',
  },
};

/** The rate is tail(s) of each user's score, its bound placebo(s). Recall of known fakes is null where only one is known. */
export type NearKnownFakes = RatedScores;

/** Whoever nothing is known to be near to. */
const LOWEST = -1;

async function scoresNear(request: DetectionRequest<KnownFakesOptions>) {
  const step = startScoring('known-fakes', KNOWN_FAKES_OPTIONS, request);
  const known = knownFakesOf('known-fakes', request);
  const space = await userPoints('known-fakes', request);
  const near = (users: Int32Array, phase: string) =>
    nearestCosines(space, users, 1, request.context, step, phase);
  return { known, near, scores: await near(known, 'neighbours'), step };
}

/**
 * Scores, and how often an honest user gets such a score.
 *
 * @throws RecauditError `config` without known fakes, or for known fakes that are no rows of the data; what training throws
 * @example
 * const { scores, falsePositiveRate } = await nearKnownFakes({ interactions, knownFakes, options: knownFakes.defaults, seed, context });
 * const suspects = users.filter((user) => falsePositiveRate[user] <= 0.001);
 */
export async function nearKnownFakes(request: DetectionRequest<KnownFakesOptions>): Promise<NearKnownFakes> {
  const { interactions, options, seed } = request;
  const { known, near, scores } = await scoresNear(request);
  const isKnown = new Uint8Array(interactions.users);
  for (const user of known) isKnown[user] = 1;
  const nulls: number[] = [];
  for (let b = 0; b < options.placebos; b++) {
    const stream = seed.child('known-fakes').child('placebos').child(b).stream();
    const placebo = placeboOf(interactions, known, isKnown, stream);
    const stands = new Set(placebo);
    const cosines = await near(placebo, `placebo ${b + 1}`);
    cosines.forEach((cosine, user) => {
      if (isKnown[user] === 0 && !stands.has(user)) nulls.push(cosine);
    });
  }
  const ascending = Float64Array.from(nulls).sort();
  const others = scores.filter((_, user) => isKnown[user] === 0).sort();
  const falsePositiveRate = scores.map(tailOf(others));
  return {
    scores,
    falsePositiveRate,
    upperBound: scores.map((score) => shareFrom(ascending, score)),
    recallOfKnown: (rate) =>
      known.length < 2 ? null : known.filter((user) => falsePositiveRate[user] <= rate).length / known.length,
  };
}

/** As many users as are known, each of a size near to one of them, none of them known; fewer where nobody is left. */
function placeboOf(
  interactions: InteractionMatrix,
  known: Int32Array,
  isKnown: Uint8Array,
  stream: RandomStream,
): Int32Array {
  const sizes = interactions.userDegrees();
  const others = Int32Array.from(sizes.keys()).filter((user) => isKnown[user] === 0);
  others.sort((a, b) => sizes[a] - sizes[b] || a - b);
  const ofOthers = Float64Array.from(others, (user) => sizes[user]);
  const taken = new Set<number>();
  for (const user of known) {
    let first = countBelow(ofOthers, 0.9 * sizes[user]);
    let end = countBelow(ofOthers, 1.1 * sizes[user] + 1e-9);
    // At least 20 to draw from, so that few users of a rare size do not stand for all.
    while (end - first < Math.min(20, others.length)) {
      first = Math.max(0, first - 1);
      end = Math.min(others.length, end + 1);
    }
    const free = Array.from(others.subarray(first, end)).filter((other) => !taken.has(other));
    if (free.length > 0) taken.add(free[stream.integer(free.length)]);
  }
  return Int32Array.from(taken).sort();
}

/** Share of some values, and one more, that are at least a score: never 0. */
function shareFrom(ascending: Float64Array, score: number): number {
  return (1 + ascending.length - countBelow(ascending, score)) / (1 + ascending.length);
}

/** tail(s) for the scores of the others, ascending; the share itself where they do not spread. */
export function tailOf(ascending: Float64Array): (score: number) => number {
  const [middle, high] = [0.5, 0.9].map((share) => ascending[Math.floor(share * (ascending.length - 1))]);
  return (score) =>
    ascending.length > 0 && score > high && high > middle
      ? 0.1 * Math.exp((-Math.log(5) * (score - high)) / (high - middle))
      : shareFrom(ascending, score);
}

function countBelow(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The scores of `nearKnownFakes`. @example await knownFakes.score({ interactions, knownFakes: [3, 17], options, seed, context }) */
export const knownFakes: Detector<KnownFakesOptions> = {
  name: 'known-fakes',
  title: "users near known fakes in a recommender's space",
  needs: 'knownFakes',
  source:
    'Tang, Wen, Wang: Revisiting Adversarially Learned Injection Attacks Against Recommender Systems, RecSys 2020',
  version: 1,
  options: KNOWN_FAKES_OPTIONS,
  defaults: defaultsOf(KNOWN_FAKES_OPTIONS),
  presets: { synthetic: { data: 'synthetic' }, 'mult-vae': { recommender: 'mult-vae' } },
  cost(shape, options) {
    const { operations, bytes } = spaceCost(shape, options);
    return { operations, bytes: bytes + 1500 * shape.users + 2 ** 24 };
  },
  score: async (request) => (await scoresNear(request)).scores.map((score) => Math.max(LOWEST, score)),
  rated: async (request) => {
    const rated = await nearKnownFakes(request);
    return { ...rated, scores: rated.scores.map((score) => Math.max(LOWEST, score)) };
  },
};
