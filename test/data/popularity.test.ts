import fc from 'fast-check';
import { expect, it, describe as suite } from 'vitest';
import {
  BUCKET_NAMES,
  createDataset,
  describe,
  IdMap,
  InteractionMatrix,
  popularityBuckets,
  quantile,
  sampleTargets,
} from '../../dist/data/index.js';
import { SeedKey } from '../../dist/rng.js';

suite('quantile', () => {
  it('interpolates linearly, as the usual definition does', () => {
    expect([0, 0.25, 0.5, 0.875, 1].map((q) => quantile([1, 2, 4, 8], q))).toEqual([1, 1.75, 3, 6.5, 8]);
    expect(quantile([5], 0.3)).toBe(5);
  });
});

suite('popularityBuckets', () => {
  it('leaves items on a bound out of every bucket', () => {
    const counts = Array.from({ length: 101 }, (_, item) => item);
    const buckets = popularityBuckets(counts);
    expect(buckets.bounds).toEqual({ p50: 50, p75: 75, p95: 95 });
    expect([...buckets.ties]).toEqual([50, 75, 95]);
    expect([...buckets.head]).toEqual([96, 97, 98, 99, 100]);
    expect([buckets.upperTorso[0], buckets.upperTorso.at(-1), buckets.upperTorso.length]).toEqual([
      76, 94, 19,
    ]);
    expect([buckets.lowerTorso[0], buckets.lowerTorso.at(-1), buckets.lowerTorso.length]).toEqual([
      51, 74, 24,
    ]);
    expect(buckets.tail.length).toBe(50);
  });

  it('assigns every item once, by strict inequalities', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 60 }), (counts) => {
        const buckets = popularityBuckets(counts);
        const all = [...BUCKET_NAMES, 'ties' as const].flatMap((name) => [...buckets[name]]);
        expect(all.sort((a, b) => a - b)).toEqual(counts.map((_, item) => item));
        const { p50, p75, p95 } = buckets.bounds;
        for (const item of buckets.head) expect(counts[item]).toBeGreaterThan(p95);
        for (const item of buckets.upperTorso) expect(counts[item] > p75 && counts[item] < p95).toBe(true);
        for (const item of buckets.lowerTorso) expect(counts[item] > p50 && counts[item] < p75).toBe(true);
        for (const item of buckets.tail) expect(counts[item]).toBeLessThan(p50);
      }),
      { seed: 13, numRuns: 300 },
    );
  });
});

suite('sampleTargets', () => {
  const bucket = Int32Array.from({ length: 40 }, (_, k) => 3 * k);

  it('draws distinct items of the bucket, ascending, by the seed', () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const targets = sampleTargets(bucket, 5, SeedKey.root(seed));
      expect(new Set(targets).size).toBe(5);
      expect([...targets]).toEqual([...targets].sort((a, b) => a - b));
      for (const item of targets) expect(bucket.includes(item)).toBe(true);
      expect(sampleTargets(bucket, 5, SeedKey.root(seed))).toEqual(targets);
      for (const item of targets) seen.add(item);
    }
    expect(seen.size).toBe(40);
  });

  it('says when the bucket is too small', () => {
    expect(() => sampleTargets(bucket, 41, SeedKey.root(1))).toThrow(
      'targets: expected at least 41 items in the popularity bucket, got 40. Ask for fewer, or choose another bucket.',
    );
    expect(() => sampleTargets(bucket, 0, SeedKey.root(1))).toThrow('targets: expected a positive number');
  });
});

suite('describe', () => {
  it('has stable keys and hand-checked values', () => {
    const interactions = InteractionMatrix.fromRows(4, [[0], [0, 1], [0, 1, 2], []]);
    const dataset = createDataset({ interactions, users: IdMap.range(4), items: IdMap.range(4) });
    const description = describe(dataset);
    expect(Object.keys(description)).toEqual([
      'users',
      'items',
      'interactions',
      'density',
      'itemPopularity',
      'profileSize',
      'buckets',
      'hash',
    ]);
    expect(description).toMatchObject({ users: 4, items: 4, interactions: 6, density: 6 / 16 });
    expect(description.profileSize).toMatchObject({
      min: 0,
      p25: 0.75,
      p50: 1.5,
      p75: 2.25,
      max: 3,
      mean: 1.5,
    });
    expect(description.itemPopularity).toEqual(description.profileSize);
    expect(Object.values(description.buckets).reduce((sum, size) => sum + size, 0)).toBe(4);
    expect(describe(dataset, { duplicatesMerged: 2 }).duplicatesMerged).toBe(2);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });
});
