import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { BestList } from '../../../dist/recommenders/neighbours/best-list.js';
import {
  itemRows,
  nearestRows,
  nearestSeconds,
  type Similarity,
  userRows,
} from '../../../dist/recommenders/neighbours/neighbours.js';

describe('BestList', () => {
  it('keeps what a sort would put first, ties to the lower index', () => {
    const candidates = fc.uniqueArray(fc.tuple(fc.nat(5), fc.nat(60)), { selector: ([, index]) => index });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), candidates, candidates, (size, ...rounds) => {
        const best = new BestList(size);
        for (const round of rounds) {
          for (const [score, index] of round) best.offer(score, index);
          const ranked = round.map(([score]) => score).sort((a, b) => b - a);
          expect(best.bound).toBe(ranked[size - 1] ?? 0);
          const indices = new Int32Array(size + 2).fill(-1);
          const scores = new Float32Array(size + 2);
          best.take(indices, scores, 1);
          const expected = [...round].sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, size);
          const padding = Array<number>(size - expected.length).fill(-1);
          expect(Array.from(indices)).toEqual([-1, ...expected.map(([, index]) => index), ...padding, -1]);
          expect(Array.from(scores.subarray(1, expected.length + 1))).toEqual(
            expected.map(([score]) => score),
          );
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

/** All similarities, by definition. */
function byDefinition(rows: readonly Set<number>[], k: number, similarity: Similarity) {
  return rows.map((row, r) =>
    rows
      .map((other, o) => {
        const common = [...row].filter((column) => other.has(column)).length;
        const union = row.size + other.size - common;
        // Squared, so that equal cosines are equal numbers.
        const score = similarity === 'jaccard' ? common / union : common ** 2 / (row.size * other.size);
        return { o, common, score };
      })
      .filter(({ o, common }) => o !== r && common > 0)
      .sort((a, b) => b.score - a.score || a.o - b.o)
      .slice(0, k)
      .map(({ o, score }) => [o, Math.fround(similarity === 'jaccard' ? score : Math.sqrt(score))]),
  );
}

describe('nearestRows', () => {
  it.each(['jaccard', 'cosine'] as const)('gives what the definition of %s gives', async (similarity) => {
    const profile = fc.uniqueArray(fc.nat(7), { maxLength: 6 });
    const data = fc.array(profile, { minLength: 1, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(data, fc.integer({ min: 1, max: 9 }), async (profiles, k) => {
        const train = InteractionMatrix.fromRows(8, profiles);
        const byUser = profiles.map((items) => new Set(items));
        const byItem = Array.from({ length: 8 }, (_, item) => {
          return new Set(profiles.flatMap((items, user) => (items.includes(item) ? [user] : [])));
        });
        for (const [matrix, rows] of [
          [userRows(train), byUser],
          [itemRows(train), byItem],
        ] as const) {
          const { indices, similarities } = await nearestRows('test', matrix, { k, similarity }, {});
          const found = rows.map((_, r) =>
            Array.from({ length: k }, (_, n) => [indices[r * k + n], similarities[r * k + n]]).filter(
              ([other]) => other >= 0,
            ),
          );
          const expected = byDefinition(rows, k, similarity);
          expect(found.map((list) => list.map(([other]) => other))).toEqual(
            expected.map((list) => list.map(([other]) => other)),
          );
          found.flat().forEach(([, value], n) => {
            expect(value).toBeCloseTo(expected.flat()[n][1], 6);
          });
        }
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  it('gives rows without entries no neighbour, and no NaN', async () => {
    const train = InteractionMatrix.fromRows(4, [[0, 1], [], [0]]);
    const found = await nearestRows('test', itemRows(train), { k: 2, similarity: 'cosine' }, {});
    expect(Array.from(found.indices)).toEqual([1, -1, 0, -1, -1, -1, -1, -1]);
    expect(Array.from(found.similarities, (value) => value ** 2)).toEqual(
      [0.5, 0, 0.5, 0, 0, 0, 0, 0].map((value) => expect.closeTo(value, 6)),
    );
  });
});

describe('nearestSeconds', () => {
  it('follows the pairs of entries, which a few heavy columns make', () => {
    const shape = { users: 1000, items: 127_707, interactions: 100_000 };
    const even = nearestSeconds('users', shape);
    expect(even).toBeCloseTo(0.33, 2);
    // 1000 users with 100 clicks each, against one with 50,050 and the rest with 50: the same clicks, 25 times the pairs.
    const uneven = { users: 50_050 ** 2 + 999 * 50 ** 2, items: 1 };
    expect(nearestSeconds('users', { ...shape, squares: uneven })).toBeCloseTo(25.9, 1);
  });

  it('takes less for pairs that fall on the same rows again', () => {
    const squares = { users: 1e8, items: 1 };
    const seconds = (items: number) =>
      nearestSeconds('users', { users: 1000, items, interactions: 1e6, squares });
    // 1e8 pairs on 1e4 pairs of rows: counts alone. On 1e10: 99.5 % of them are the first of theirs.
    expect(seconds(100)).toBeCloseTo(0.2, 3);
    expect(seconds(100_000)).toBeCloseTo(0.2 + 0.9 * 0.995, 3);
  });
});
