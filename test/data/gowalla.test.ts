// Facts of the Gowalla data set (SNAP's loc-gowalla), where its files are at hand.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it, describe as suite } from 'vitest';
import {
  alignSplit,
  describe,
  kCore,
  type PopularityBuckets,
  popularityBuckets,
  randomSplit,
  readInteractions,
} from '../../dist/data/index.js';
import { SeedKey } from '../../dist/rng.js';

const data = new URL('../../../shared/data/', import.meta.url).pathname;
const present = existsSync(`${data}gowalla-10core.csv.gz`);
const title = present ? 'Gowalla' : `Gowalla (skipped: no data in ${data})`;

suite.skipIf(!present)(title, () => {
  it('has the 15-core of the paper', async () => {
    const { dataset, rows, duplicatesMerged } = await readInteractions(`${data}gowalla-10core.csv.gz`);
    expect({ rows, duplicatesMerged }).toEqual({ rows: 1_027_370, duplicatesMerged: 0 });
    expect(describe(dataset)).toMatchObject({ users: 29_858, items: 40_981, interactions: 1_027_370 });
    const core = kCore(dataset, 15);
    expect(describe(core)).toMatchObject({ users: 13_149, items: 14_007, interactions: 535_610 });
    expect(1 - describe(core).density).toBeCloseTo(0.9971, 4);
    const { train, test } = randomSplit(core, { fraction: 0.2 }, SeedKey.root(1).child('split'));
    expect(train.interactions.nonZeros + test.interactions.nonZeros).toBe(535_610);
    expect(Math.abs(test.interactions.nonZeros / 535_610 - 0.2)).toBeLessThan(0.003);
    expect(Math.min(...train.interactions.itemDegrees())).toBeGreaterThan(0);
  });

  it('has the given split, and its targets in their popularity buckets', async () => {
    const [trainFile, testFile] = await Promise.all(
      ['train', 'test'].map((side) => readInteractions(`${data}gowalla-15core.${side}.csv.gz`)),
    );
    const { train, test } = alignSplit(trainFile.dataset, testFile.dataset);
    expect(describe(train)).toMatchObject({ users: 13_149, items: 14_007, interactions: 428_619 });
    expect(test.interactions.nonZeros).toBe(106_991);
    expect(test.interactions.userDegrees().filter((degree) => degree === 0).length).toBe(104);
    const buckets = popularityBuckets(train.interactions.itemDegrees());
    const targets = JSON.parse(readFileSync(`${data}gowalla-15core.targets.json`, 'utf8'));
    const names = {
      head: 'head',
      upper_torso: 'upperTorso',
      lower_torso: 'lowerTorso',
      tail: 'tail',
    } as const;
    for (const [given, name] of Object.entries(names)) {
      const bucket = (buckets as PopularityBuckets)[name];
      expect(targets[given]).toHaveLength(5);
      for (const item of train.items.indicesOf(targets[given], given))
        expect(bucket.includes(item)).toBe(true);
    }
  });
});
