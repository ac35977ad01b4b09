import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countStep, gini, jensenShannon, kolmogorovSmirnov } from '../../dist/metrics/index.js';

const counted = fc
  .array(fc.tuple(fc.nat(5000), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 30 })
  .map((pairs) => new Map(pairs));

describe('countStep', () => {
  it('is the number below 64, and the least of 32 steps of a doubling above', () => {
    const below = Array.from({ length: 64 }, (_, n) => n);
    expect(below.map(countStep)).toEqual(below);
    expect([64, 65, 66, 127, 128, 131, 132, 1000, 1023].map(countStep)).toEqual([
      64, 64, 66, 126, 128, 128, 132, 992, 1008,
    ]);
    const steps = new Set(Array.from({ length: 100_000 }, (_, n) => countStep(n)));
    expect(steps.size).toBeLessThan(32 * (Math.log2(100_000) - 3));
  });

  it('keeps the order, is its own step and is off by less than 1 / 32', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1), (a, b) => {
        const step = countStep(a);
        expect(countStep(step)).toBe(step);
        expect(a - step).toBeGreaterThanOrEqual(0);
        expect(32 * (a - step)).toBeLessThanOrEqual(a);
        if (a <= b) expect(step).toBeLessThanOrEqual(countStep(b));
      }),
    );
  });
});

describe('distances of distributions', () => {
  it('are what comes out by hand', () => {
    const halves = new Map([
      [1, 1],
      [2, 1],
    ]);
    // Cumulative 0.5, 1 against 0, 1.
    expect(kolmogorovSmirnov(halves, new Map([[2, 4]]))).toBe(0.5);
    // Shares 1/2, 1/2 against 0, 1: m = 1/4, 3/4; (1/2 log2 2 + 1/2 log2 2/3 + log2 4/3) / 2.
    const byHand = (0.5 + 0.5 * Math.log2(2 / 3) + Math.log2(4 / 3)) / 2;
    expect(jensenShannon(halves, new Map([[3, 4]]))).toBeCloseTo(byHand, 14);
    expect(jensenShannon(new Map([[0, 1]]), new Map([[1, 1]]))).toBe(1);
    expect(jensenShannon(new Map([[4, 1]]), new Map([[7, 9]]))).toBe(0);
    expect(() => kolmogorovSmirnov(new Map(), halves)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('are 0 to the same shares, symmetric, and at most 1', () => {
    fc.assert(
      fc.property(counted, counted, (a, b) => {
        const tripled = new Map([...a].map(([value, number]) => [value, 3 * number]));
        for (const distance of [kolmogorovSmirnov, jensenShannon]) {
          expect(distance(a, tripled)).toBeCloseTo(0, 12);
          expect(distance(a, b)).toBeCloseTo(distance(b, a), 12);
          expect(distance(a, b)).toBeGreaterThanOrEqual(0);
          expect(distance(a, b)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('gini', () => {
  it('is 0 for equal counts and (n - 1) / n where one has all', () => {
    expect(gini([3, 3, 3])).toBeCloseTo(0, 15);
    expect(gini([0, 0])).toBe(0);
    expect(gini([0, 8, 0, 0])).toBe(0.75);
    // Mean absolute difference over twice the mean: pairs |1-2| |1-3| |2-3|, each twice, over 9 x 2 x 2.
    expect(gini([3, 1, 2])).toBeCloseTo(8 / 36, 15);
  });
});
