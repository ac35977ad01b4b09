// Simulated fakes: what each family must do, and how many go into a file.
import { expect, it } from 'vitest';
import { FAMILIES } from '../../../dist/detectors/calibrated/simulation/families.js';
import { simulatedFakes } from '../../../dist/detectors/calibrated/simulation/inject.js';
import { planFor } from '../../../dist/detectors/calibrated/simulation/simulate.js';
import { createReferenceKernels } from '../../../dist/kernels/index.js';
import { SeedKey } from '../../../dist/rng.js';
import { file } from './data.js';

const context = { kernels: createReferenceKernels('f32') };
const { matrix } = file(1);
const numbered = FAMILIES.map((family, index) => [index, family] as const);
const fakes = await simulatedFakes(matrix, numbered, 20, SeedKey.root(1), context);

it('has families of their own names, with words', () => {
  expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length);
  expect(FAMILIES.length).toBeGreaterThanOrEqual(10);
  for (const { name, words } of FAMILIES) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(words.trim()).not.toBe('');
  }
});

it.each(numbered)('makes the fakes of family %i', (index) => {
  const own = fakes.filter(({ family }) => family === index);
  expect(own).toHaveLength(20);
  for (const { profile, targets } of own) {
    expect(Array.from(profile)).toEqual(Array.from(new Set(profile)).sort((a, b) => a - b));
    expect(profile.every((item) => item >= 0 && item < matrix.items)).toBe(true);
    for (const target of targets) expect(profile).toContain(target);
    // more than targets: fillers
    expect(profile.length).toBeGreaterThan(targets.length);
  }
  expect(own.filter(({ targets }) => targets.length > 0).length).toBeGreaterThan(own.length / 2);
  expect(own.some(({ targets }) => targets.length > 1)).toBe(true);
});

it('gives the same fakes for the same seed, and others for another', async () => {
  expect(await simulatedFakes(matrix, numbered, 20, SeedKey.root(1), context)).toEqual(fakes);
  expect(await simulatedFakes(matrix, numbered, 20, SeedKey.root(2), context)).not.toEqual(fakes);
});

it('does not change the fakes of a family when another is left out', async () => {
  const without = await simulatedFakes(matrix, numbered.slice(1), 20, SeedKey.root(1), context);
  expect(without).toEqual(fakes.filter(({ family }) => family > 0));
});

it('puts no more fakes into a file than it can take', () => {
  for (const users of [900, 1880, 5000, 13_149, 1_000_000]) {
    const plan = planFor(users, FAMILIES.length);
    expect((plan.fakes * plan.families) / users).toBeLessThanOrEqual(0.14);
    expect(plan.fakes).toBeGreaterThanOrEqual(8);
    expect(plan.fakes % 2).toBe(0);
  }
  expect(planFor(13_149, 12)).toEqual({ fakes: 120, families: 12 });
  expect(planFor(1880, 12)).toEqual({ fakes: 38, families: 6 });
});
