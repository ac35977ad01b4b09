import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectByThreshold, projectToBudget } from '../../../dist/attacks/learned/projection.js';

const none = new Int32Array();
const lists = (profiles: Int32Array[]): number[][] => profiles.map((profile) => Array.from(profile));

/** A random relaxed matrix with many ties, forced items and budgets that hold them. */
const problem = fc
  .record({ fakeUsers: fc.integer({ min: 1, max: 4 }), items: fc.integer({ min: 1, max: 12 }) })
  .chain(({ fakeUsers, items }) =>
    fc.record({
      items: fc.constant(items),
      entries: fc.array(fc.integer({ min: -3, max: 3 }), {
        minLength: fakeUsers * items,
        maxLength: fakeUsers * items,
      }),
      forced: fc.uniqueArray(fc.integer({ min: 0, max: items - 1 }), { maxLength: items }),
      draws: fc.array(fc.nat(), { minLength: fakeUsers, maxLength: fakeUsers }),
    }),
  )
  .map(({ items, entries, forced, draws }) => {
    const least = Math.max(1, forced.length);
    return {
      items,
      relaxed: Float32Array.from(entries, (entry) => entry / 4),
      forced: Int32Array.from(forced),
      sizes: Int32Array.from(draws, (draw) => least + (draw % (items - least + 1))),
    };
  });

function binary(profiles: Int32Array[], items: number): Float32Array {
  const matrix = new Float32Array(profiles.length * items);
  profiles.forEach((profile, v) => {
    for (const item of profile) matrix[v * items + item] = 1;
  });
  return matrix;
}

describe('projectToBudget', () => {
  it('keeps the largest entries of each row', () => {
    const relaxed = Float32Array.of(0.1, 0.9, -1, 0.5, /* row 2 */ 3, 2, 1, 0);
    expect(lists(projectToBudget(relaxed, 4, Int32Array.of(2, 1), none))).toEqual([[1, 3], [0]]);
  });

  it('gives ties to the lower item index', () => {
    const relaxed = Float32Array.of(0, 0.5, 0.5, 0.5, -0, 0);
    expect(lists(projectToBudget(relaxed, 6, Int32Array.of(2), none))).toEqual([[1, 2]]);
    expect(lists(projectToBudget(relaxed, 6, Int32Array.of(5), none))).toEqual([[0, 1, 2, 3, 4]]);
  });

  it('counts forced targets inside the budget', () => {
    const relaxed = Float32Array.of(-5, 0.9, 0.8, 0.7);
    expect(lists(projectToBudget(relaxed, 4, Int32Array.of(2), Int32Array.of(0)))).toEqual([[0, 1]]);
    expect(lists(projectToBudget(relaxed, 4, Int32Array.of(1), Int32Array.of(0)))).toEqual([[0]]);
  });

  it('holds exactly the budget, the forced targets and no better item outside, and is idempotent', () => {
    fc.assert(
      fc.property(problem, ({ relaxed, items, sizes, forced }) => {
        const profiles = projectToBudget(relaxed, items, sizes, forced);
        profiles.forEach((profile, v) => {
          expect(profile.length).toBe(sizes[v]);
          expect(Array.from(profile)).toEqual(
            [...new Set(profile)].filter((item) => item < items).sort((a, b) => a - b),
          );
          for (const item of forced) expect(profile).toContain(item);
          const row = relaxed.subarray(v * items, (v + 1) * items);
          const chosen = Array.from(profile).filter((item) => !forced.includes(item));
          const left = Array.from(row.keys()).filter((item) => !profile.includes(item));
          for (const kept of chosen)
            for (const out of left)
              expect(row[kept] > row[out] || (row[kept] === row[out] && kept < out)).toBe(true);
        });
        const again = projectToBudget(binary(profiles, items), items, sizes, forced);
        expect(lists(again)).toEqual(lists(profiles));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it.each([
    ['zero', 0],
    ['negative', -1],
    ['above the catalogue', 5],
    ['below the forced targets', 1],
  ])('refuses a budget that is %s', (_name, size) => {
    const call = () => projectToBudget(new Float32Array(4), 4, Int32Array.of(size), Int32Array.of(0, 1));
    expect(call).toThrow(expect.objectContaining({ code: 'config' }));
  });

  it('refuses entries that are not finite', () => {
    const call = () => projectToBudget(Float32Array.of(0, Number.NaN), 2, Int32Array.of(1), none);
    expect(call).toThrow(expect.objectContaining({ code: 'numeric' }));
  });
});

describe('projectByThreshold', () => {
  it('is strict, in the precision of the matrix', () => {
    expect(lists(projectByThreshold(Float32Array.of(0.1, 0.2, 0.3), 3, 1, 0.2, none))).toEqual([[2]]);
    expect(lists(projectByThreshold(Float64Array.of(0.1, 0.2, 0.3), 3, 1, 0.2, none))).toEqual([[2]]);
  });

  it('puts forced targets in and has no cap', () => {
    const relaxed = Float32Array.of(1, 1, 1, -1, /* row 2 */ 0, 0, 0, 0);
    expect(lists(projectByThreshold(relaxed, 4, 2, 0.5, Int32Array.of(3)))).toEqual([[0, 1, 2, 3], [3]]);
  });

  it('is idempotent for rho in [0, 1)', () => {
    fc.assert(
      fc.property(
        problem,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        ({ relaxed, items, sizes, forced }, rho) => {
          const profiles = projectByThreshold(relaxed, items, sizes.length, rho, forced);
          const again = projectByThreshold(binary(profiles, items), items, sizes.length, rho, forced);
          expect(lists(again)).toEqual(lists(profiles));
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses rho = %s', (rho) => {
    const call = () => projectByThreshold(new Float32Array(2), 2, 1, rho, none);
    expect(call).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
