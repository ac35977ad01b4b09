import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawProfileSizes, validateBudget, validateTargets } from '../../dist/attacks/budget.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { SeedKey } from '../../dist/rng.js';

const seed = SeedKey.root(5);
const withSizes = (sizes: number[]): InteractionMatrix =>
  InteractionMatrix.fromRows(
    20,
    sizes.map((size) => Array.from({ length: size }, (_, item) => item)),
  );

describe('drawProfileSizes', () => {
  it('draws the real sizes in their real proportions', () => {
    const drawn = drawProfileSizes(withSizes([2, 2, 2, 9]), 4000, 1, seed);
    const share = drawn.filter((size) => size === 9).length / drawn.length;
    expect(new Set(drawn)).toEqual(new Set([2, 9]));
    expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
  });

  it('never goes below the forced targets, and never draws an empty profile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 20 }),
        (sizes, minimum) => {
          const largest = Math.max(...sizes);
          fc.pre(largest >= Math.max(1, minimum));
          for (const size of drawProfileSizes(withSizes(sizes), 12, minimum, seed)) {
            expect(size).toBeGreaterThanOrEqual(Math.max(1, minimum));
            expect(sizes).toContain(size);
          }
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  it('gives the first fake users the same sizes, however many follow', () => {
    const interactions = withSizes([1, 2, 3, 4, 5, 6, 7]);
    const many = drawProfileSizes(interactions, 50, 1, seed);
    expect(Array.from(drawProfileSizes(interactions, 7, 1, seed))).toEqual(Array.from(many.subarray(0, 7)));
  });

  it.each([
    ['no fake user', 0, 1],
    ['a negative number of fake users', -1, 1],
    ['NaN fake users', Number.NaN, 1],
    ['more targets than any real user clicked', 3, 8],
    ['more targets than items', 3, 21],
  ])('refuses %s', (_name, fakeUsers, minimum) => {
    expect(() => drawProfileSizes(withSizes([3, 7]), fakeUsers, minimum, seed)).toThrow(
      expect.objectContaining({ code: 'config' }),
    );
  });
});

describe('validateBudget', () => {
  it.each([0, -1, Number.NaN, 1.5, 11, Number.POSITIVE_INFINITY, 1])('refuses %s clicks', (clicks) => {
    expect(() => validateBudget(clicks, 10, 2)).toThrow(expect.objectContaining({ code: 'config' }));
  });

  it('takes what lies between the forced targets and the catalogue', () => {
    for (const clicks of [2, 5, 10]) expect(() => validateBudget(clicks, 10, 2)).not.toThrow();
  });
});

describe('validateTargets', () => {
  it.each([[[]], [[10]], [[-1]], [[2, 1]], [[3, 3]], [[0.5]]])('refuses %j', (targets) => {
    expect(() => validateTargets(targets, 10)).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
