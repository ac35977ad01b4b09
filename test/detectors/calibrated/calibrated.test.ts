// The whole method on a small file: a clean one, one with planted fakes, and what its findings promise.
import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/index.js';
import { calibrated } from '../../../dist/detectors/calibrated/calibrated.js';
import { FAMILIES } from '../../../dist/detectors/calibrated/simulation/families.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { SeedKey } from '../../../dist/rng.js';
import { file, withRandomFakes } from './data.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const TARGETS = [29, 200];
const FAKES = 20;
const real = file(1).matrix;
const attacked = withRandomFakes(file(1), FAKES, TARGETS);
const request = (interactions: InteractionMatrix, changes = {}) => ({
  interactions,
  options: { ...calibrated.defaults, ...changes },
  seed: SeedKey.root(3),
  context: { kernels },
});
const clean = await calibrated.inspect(request(real));
const found = await calibrated.inspect({ ...request(attacked), review: 30 });

describe('a file with 20 fakes among 600 users', () => {
  it('shows the targets first, and at most one of their fillers', () => {
    expect(found.verdict).toBe('items-look-pushed');
    const alarmed = found.items.filter((item) => item.alarmed).map(({ item }) => item);
    expect(alarmed.slice(0, 2).sort((a, b) => a - b)).toEqual(TARGETS);
    // 20 fakes have 320 fillers among 360 items: one that several of them share looks pushed too
    expect(alarmed.length).toBeLessThanOrEqual(3);
    expect(found.items[1].score).toBeGreaterThan(2 * (found.threshold ?? Number.POSITIVE_INFINITY));
    for (const { item, clickers, suspectedFakes, usualFakes, suspects } of found.items.slice(0, 2)) {
      expect(clickers).toBe(attacked.itemDegrees()[item]);
      expect(suspectedFakes).toBeGreaterThan(0.8 * FAKES);
      expect(usualFakes).toBeLessThan(suspectedFakes / 4);
      for (const user of suspects) expect(attacked.has(user, item)).toBe(true);
    }
  });

  it('has one case, of both targets', () => {
    expect(found.cases).toHaveLength(1);
    expect(found.cases[0].items).toEqual(expect.arrayContaining(TARGETS));
    expect(found.cases[0].users).toEqual(found.removal);
  });

  it('removes fakes, and few others', () => {
    const caught = found.removal.filter((user) => user >= real.users).length;
    expect(caught).toBeGreaterThanOrEqual(0.9 * FAKES);
    // one real user in a hundred is 6
    expect(found.removal.length - caught).toBeLessThanOrEqual(6);
  });

  it('ranks fakes above real users', () => {
    const honest = found.scores.slice(0, real.users).sort((a, b) => b - a);
    const above = found.scores.slice(real.users).filter((score) => score > honest[5]).length;
    expect(above).toBeGreaterThanOrEqual(0.9 * FAKES);
  });

  it('gives reasons that name items and what is usual', () => {
    expect(found.users.length).toBeGreaterThanOrEqual(30);
    const scores = found.users.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const [first] = found.users;
    expect(first.user).toBeGreaterThanOrEqual(real.users);
    expect(first.items.map(({ item }) => item)).toEqual(expect.arrayContaining(TARGETS));
    expect(first.honestShare).toBeLessThan(0.01);
    expect(first.clicks).toBe(18);
    expect(first.family?.words).toMatch(/targets/);
    expect(first.features.length).toBeGreaterThan(0);
    for (const { observed, usual, deviations } of first.features)
      expect(Math.sign(observed - usual)).toBe(Math.sign(deviations));
    for (const { user, score } of found.users) expect(score).toBe(found.scores[user]);
  });

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('has the scores of score()', async () => {
    expect(Array.from(await calibrated.score(request(attacked)))).toEqual(found.scores);
  });
});

describe('a clean file', () => {
  it('has nothing to find, and says what would have been seen', () => {
    expect(clean.verdict).toBe('nothing-found');
    expect(clean.items.filter(({ alarmed }) => alarmed)).toEqual([]);
    expect(clean.items.length).toBeGreaterThan(0);
    expect(clean.removal).toEqual([]);
    expect(clean.cases).toEqual([]);
    expect(clean.power.map(({ family }) => family.name)).toEqual(FAMILIES.map(({ name }) => name));
    for (const { steps, smallestSeen } of clean.power) {
      const last = steps.at(-1);
      if (smallestSeen !== null) expect(last && last.seen / last.tried).toBeGreaterThanOrEqual(0.8);
      for (const { seen, tried } of steps) expect(seen).toBeLessThanOrEqual(tried);
    }
  });

  it('has a threshold that falls as more false items are allowed', async () => {
    const more = await calibrated.inspect(request(real, { expectedFalseItems: 5 }));
    expect(more.scores).not.toEqual([]);
    expect(more.threshold ?? Number.NaN).toBeLessThan(clean.threshold ?? Number.NaN);
  });
});

describe('what it refuses', () => {
  it('names a family that there is not', async () => {
    const wrong = calibrated.score(request(real, { leaveOut: 'random,nonsense' }));
    await expect(wrong).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('random,nonsense'),
    });
  });

  it('leaves no file without a family', async () => {
    const all = FAMILIES.map(({ name }) => name).join(',');
    await expect(calibrated.score(request(real, { leaveOut: all }))).rejects.toMatchObject({
      code: 'config',
    });
  });

  it('says that a file is too small, and tests nothing', async () => {
    const small = InteractionMatrix.fromRows(5, [[0, 1], [1, 2], []]);
    const findings = await calibrated.inspect(request(small));
    expect(findings).toMatchObject({
      verdict: 'too-small',
      scores: [0, 0, 0],
      threshold: null,
      testedItems: 0,
    });
  });
});
