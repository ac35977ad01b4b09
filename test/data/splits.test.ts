import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alignSplit,
  createDataset,
  type Dataset,
  IdMap,
  InteractionMatrix,
  leaveOneOut,
  randomSplit,
  type Split,
  timeSplit,
} from '../../dist/data/index.js';
import { RecauditError } from '../../dist/errors.js';
import { SeedKey } from '../../dist/rng.js';
import { datasets, entries } from './arbitraries.js';

const seeds = fc.nat().map((seed) => SeedKey.root(seed));

function expectPartition(dataset: Dataset, { train, test }: Split): void {
  expect([...entries(train), ...entries(test)].sort()).toEqual(entries(dataset).sort());
  for (const side of [train, test]) {
    expect(side.users).toBe(dataset.users);
    expect(side.items).toBe(dataset.items);
    expect([side.interactions.users, side.interactions.items]).toEqual([
      dataset.users.size,
      dataset.items.size,
    ]);
  }
}

function dense(users: number, items: number): Dataset {
  const rows = Array.from({ length: users }, () => Array.from({ length: items }, (_, i) => i));
  const interactions = InteractionMatrix.fromRows(items, rows);
  return createDataset({ interactions, users: IdMap.range(users), items: IdMap.range(items) });
}

describe('randomSplit', () => {
  it('partitions, and leaves every user and item that had one an interaction to train on', () => {
    fc.assert(
      fc.property(
        datasets,
        seeds,
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (dataset, seed, fraction) => {
          const split = randomSplit(dataset, { fraction }, seed);
          expectPartition(dataset, split);
          const had = [dataset.interactions.userDegrees(), dataset.interactions.itemDegrees()];
          const has = [split.train.interactions.userDegrees(), split.train.interactions.itemDegrees()];
          had.forEach((degrees, side) => {
            degrees.forEach((degree, index) => {
              if (degree > 0) expect(has[side][index]).toBeGreaterThan(0);
            });
          });
        },
      ),
      { seed: 9, numRuns: 300 },
    );
  });

  it('sends the share asked for, within five standard deviations', () => {
    const { test } = randomSplit(dense(200, 100), { fraction: 0.2 }, SeedKey.root(3));
    expect(Math.abs(test.interactions.nonZeros / 20_000 - 0.2)).toBeLessThan(
      5 * Math.sqrt((0.2 * 0.8) / 20_000),
    );
  });

  it('draws by seed, user and item alone: other interactions change nothing', () => {
    const whole = randomSplit(dense(30, 30), { fraction: 0.3 }, SeedKey.root(4)).test.interactions;
    const part = randomSplit(dense(20, 25), { fraction: 0.3 }, SeedKey.root(4)).test.interactions;
    for (let u = 0; u < 20; u++)
      expect([...part.row(u)]).toEqual([...whole.row(u)].filter((item) => item < 25));
    const other = randomSplit(dense(30, 30), { fraction: 0.3 }, SeedKey.root(5)).test.interactions;
    expect(other.hash).not.toBe(whole.hash);
  });

  it.each([0, 1, -0.1, 20, Number.NaN])('refuses a share of %d', (fraction) => {
    expect(() => randomSplit(dense(2, 2), { fraction }, SeedKey.root(1))).toThrow(
      `split: expected a share above 0 and below 1, got ${fraction}. Give one, such as 20%.`,
    );
  });
});

describe('leaveOneOut', () => {
  it('takes one interaction of each user who has two', () => {
    fc.assert(
      fc.property(datasets, seeds, (dataset, seed) => {
        const split = leaveOneOut(dataset, 'random', seed);
        expectPartition(dataset, split);
        const degrees = dataset.interactions.userDegrees();
        expect([...split.test.interactions.userDegrees()]).toEqual(
          [...degrees].map((degree) => (degree >= 2 ? 1 : 0)),
        );
      }),
      { seed: 10, numRuns: 200 },
    );
  });

  it('takes the latest, and of equal times a random one', () => {
    const interactions = InteractionMatrix.fromRows(4, [
      [0, 1, 2],
      ...Array.from({ length: 60 }, () => [0, 1, 3]),
    ]);
    const timestamps = Float64Array.from({ length: 183 }, (_, e) =>
      e < 3 ? [5, 9, 7][e] : [8, 2, 8][e % 3],
    );
    const dataset = createDataset({
      interactions,
      users: IdMap.range(61),
      items: IdMap.range(4),
      timestamps,
    });
    const { test } = leaveOneOut(dataset, 'latest', SeedKey.root(6));
    expect([...test.interactions.row(0)]).toEqual([1]);
    expect([...(test.timestamps ?? [])].slice(1)).toEqual(Array.from({ length: 60 }, () => 8));
    expect([...new Set(test.interactions.columns.slice(1))].sort()).toEqual([0, 3]);
  });

  it('needs timestamps for the latest', () => {
    expect(() => leaveOneOut(dense(2, 2), 'latest', SeedKey.root(1))).toThrow(
      'split by time: expected timestamps, got none. Name their column with --timestamp-column.',
    );
  });
});

describe('timeSplit', () => {
  it('puts everything from the cut on in test', () => {
    fc.assert(
      fc.property(datasets, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (dataset, fraction) => {
        fc.pre(dataset.timestamps !== undefined && new Set(dataset.timestamps).size > 1);
        const times = [...(dataset.timestamps ?? [])];
        let split: ReturnType<typeof timeSplit>;
        try {
          split = timeSplit(dataset, { fraction });
        } catch (error) {
          // The share's cut is the very first time: nothing would be left to train on.
          expect(error).toBeInstanceOf(RecauditError);
          expect(times.filter((time) => time > Math.min(...times)).length).toBeLessThan(
            Math.max(1, Math.round(fraction * times.length)),
          );
          return;
        }
        expectPartition(dataset, split);
        expect(Math.max(...(split.train.timestamps ?? []))).toBeLessThan(split.at);
        expect(Math.min(...(split.test.timestamps ?? []))).toBeGreaterThanOrEqual(split.at);
        expect(timeSplit(dataset, { at: split.at }).test.hash).toBe(split.test.hash);
        const least = Math.max(1, Math.round(fraction * times.length));
        expect(split.test.interactions.nonZeros).toBeGreaterThanOrEqual(least);
        expect(times.filter((time) => time > split.at).length).toBeLessThan(least);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('refuses a cut outside the data', () => {
    const interactions = InteractionMatrix.fromRows(2, [[0, 1]]);
    const timestamps = Float64Array.of(3, 4);
    const dataset = createDataset({ interactions, users: IdMap.range(1), items: IdMap.range(2), timestamps });
    expect(() => timeSplit(dataset, { at: 9 })).toThrow(
      'time split: expected interactions on both sides of 9, got times from 3 to 4. Choose another cut.',
    );
    expect(() => timeSplit(dataset, { at: Number.NaN })).toThrow('time split: expected a finite time');
    expect(() => timeSplit(dense(2, 2), { fraction: 0.5 })).toThrow('split by time: expected timestamps');
  });
});

describe('alignSplit', () => {
  const side = (pairs: [string, string][]): Dataset => {
    const users = IdMap.sorted([...new Set(pairs.map(([user]) => user))]);
    const items = IdMap.sorted([...new Set(pairs.map(([, item]) => item))]);
    const interactions = InteractionMatrix.fromPairs(
      users.size,
      items.size,
      users.indicesOf(
        pairs.map(([user]) => user),
        'u',
      ),
      items.indicesOf(
        pairs.map(([, item]) => item),
        'i',
      ),
    );
    return createDataset({ interactions, users, items });
  };

  it('puts both files on the union of their ids', () => {
    fc.assert(
      fc.property(datasets, seeds, (dataset, seed) => {
        const { train, test } = randomSplit(dataset, { fraction: 0.4 }, seed);
        fc.pre(test.interactions.nonZeros > 0);
        const plain = (part: Dataset) => entries(part).map((entry) => entry.split('@')[0]);
        const asFile = (part: Dataset) =>
          side(plain(part).map((entry) => entry.split('|') as [string, string]));
        const aligned = alignSplit(asFile(train), asFile(test));
        expect(aligned.train.users).toBe(aligned.test.users);
        expect(plain(aligned.train).sort()).toEqual(plain(train).sort());
        expect(plain(aligned.test).sort()).toEqual(plain(test).sort());
        expect(aligned.train.interactions.items).toBe(aligned.test.interactions.items);
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  it('refuses an interaction that is in both', () => {
    expect(() =>
      alignSplit(
        side([['a', 'x']]),
        side([
          ['b', 'x'],
          ['a', 'x'],
        ]),
      ),
    ).toThrow(
      'split: expected no interaction in both training and test, got 1 of 2, such as user "a" with item "x". ' +
        'Remove them from one of the files, or pass --drop-overlap to leave them out of the test data.',
    );
  });

  it('leaves the overlap out of the test data when asked', () => {
    const test = side([
      ['b', 'x'],
      ['a', 'x'],
      ['a', 'y'],
    ]);
    const aligned = alignSplit(side([['a', 'x']]), test, { dropOverlap: true });
    expect(aligned.overlap).toBe(1);
    expect(aligned.test.interactions.nonZeros).toBe(2);
    expect(() => alignSplit(side([['a', 'x']]), side([['a', 'x']]), { dropOverlap: true })).toThrow(
      'expected test interactions that are not in training, got none.',
    );
  });

  it('refuses ids that never meet', () => {
    const train = side([['5', 'x']]);
    expect(() => alignSplit(train, side([['5.0', 'x']]))).toThrow(
      'split: expected user ids that are in both training and test, got none (training has "5", test "5.0").',
    );
    expect(() => alignSplit(train, side([['5', 'X']]))).toThrow('expected item ids that are in both');
  });
});
