import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { equalCostRules, withSizes } from './with-sizes.js';

equalCostRules('copied');
equalCostRules('copied-unforced');

describe('copied', () => {
  it('takes its fillers from one real user with enough clicks', async () => {
    const rows = [[0, 1], [2, 3, 4, 5], [6, 7, 8, 9], [10]];
    const interactions = InteractionMatrix.fromRows(12, rows);
    const sizes = new Int32Array(60).fill(4);
    const { profiles, notes } = await withSizes('copied', {
      interactions,
      targets: Int32Array.of(11),
      sizes,
    });
    const sources = profiles.map((profile) => {
      const fillers = Array.from(profile).filter((item) => item !== 11);
      return rows.findIndex((row) => fillers.every((item) => row.includes(item)));
    });
    expect(new Set(sources)).toEqual(new Set([1, 2]));
    expect(notes).toEqual([]);
  });

  it('fills up the largest profile at random, and counts it, where no real user has enough clicks', async () => {
    const interactions = InteractionMatrix.fromRows(12, [[0], [2, 3, 4]]);
    const { profiles, notes } = await withSizes('copied', {
      interactions,
      targets: Int32Array.of(11),
      sizes: Int32Array.of(6, 2),
    });
    expect(Array.from(profiles[0])).toEqual(expect.arrayContaining([2, 3, 4, 11]));
    expect(profiles[0].length).toBe(6);
    expect(notes).toEqual([
      '1 copied profiles were filled up with random items: no real user has that many clicks',
    ]);
  });
});

describe('copied-unforced', () => {
  it('is a part of one real profile, with a target only where that user clicked it', async () => {
    const rows = [
      [0, 1, 2, 3],
      [4, 5, 6, 11],
    ];
    const interactions = InteractionMatrix.fromRows(12, rows);
    const sizes = new Int32Array(400).fill(2);
    const asked = { interactions, targets: Int32Array.of(10, 11), sizes };
    const { profiles, notes } = await withSizes('copied-unforced', asked);
    for (const profile of profiles)
      expect(rows.some((row) => profile.every((item) => row.includes(item)))).toBe(true);
    expect(profiles.some((profile) => profile.includes(10))).toBe(false);
    // Half of the copies are of the user who clicked target 11, and half of those keep it.
    const held = profiles.filter((profile) => profile.includes(11)).length;
    expect(Math.abs(held - 100)).toBeLessThan(30);
    expect(notes).toEqual([]);
  });
});
