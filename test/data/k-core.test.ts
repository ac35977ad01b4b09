import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset, type Dataset, IdMap, InteractionMatrix, kCore } from '../../dist/data/index.js';
import { RecauditError } from '../../dist/errors.js';
import { datasets, entries } from './arbitraries.js';

/** The plain definition: drop everything below k, again and again. */
function plainCore(dataset: Dataset, k: number): string[] {
  let left = entries(dataset).map((entry) => entry.split(/[|@]/));
  for (;;) {
    const count = (position: number, id: string) => left.filter((entry) => entry[position] === id).length;
    const kept = left.filter(([user, item]) => count(0, user) >= k && count(1, item) >= k);
    if (kept.length === left.length) return kept.map(([user, item]) => `${user}|${item}`);
    left = kept;
  }
}

function coreOrNull(dataset: Dataset, k: number): Dataset | null {
  try {
    return kCore(dataset, k);
  } catch (error) {
    if (error instanceof RecauditError && error.code === 'data') return null;
    throw error;
  }
}

describe('kCore', () => {
  it('is the largest part with minimal degree k, and keeps ids, order and values', () => {
    fc.assert(
      fc.property(datasets, fc.integer({ min: 1, max: 6 }), (dataset, k) => {
        const core = coreOrNull(dataset, k);
        const expected = plainCore(dataset, k);
        if (!core) {
          expect(expected).toEqual([]);
          return;
        }
        expect(entries(core).map((entry) => entry.split('@')[0])).toEqual(expected);
        const all = new Set(entries(dataset));
        for (const entry of entries(core)) expect(all.has(entry)).toBe(true);
        expect(Math.min(...core.interactions.userDegrees())).toBeGreaterThanOrEqual(k);
        expect(Math.min(...core.interactions.itemDegrees())).toBeGreaterThanOrEqual(k);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(datasets, fc.integer({ min: 1, max: 6 }), (dataset, k) => {
        const core = coreOrNull(dataset, k);
        if (core) expect(kCore(core, k).hash).toBe(core.hash);
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it('finds a core behind a long chain of removals', () => {
    // A 3 x 3 block, and a path u3 - i3 - u4 - i4 - ... that unravels from its end.
    const chain = 2000;
    const pairs: [number, number][] = [];
    for (let u = 0; u < 3; u++) for (let i = 0; i < 3; i++) pairs.push([u, i]);
    for (let p = 0; p < chain; p++) pairs.push([3 + p, 2 + p], [3 + p, 3 + p]);
    const size = 3 + chain;
    const interactions = InteractionMatrix.fromPairs(
      size,
      size,
      pairs.map(([u]) => u),
      pairs.map(([, i]) => i),
    );
    const dataset = createDataset({ interactions, users: IdMap.range(size), items: IdMap.range(size) });
    expect(kCore(dataset, 2).interactions.nonZeros).toBe(9);
  });

  it('says when nothing is left, or k is no size', () => {
    const interactions = InteractionMatrix.fromRows(2, [[0], [1]]);
    const dataset = createDataset({ interactions, users: IdMap.range(2), items: IdMap.range(2) });
    expect(() => kCore(dataset, 3)).toThrow(
      'k-core: expected users and items with at least 3 interactions each among 2 users x 2 items, got none. Choose a smaller k.',
    );
    for (const k of [0, -1, 1.5, Number.NaN])
      expect(() => kCore(dataset, k)).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
