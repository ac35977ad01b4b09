import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/index.js';
import { ratedLockstep, timedLockstep } from '../../dist/detectors/index.js';
import { agreementOf, audienceOf } from '../../dist/detectors/lockstep/agreement.js';
import { audiencesOf } from '../../dist/detectors/lockstep/audiences.js';
import { burstsOf } from '../../dist/detectors/lockstep/bursts.js';
import { LINK_OPTIONS, linksOf, propagated, surprise } from '../../dist/detectors/lockstep/links.js';
import { occasionsOf } from '../../dist/detectors/lockstep/occasions.js';
import { ranksOf } from '../../dist/detectors/ranks.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { detectionData } from './data.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const { interactions, originals } = detectionData();
const { users } = interactions;
const ratings = originals.ratings as Float64Array;
const timestamps = originals.timestamps as Float64Array;
const noStep = async () => {};

interface Click {
  readonly user: number;
  readonly item: number;
  readonly rating: number;
  readonly time: number;
}

const clicks: readonly Click[] = Array.from({ length: users }, (_, user) => user).flatMap((user) =>
  Array.from(interactions.row(user), (item, n) => {
    const e = interactions.rowPointers[user] + n;
    return { user, item, rating: ratings[e], time: timestamps[e] };
  }),
);
const ofUser = Array.from({ length: users }, (_, user) => clicks.filter((click) => click.user === user));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

const CASES = [
  ['at any time', { rated: false, window: Number.POSITIVE_INFINITY }],
  ['with ratings', { rated: true, window: Number.POSITIVE_INFINITY }],
  ['within a window', { rated: false, window: 150_000 }],
  ['with ratings, within a window', { rated: true, window: 300_000 }],
] as const;

type Case = (typeof CASES)[number][1];

/** By pairs of clicks, one after the other. */
function bruteForce({ rated, window }: Case) {
  const couldBe = (a: Click, b: Click) =>
    (!rated || a.rating === b.rating) && Math.abs(a.time - b.time) <= window;
  const same = (a: Click, b: Click) => a.item === b.item && couldBe(a, b);
  const values = rated ? [1, 2, 3, 4, 5] : [0];
  const pairs = (rating: number, holds: (a: Click, b: Click) => boolean) =>
    sum(
      clicks
        .filter((click) => !rated || click.rating === rating)
        .map((a) => clicks.filter((b) => b.user !== a.user && holds(a, b)).length),
    );
  const chance = values.map((rating) => pairs(rating, same) / pairs(rating, couldBe));
  const shared = (u: number, v: number) =>
    sum(ofUser[u].map((a) => ofUser[v].filter((b) => same(a, b)).length));
  const expected = (u: number, v: number) =>
    sum(
      ofUser[u].map((a) => ofUser[v].filter((b) => couldBe(a, b)).length * chance[rated ? a.rating - 1 : 0]),
    );
  const strength = (u: number, v: number) => {
    const [s, lambda] = [shared(u, v), expected(u, v)];
    return u !== v && s >= 2 && s > lambda ? s * Math.log(s / lambda) - (s - lambda) : 0;
  };
  return { same, expected, strength };
}

function fast({ rated, window }: Case) {
  const timed = Number.isFinite(window);
  const audiences = audiencesOf(interactions, {
    ...(rated && { ratings }),
    ...(timed && { timestamps }),
    window,
  });
  return {
    audiences,
    occasions: occasionsOf(interactions, audiences, timed ? { timestamps, window } : null),
  };
}

describe.each(CASES)('links %s', (_, which) => {
  const { audiences, occasions } = fast(which);
  const { expected, strength, same } = bruteForce(which);
  const pairs = [0, 5, 12, 33].flatMap((u) => [1, 20, 33, 59].filter((v) => v !== u).map((v) => [u, v]));

  it('expects what chance gives', () => {
    for (const [u, v] of pairs) expect(occasions.expected(u, v)).toBeCloseTo(expected(u, v), 10);
  });

  it('are those of a search through all pairs', async () => {
    const {
      lock,
      pointers,
      users: linked,
      weights,
    } = await linksOf(interactions, audiences, occasions, LINK_OPTIONS, noStep);
    for (let u = 0; u < users; u += 7) {
      const strengths = Array.from({ length: users }, (_, v) => strength(u, v));
      const top = [...strengths].sort((a, b) => b - a);
      expect(lock[u]).toBeCloseTo(Math.log(1 + sum(top.slice(0, 5))), 8);
      const strong = top.filter((value) => value > 4).slice(0, 10);
      expect(Array.from(weights.subarray(pointers[u], pointers[u + 1]))).toEqual(
        strong.map((value) => expect.closeTo(value - 4, 8)),
      );
      for (let n = pointers[u]; n < pointers[u + 1]; n++)
        expect(strengths[linked[n]]).toBeCloseTo(weights[n] + 4, 8);
    }
  });

  it('have audiences of who did the same', () => {
    const z = Float64Array.from({ length: users }, (_, user) => Math.sqrt(user));
    const scores = audienceOf(interactions, audiences, z);
    for (let u = 0; u < users; u += 7) {
      const each = ofUser[u].map((click) => {
        const others = clicks.filter((other) => other.user !== u && same(click, other));
        return sum(others.map(({ user }) => z[user])) / (others.length + 1);
      });
      expect(scores[u]).toBeCloseTo(each.length === 0 ? 0 : sum(each) / each.length, 8);
    }
  });
});

it('suspicion passes along links, halved', () => {
  const links = {
    lock: Float64Array.of(4, 2, 0, 1),
    pointers: Int32Array.of(0, 2, 3, 4, 4),
    users: Int32Array.of(1, 2, 0, 0),
    weights: Float64Array.of(3, 1, 1, 1),
  };
  expect(Array.from(propagated(links, 0))).toEqual([4, 2, 0, 1]);
  expect(Array.from(propagated(links, 1))).toEqual([(4 + 1.5) / 2, 3, 2, 0.5]);
});

it('agreement: the mean deviation from the others, drawn towards the usual one', () => {
  const three = InteractionMatrix.fromRows(3, [
    [0, 1],
    [0, 1],
    [0, 2],
  ]);
  const scores = agreementOf(three, Float64Array.of(5, 4, 3, 4, 4, 1));
  // Item 0: 5 against 3.5, 3 against 4.5, 4 against 4; item 1: no deviation; item 2 has one user.
  const usual = 3 / 5;
  expect(Array.from(scores)).toEqual(
    [-(1.5 + usual) / 3, -(1.5 + usual) / 3, -usual / 2].map((s) => expect.closeTo(s, 12)),
  );
});

it('bursts: clicks of an item against those of all items at that time', () => {
  const window = 200_000;
  const audiences = audiencesOf(interactions, { ratings, timestamps, window });
  const scores = burstsOf(interactions, audiences, { timestamps, window }, 5);
  const near = (a: Click, b: Click) => Math.abs(a.time - b.time) <= window;
  for (let u = 0; u < users; u += 7) {
    const each = ofUser[u].map((click) => {
      const others = clicks.filter((b) => b.user !== u && b.item === click.item && b.rating === click.rating);
      const share = clicks.filter((b) => near(click, b)).length / clicks.length;
      return surprise(others.filter((b) => near(click, b)).length, others.length * share);
    });
    expect(scores[u]).toBeCloseTo(Math.log(1 + sum(each.sort((a, b) => b - a).slice(0, 5))), 8);
  }
});

it('ranks: ties in the middle', () => {
  expect(Array.from(ranksOf(Float64Array.of(5, 9, 5, 1)))).toEqual([0.5, 0.875, 0.5, 0.125]);
});

describe('the detectors', () => {
  /** 80 users of 8 random items of 40, rated at random, at random times; 6 more give items 38 to 45 five stars within an hour. */
  function withGroup() {
    const stream = SeedKey.root(9).stream();
    const entries = Array.from({ length: 86 }, (_, user) => {
      const group = user >= 80;
      const items = group
        ? [38, 39, 40, 41, 42, 43, 44, 45]
        : Array.from(stream.sample(40, 8)).sort((a, b) => a - b);
      return items.map((item) => ({
        item,
        rating: group ? 5 : 1 + stream.integer(5),
        time: group ? 500_000 + stream.integer(3600) : stream.integer(1_000_000),
      }));
    });
    const data = InteractionMatrix.fromRows(
      46,
      entries.map((row) => row.map(({ item }) => item)),
    );
    return {
      interactions: data,
      originals: {
        ...originals,
        ratings: Float64Array.from(entries.flat(), ({ rating }) => rating),
        timestamps: Float64Array.from(entries.flat(), ({ time }) => time),
      },
      seed: SeedKey.root(1),
      context: { kernels },
    };
  }

  const bestSix = (scores: Float64Array) =>
    Array.from(scores.keys())
      .sort((a, b) => scores[b] - scores[a])
      .slice(0, 6)
      .sort();

  it('rank a group that rates alike first', async () => {
    const scores = await ratedLockstep.score({ ...withGroup(), options: ratedLockstep.defaults });
    expect(bestSix(scores)).toEqual([80, 81, 82, 83, 84, 85]);
  });

  it('rank a campaign first', async () => {
    const scores = await timedLockstep.score({
      ...withGroup(),
      options: { ...timedLockstep.defaults, window: 7 * 3600 },
    });
    expect(bestSix(scores)).toEqual([80, 81, 82, 83, 84, 85]);
  });

  it('refuse counts as ratings, and take them when they are to ignore them', async () => {
    const counts = { ...originals, ratings: ratings.map((_, e) => e) };
    const request = { interactions, originals: counts, seed: SeedKey.root(1), context: { kernels } };
    await expect(ratedLockstep.score({ ...request, options: ratedLockstep.defaults })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('at most 64 distinct ratings'),
    });
    const ignoring = await ratedLockstep.score({ ...request, options: { ratings: 'ignore', rounds: 3 } });
    const { originals: _, ...without } = request;
    expect(ignoring).toEqual(
      await ratedLockstep.score({ ...without, options: { ratings: 'same', rounds: 3 } }),
    );
  });
});
