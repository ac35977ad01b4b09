import { afterAll, describe, expect, it } from 'vitest';
import { knownFakes, latentDensity, nearKnownFakes } from '../../dist/detectors/index.js';
import { tailOf } from '../../dist/detectors/latent/known-fakes.js';
import { nearestCosines } from '../../dist/detectors/latent/nearest.js';
import { SPACES, userPoints } from '../../dist/detectors/latent/space.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { SeedKey } from '../../dist/rng.js';
import { appended, detectionData } from './data.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const noStep = async () => {};
const { interactions } = detectionData();
const request = { interactions, seed: SeedKey.root(1), context: { kernels } };

describe('nearest cosines', () => {
  const stream = SeedKey.root(3).stream();
  const [users, dimensions] = [30, 4];
  const points = Float32Array.from({ length: users * dimensions }, (_, n) =>
    n < dimensions ? 0 : stream.normal(),
  );
  const cosine = (a: number, b: number) => {
    const at = (user: number) => Array.from(points.subarray(user * dimensions, (user + 1) * dimensions));
    const dot = at(a).reduce((sum, value, d) => sum + value * at(b)[d], 0);
    return dot === 0 ? 0 : dot / Math.hypot(...at(a)) / Math.hypot(...at(b));
  };

  it.each([
    ['all', Array.from({ length: users }, (_, user) => user)],
    ['some', [2, 9, 17]],
  ])('are those of a search: against %s', async (_, references) => {
    const k = 2;
    const found = await nearestCosines(
      { users, dimensions, points },
      Int32Array.from(references),
      k,
      { kernels },
      noStep,
      'neighbours',
    );
    for (let user = 0; user < users; user++) {
      const others = references.filter((other) => other !== user).map((other) => cosine(user, other));
      const best = others.sort((a, b) => b - a).slice(0, k);
      expect(Array.from(found.subarray(user * k, (user + 1) * k))).toEqual(
        best.map((value) => expect.closeTo(value, 5)),
      );
    }
  });

  it('are -1 where there is nobody', async () => {
    const found = await nearestCosines(
      { users: 2, dimensions: 1, points: Float32Array.of(1, 2) },
      Int32Array.of(0),
      1,
      { kernels },
      noStep,
      'x',
    );
    expect(Array.from(found)).toEqual([-1, 1]);
  });
});

it.each(SPACES)('%s has points of users', async (recommender) => {
  const options = { recommender, data: 'synthetic' as const };
  expect(Object.keys(RECOMMENDERS)).toContain(recommender);
  const { users, dimensions, points } = await userPoints('test', { ...request, options });
  expect(points).toHaveLength(users * dimensions);
  expect(dimensions).toBeGreaterThan(0);
});

it('latent-density: minus the mean cosine of the nearest', async () => {
  const options = { ...latentDensity.defaults, data: 'synthetic' as const, neighbours: 3 };
  const space = await userPoints('latent-density', { ...request, options });
  const everyone = Int32Array.from({ length: 60 }, (_, user) => user);
  const cosines = await nearestCosines(space, everyone, 3, { kernels }, noStep, 'x');
  const scores = await latentDensity.score({ ...request, options });
  scores.forEach((score, user) => {
    expect(score).toBeCloseTo(-(cosines[3 * user] + cosines[3 * user + 1] + cosines[3 * user + 2]) / 3, 10);
  });
  const fewer = await latentDensity.score({ ...request, options: { ...options, references: 20 } });
  // The nearest of a part are no nearer than those of all.
  fewer.forEach((score, user) => {
    expect(score).toBeGreaterThanOrEqual(scores[user] - 1e-6);
  });
});

describe('known fakes', () => {
  // Five accounts click nearly the same ten items, which lie anywhere in the catalogue.
  const group = Array.from({ length: 5 }, (_, v) => [1, 4, 8, 11, 13, 15, 17, 19, 21, 22 + (v % 2)]);
  const data = appended(detectionData(), group);
  const options = { ...knownFakes.defaults, recommender: 'mult-vae' as const, data: 'synthetic' as const };
  const told = { ...request, interactions: data.interactions, knownFakes: [60, 61, 62], options };

  it('are near to their like, at a low estimated rate', async () => {
    const { scores, falsePositiveRate, recallOfKnown } = await nearKnownFakes(told);
    const others = [63, 64];
    for (const user of others) expect(falsePositiveRate[user]).toBeLessThan(0.02);
    const honest = Array.from({ length: 60 }, (_, user) => user);
    const below = honest.filter((user) => scores[user] < Math.min(...others.map((other) => scores[other])));
    expect(below.length).toBeGreaterThanOrEqual(58);
    expect(recallOfKnown(0.02)).toBe(1);
    expect(await knownFakes.score(told)).toEqual(scores);
    expect((await knownFakes.rated?.(told))?.falsePositiveRate).toEqual(falsePositiveRate);
    // A higher score is rarer, and no rate is 0 or above 1.
    const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
    order.forEach((user, place) => {
      const rate = falsePositiveRate[user];
      expect(rate > 0 && rate <= 1).toBe(true);
      if (place > 0) expect(rate).toBeLessThanOrEqual(falsePositiveRate[order[place - 1]]);
    });
  });

  it('the placebo rate is about the share of honest users where the known fakes are honest', async () => {
    const honest = { ...request, knownFakes: [5, 18, 40], options: { ...options, placebos: 40 } };
    const { upperBound } = await nearKnownFakes(honest);
    const others = Array.from(upperBound.keys()).filter((user) => !honest.knownFakes.includes(user));
    const flagged = others.filter((user) => upperBound[user] <= 0.5).length / others.length;
    expect(flagged).toBeGreaterThan(0.25);
    expect(flagged).toBeLessThan(0.75);
  });

  it('the tail goes on as it falls from the median to the 90 % quantile', () => {
    const ascending = Float64Array.from({ length: 101 }, (_, n) => n);
    const tail = tailOf(ascending);
    // 51 of 101 values are at least 50; each 40 further beyond 90 are a fifth.
    expect(tail(50)).toBeCloseTo(52 / 102, 12);
    expect(tail(90)).toBeCloseTo(12 / 102, 12);
    expect(tail(130)).toBeCloseTo(0.1 / 5, 12);
    expect(tail(170)).toBeCloseTo(0.1 / 25, 12);
    expect(tailOf(Float64Array.of(1, 1, 1))(2)).toBe(1 / 4);
    expect(tailOf(new Float64Array(0))(2)).toBe(1);
  });

  it('one alone has nobody to be near to', async () => {
    const { scores, recallOfKnown } = await nearKnownFakes({ ...told, knownFakes: [60] });
    expect(scores[60]).toBe(-1);
    expect(recallOfKnown(0.01)).toBeNull();
  });
});
