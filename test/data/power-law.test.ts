import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { powerLawInteractions, ratingsLaw } from '../../dist/data/power-law.js';
import { SeedKey } from '../../dist/rng.js';

const seed = SeedKey.root(4);

/** Slope of log(size) over log(rank) from rank `from` to `to`. */
function slope(degrees: Int32Array, from: number, to: number): number {
  const sorted = [...degrees].sort((a, b) => b - a);
  const points = sorted.slice(from - 1, to).map((size, n) => [Math.log(from + n), Math.log(size)]);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

describe('powerLawInteractions', () => {
  it('has exactly the interactions asked for, and no empty user', () => {
    const exponent = fc.double({ min: 0, max: 4, noNaN: true });
    const sizes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        sizes,
        sizes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        exponent,
        exponent,
        (users, items, fill, a, b) => {
          const interactions = users + Math.floor(fill * users * (items - 1));
          // `fromCsr` refuses rows that hold an item twice.
          const matrix = powerLawInteractions({
            users,
            items,
            interactions,
            userExponent: a,
            itemExponent: b,
            seed,
          });
          expect([matrix.users, matrix.items, matrix.nonZeros]).toEqual([users, items, interactions]);
          expect(Math.min(...matrix.userDegrees())).toBeGreaterThanOrEqual(1);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  it('follows its laws', () => {
    const shape = { users: 4000, items: 3000, interactions: 200_000 };
    const matrix = powerLawInteractions({ ...shape, userExponent: 0.5, itemExponent: 0.4, seed });
    expect(Math.abs(slope(matrix.userDegrees(), 1, 4000) + 0.5)).toBeLessThan(0.01);
    expect(Math.abs(slope(matrix.itemDegrees(), 30, 2000) + 0.4)).toBeLessThan(0.03);
    const flat = powerLawInteractions({ ...shape, userExponent: 0, itemExponent: 0, seed });
    expect(new Set(flat.userDegrees())).toEqual(new Set([50]));
    const [mean, items] = [200_000 / 3000, flat.itemDegrees()];
    // Binomial: 8 standard deviations of the largest and the smallest of 3,000.
    for (const clicks of items) expect(Math.abs(clicks - mean)).toBeLessThan(8 * Math.sqrt(mean));
  });

  it('shifts its laws, and without a shift is what it was', () => {
    const shape = { users: 4000, items: 3000, interactions: 200_000, userExponent: 1, itemExponent: 2, seed };
    const shifted = powerLawInteractions({ ...shape, userShift: 30, itemShift: 200 });
    const profiles = shifted.userDegrees().sort().reverse();
    // (r + shift)^-e from the first to the r-th.
    for (const rank of [2, 10, 300, 4000])
      expect(Math.abs((profiles[rank - 1] / profiles[0]) * ((rank + 30) / 31) - 1)).toBeLessThan(0.06);
    const sum = (values: ArrayLike<number>, from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => values[from - 1 + n]).reduce(
        (total, value) => total + value,
        0,
      );
    // Alike users, and away from the head: where a profile is large, popular items saturate.
    const alike = powerLawInteractions({ ...shape, userExponent: 0, itemShift: 200 });
    const counts = alike.itemDegrees().sort().reverse();
    const weights = Float64Array.from({ length: 3000 }, (_, place) => (place + 1 + 200) ** -2);
    const found = sum(counts, 201, 400) / sum(counts, 401, 800);
    expect(Math.abs(found / (sum(weights, 201, 400) / sum(weights, 401, 800)) - 1)).toBeLessThan(0.06);
    expect(powerLawInteractions({ ...shape, userShift: 0, itemShift: 0 }).hash).toBe(
      powerLawInteractions(shape).hash,
    );
  });

  it('has a long tail and no item in every profile under the law of ratings', () => {
    const shape = { users: 943, items: 1682, interactions: 100_000 };
    const matrix = powerLawInteractions({ ...shape, ...ratingsLaw(shape), seed });
    const [profiles, counts] = [matrix.userDegrees().sort(), matrix.itemDegrees().sort()];
    expect(counts[1681] / 943).toBeGreaterThan(0.25);
    expect(counts[1681] / 943).toBeLessThan(0.5);
    expect(counts[841] / (100_000 / 1682)).toBeLessThan(0.6);
    expect(profiles[942] / 1682).toBeLessThan(0.8);
    expect(profiles[0]).toBeGreaterThan(20);
  });

  it('draws large profiles with the same law as small ones', () => {
    // Pairs from 20 items (1/8 of them is 2.5): 2 of 20 by rejection, 3 of 20 by keys. Compared item by item.
    const shape = { users: 30_000, items: 20, userExponent: 0, itemExponent: 1 };
    const weights = Array.from({ length: 20 }, (_, place) => 1 / (place + 1));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const size of [2, 3]) {
      const matrix = powerLawInteractions({ ...shape, interactions: size * 30_000, seed });
      const found = [...matrix.itemDegrees()].sort((a, b) => b - a).map((clicks) => clicks / 30_000);
      const expected = weights.map((_, item) => inclusion(weights, total, item, size));
      for (const [n, share] of found.entries()) {
        const deviation = Math.sqrt((expected[n] * (1 - expected[n])) / 30_000);
        expect(Math.abs(share - expected[n])).toBeLessThan(5 * deviation);
      }
    }
  });

  it('is the same for the same seed, and another for another', () => {
    const options = { users: 50, items: 60, interactions: 900, userExponent: 0.5, itemExponent: 0.5 };
    const once = powerLawInteractions({ ...options, seed }).hash;
    expect(powerLawInteractions({ ...options, seed }).hash).toBe(once);
    expect(powerLawInteractions({ ...options, seed: SeedKey.root(5) }).hash).not.toBe(once);
  });

  it.each([
    [{ users: 0 }, 'users'],
    [{ items: 2.5 }, 'items'],
    [{ interactions: 9 }, 'from 10 \\(one a user\\) to 70'],
    [{ interactions: 71 }, 'from 10 \\(one a user\\) to 70'],
    [{ userExponent: -1 }, 'the user exponent'],
    [{ itemExponent: Number.NaN }, 'the item exponent'],
    [{ userShift: -1 }, 'the user shift of at least 0'],
    [{ itemShift: Number.NaN }, 'the item shift of at least 0'],
  ])('refuses %j', (changes, message) => {
    const options = { users: 10, items: 7, interactions: 30, userExponent: 0.5, itemExponent: 0.5, seed };
    expect(() => powerLawInteractions({ ...options, ...changes })).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    );
  });
});

/** Probability that `item` is among `size` successive draws without replacement. */
function inclusion(weights: readonly number[], total: number, item: number, size: number): number {
  if (size === 0) return 0;
  return weights.reduce((sum, weight, first) => {
    const rest = weights.map((value, n) => (n === first ? 0 : value));
    const later = first === item ? 1 : inclusion(rest, total - weight, item, size - 1);
    return sum + (weight / total) * later;
  }, 0);
}
