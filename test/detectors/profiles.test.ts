import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/index.js';
import { FAMILIES, profileOutliers, simulate, supervised } from '../../dist/detectors/index.js';
import { FEATURES, profileFeatures } from '../../dist/detectors/profiles/features.js';
import { fitLogistic } from '../../dist/detectors/profiles/logistic.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { detectionData } from './data.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const noStep = async () => {};
const { interactions } = detectionData();
const { users } = interactions;
const request = { interactions, seed: SeedKey.root(1), context: { kernels } };
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

it('features are those of a count without the user', async () => {
  const table = await profileFeatures(interactions, noStep);
  const logSizes = Array.from(interactions.userDegrees(), (n) => Math.log(1 + n));
  for (let user = 0; user < users; user++) {
    const items = Array.from(interactions.row(user));
    const others = Array.from({ length: users }, (_, other) => other).filter((other) => other !== user);
    const having = (...wanted: number[]) =>
      others.filter((other) => wanted.every((item) => interactions.has(other, item))).length;
    const logs = items.map((item) => Math.log(1 + having(item))).sort((a, b) => a - b);
    const pairs = items.flatMap((i) => items.filter((j) => j !== i).map((j) => [i, j]));
    const lifts = pairs.map(([i, j]) =>
      Math.log((having(i, j) + 0.1) / ((having(i) * having(j)) / users + 0.1)),
    );
    const some = items.length > 0;
    const expected = {
      size: logSizes[user],
      sizeAway: Math.abs(logSizes[user] - mean(logSizes)),
      popularity: some ? mean(logs) : 0,
      popularitySpread: some ? Math.sqrt(mean(logs.map((log) => (log - mean(logs)) ** 2))) : 0,
      leastPopularity: some ? logs[0] : 0,
      upperPopularity: some ? logs[Math.floor(0.75 * (logs.length - 1))] : 0,
      novelPairs: pairs.length > 0 ? mean(pairs.map(([i, j]) => (having(i, j) === 0 ? 1 : 0))) : 0,
      lift: pairs.length > 0 ? mean(lifts) : 0,
    };
    expect(Object.keys(expected)).toEqual([...FEATURES]);
    const own = Array.from(table.subarray(user * FEATURES.length, (user + 1) * FEATURES.length));
    expect(own).toEqual(Object.values(expected).map((value) => expect.closeTo(value, 8)));
  }
});

it('profile-outliers: the sum of tails, by counting', async () => {
  const table = await profileFeatures(interactions, noStep);
  const scores = await profileOutliers.score({ ...request, options: {} });
  const columns = FEATURES.map((_, f) =>
    Array.from({ length: users }, (_, user) => table[user * FEATURES.length + f]),
  );
  for (const user of [0, 7, 23, 59]) {
    const tails = columns.map((column) => {
      const left = -Math.log(column.filter((value) => value <= column[user]).length / users);
      const right = -Math.log(column.filter((value) => value >= column[user]).length / users);
      const centre = mean(column);
      return { left, right, skew: sum(column.map((value) => (value - centre) ** 3)) < 0 ? left : right };
    });
    const best = Math.max(
      ...(['left', 'right', 'skew'] as const).map((side) => sum(tails.map((tail) => tail[side]))),
    );
    expect(scores[user]).toBeCloseTo(best, 8);
  }
});

describe('simulated families', () => {
  it.each(FAMILIES)('%s: sizes of the file, targets in every profile', (family) => {
    const { profiles, targets } = simulate(interactions, family, { fakes: 50, targets: 3 }, SeedKey.root(2));
    expect(profiles).toHaveLength(50);
    expect(targets).toHaveLength(3);
    const sizes = new Set(interactions.userDegrees());
    for (const profile of profiles) {
      expect(profile.some((item) => targets.includes(item))).toBe(true);
      expect(sizes.has(profile.length) || profile.length === 2).toBe(true);
      expect(new Set(profile).size).toBe(profile.length);
    }
    const again = simulate(interactions, family, { fakes: 50, targets: 3 }, SeedKey.root(2)).profiles;
    expect(again).toEqual(profiles);
  });
});

describe('logistic regression', () => {
  const stream = SeedKey.root(6).stream();
  const rows = 400;
  const labels = Uint8Array.from({ length: rows }, (_, row) => (row < 60 ? 1 : 0));
  const table = Float64Array.from({ length: 3 * rows }, (_, n) =>
    n % 3 === 2 ? 7 : stream.normal() + (labels[Math.floor(n / 3)] === 1 && n % 3 === 0 ? 1.5 : 0),
  );

  it('is where the gradient is 0', () => {
    const l2 = 0.01;
    const { logits } = fitLogistic(table, 3, labels, l2);
    const [base, first, second] = [
      [0, 0, 7],
      [1, 0, 7],
      [0, 1, 7],
    ].map((row) => logits(Float64Array.from(row))[0]);
    const weights = [first - base, second - base];
    const all = logits(table);
    const weightOf = [0.5 / 340, 0.5 / 60];
    const residual = Array.from(
      labels,
      (label, row) => weightOf[label] * (1 / (1 + Math.exp(-all[row])) - label),
    );
    expect(sum(residual)).toBeCloseTo(0, 6);
    weights.forEach((weight, f) => {
      const column = Array.from({ length: rows }, (_, row) => table[3 * row + f]);
      const variance = mean(column.map((value) => (value - mean(column)) ** 2));
      // The penalty is on the weights of standardised features.
      expect(sum(residual.map((value, row) => value * column[row])) + l2 * weight * variance).toBeCloseTo(
        0,
        6,
      );
    });
    expect(weights[0]).toBeGreaterThan(1);
  });

  it('stays finite where classes are apart', () => {
    const apart = Float64Array.from({ length: 20 }, (_, row) => (row < 10 ? -1 : 1));
    const { logits } = fitLogistic(
      apart,
      1,
      Uint8Array.from(apart, (x) => (x > 0 ? 1 : 0)),
      1e-6,
    );
    const [low, high] = logits(Float64Array.of(-1, 1));
    expect(Number.isFinite(high - low)).toBe(true);
    expect(high).toBeGreaterThan(2);
    expect(low).toBeLessThan(-2);
  });
});

describe('supervised', () => {
  const teacher = { ...supervised.defaults, fakes: 60, targets: 2 };

  it('finds fakes of the family that it has seen', async () => {
    const { profiles } = simulate(interactions, 'random', { fakes: 10, targets: 2 }, SeedKey.root(7));
    const attacked = { ...request, interactions: interactions.appendRows(profiles) };
    const scores = await supervised.score({ ...attacked, options: { ...teacher, trainedOn: 'random' } });
    const fakes = mean(Array.from(scores.subarray(users)));
    expect(fakes).toBeGreaterThan(mean(Array.from(scores.subarray(0, users))) + 1);
  });

  it('learns from labels that it is given, and says where they are missing', async () => {
    const { profiles } = simulate(interactions, 'random', { fakes: 30, targets: 2 }, SeedKey.root(8));
    const taught = interactions.appendRows(profiles);
    const fake = new Uint8Array(taught.users).fill(1, users);
    const options = { ...teacher, trainedOn: 'labels' as const };
    const scores = await supervised.score({
      ...request,
      interactions: taught,
      labelled: { interactions: taught, fake },
      options,
    });
    const lesson = await profileFeatures(taught, noStep);
    expect(scores).toEqual(fitLogistic(lesson, FEATURES.length, fake, options.l2).logits(lesson));
    const refused = (changes: object) =>
      expect(supervised.score({ ...request, options, ...changes })).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining('supervised, labels: expected '),
      });
    await refused({});
    await refused({ labelled: { interactions, fake } });
    await refused({ labelled: { interactions, fake: new Uint8Array(users) } });
    await refused({ labelled: { interactions: taught, fake }, options: teacher });
    await refused({
      labelled: { interactions: InteractionMatrix.fromRows(2, [[0]]), fake: Uint8Array.of(1) },
    });
  });
});
