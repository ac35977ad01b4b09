import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  copiedControl,
  copiedUnforcedControl,
  randFilterAuthors,
  randomControl,
} from '../../dist/attacks/controls.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { SeedKey } from '../../dist/rng.js';

const seed = SeedKey.root(9).child('control');
const lists = (profiles: readonly Int32Array[]): number[][] => profiles.map((profile) => Array.from(profile));

const request = fc
  .record({
    rows: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { maxLength: 15 }), {
      minLength: 1,
      maxLength: 8,
    }),
    targets: fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 5 }),
    sizes: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 6 }),
  })
  .map(({ rows, targets, sizes }) => ({
    interactions: InteractionMatrix.fromRows(15, rows),
    targets: Int32Array.from(targets).sort(),
    sizes: Int32Array.from(sizes),
    seed,
  }));

describe.each([
  ['random', randomControl],
  ['copied', copiedControl],
  ['copied-unforced', copiedUnforcedControl],
])('%s control', (name, control) => {
  it('has exactly the sizes asked, distinct ascending items and the targets it forces', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const { profiles, provenance } = control(asked);
        expect(provenance.attack).toBe(name);
        profiles.forEach((profile, v) => {
          expect(profile.length).toBe(asked.sizes[v]);
          expect(Array.from(profile)).toEqual([...new Set(profile)].sort((a, b) => a - b));
          for (const item of profile) expect(item >= 0 && item < 15).toBe(true);
          if (name === 'copied-unforced') return;
          const held = asked.targets.filter((target) => profile.includes(target)).length;
          expect(held).toBe(Math.min(asked.targets.length, asked.sizes[v]));
        });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('gives the same profiles for the same seed, and others for another', () => {
    const asked = {
      interactions: InteractionMatrix.fromRows(40, [Array.from({ length: 40 }, (_, item) => item)]),
      targets: Int32Array.of(3),
      sizes: new Int32Array(5).fill(8),
    };
    const first = lists(control({ ...asked, seed }).profiles);
    expect(lists(control({ ...asked, seed }).profiles)).toEqual(first);
    expect(lists(control({ ...asked, seed: seed.child('other') }).profiles)).not.toEqual(first);
    const fewer = control({ ...asked, sizes: asked.sizes.subarray(0, 2), seed });
    expect(lists(fewer.profiles)).toEqual(first.slice(0, 2));
  });

  it('refuses targets and sizes outside the catalogue', () => {
    const interactions = InteractionMatrix.fromRows(3, [[0]]);
    const bad = [
      { targets: Int32Array.of(3), sizes: Int32Array.of(1) },
      { targets: Int32Array.of(0), sizes: Int32Array.of(4) },
      { targets: new Int32Array(), sizes: Int32Array.of(1) },
    ];
    for (const part of bad)
      expect(() => control({ interactions, seed, ...part })).toThrow(
        expect.objectContaining({ code: 'config' }),
      );
  });
});

describe('randomControl', () => {
  it('draws fillers uniformly', () => {
    const interactions = InteractionMatrix.fromRows(10, [[0]]);
    const sizes = new Int32Array(3000).fill(4);
    const counts = new Int32Array(10);
    for (const profile of randomControl({ interactions, targets: Int32Array.of(0), sizes, seed }).profiles)
      for (const item of profile) counts[item]++;
    expect(counts[0]).toBe(3000);
    for (const count of counts.subarray(1)) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe('copiedControl', () => {
  it('takes its fillers from one real user with enough clicks', () => {
    const rows = [[0, 1], [2, 3, 4, 5], [6, 7, 8, 9], [10]];
    const interactions = InteractionMatrix.fromRows(12, rows);
    const sizes = new Int32Array(60).fill(4);
    const { profiles, filledUp } = copiedControl({ interactions, targets: Int32Array.of(11), sizes, seed });
    const sources = profiles.map((profile) => {
      const fillers = Array.from(profile).filter((item) => item !== 11);
      return rows.findIndex((row) => fillers.every((item) => row.includes(item)));
    });
    expect(new Set(sources)).toEqual(new Set([1, 2]));
    expect(filledUp).toBe(0);
  });

  it('fills up the largest profile at random, and counts it, where no real user has enough clicks', () => {
    const interactions = InteractionMatrix.fromRows(12, [[0], [2, 3, 4]]);
    const { profiles, filledUp } = copiedControl({
      interactions,
      targets: Int32Array.of(11),
      sizes: Int32Array.of(6, 2),
      seed,
    });
    expect(Array.from(profiles[0])).toEqual(expect.arrayContaining([2, 3, 4, 11]));
    expect(profiles[0].length).toBe(6);
    expect(filledUp).toBe(1);
  });
});

describe('copiedUnforcedControl', () => {
  it('is a part of one real profile, with a target only where that user clicked it', () => {
    const rows = [
      [0, 1, 2, 3],
      [4, 5, 6, 11],
    ];
    const interactions = InteractionMatrix.fromRows(12, rows);
    const sizes = new Int32Array(400).fill(2);
    const asked = { interactions, targets: Int32Array.of(10, 11), sizes, seed };
    const { profiles, filledUp } = copiedUnforcedControl(asked);
    for (const profile of profiles)
      expect(rows.some((row) => profile.every((item) => row.includes(item)))).toBe(true);
    expect(profiles.some((profile) => profile.includes(10))).toBe(false);
    // Half of the copies are of the user who clicked target 11, and half of those keep it.
    const held = profiles.filter((profile) => profile.includes(11)).length;
    expect(Math.abs(held - 100)).toBeLessThan(30);
    expect(filledUp).toBe(0);
  });
});

describe('randFilterAuthors', () => {
  it('clicks 48 % of all items at rho 0.05 and 46 % at 0.1', () => {
    const interactions = InteractionMatrix.fromRows(2000, [[0]]);
    for (const [rho, share] of [
      [0.05, 0.48],
      [0.1, 0.46],
    ]) {
      const { profiles, provenance } = randFilterAuthors({
        interactions,
        targets: Int32Array.of(0),
        fakeUsers: 20,
        rho,
        seed,
      });
      const clicks = profiles.reduce((sum, profile) => sum + profile.length, 0) / (20 * 2000);
      expect(Math.abs(clicks - share)).toBeLessThan(0.01);
      expect(provenance.budgeted).toBe(false);
    }
  });
});
