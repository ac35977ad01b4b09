import { describe, expect, it } from 'vitest';
import { embeddedDataset, synthesize } from '../../dist/data/index.js';
import { SeedKey } from '../../dist/rng.js';

const base = {
  users: 200,
  items: 80,
  rank: 20,
  threshold: 5,
  startRows: 30,
  heldOut: true,
  seed: SeedKey.root(1),
};

describe('synthesize', () => {
  it("has the paper's shape and sparsity", () => {
    const { dataset, train, test, startProfiles } = embeddedDataset(SeedKey.root(1));
    expect([dataset.users.size, dataset.items.size, startProfiles.length]).toEqual([900, 300, 100]);
    // The paper says 88 % of the pairs are missing.
    expect(dataset.interactions.nonZeros / (900 * 300)).toBeCloseTo(0.12, 1);
    expect(Math.abs(dataset.interactions.nonZeros / (900 * 300) - 0.12)).toBeLessThan(0.01);
    const withTest = dataset.interactions.userDegrees().filter((degree) => degree >= 2).length;
    expect(test.interactions.nonZeros).toBe(withTest);
    expect(train.interactions.nonZeros + withTest).toBe(dataset.interactions.nonZeros);
  });

  it('is the same data on every machine', () => {
    expect(embeddedDataset(SeedKey.root(1)).dataset.hash).toBe(
      'af12df71d455e5b97af6cbcc60a0b538437ed2a0ecb97caabf97a5eca46b5fa1',
    );
    expect(embeddedDataset(SeedKey.root(2)).dataset.hash).not.toBe(
      embeddedDataset(SeedKey.root(1)).dataset.hash,
    );
  });

  it('draws each row and item on its own: more of them change no others', () => {
    const small = synthesize(base);
    const large = synthesize({ ...base, users: 230, items: 100, startRows: 0 });
    for (let u = 0; u < 200; u++) {
      const row = [...large.dataset.interactions.row(u)].filter((item) => item < 80);
      expect([...small.dataset.interactions.row(u)]).toEqual(row);
    }
    small.startProfiles.forEach((profile, v) => {
      expect([...profile]).toEqual([...large.dataset.interactions.row(200 + v)].filter((item) => item < 80));
    });
  });

  it('holds nothing out unless asked', () => {
    const { dataset, train, test } = synthesize({ ...base, heldOut: false });
    expect(train).toBe(dataset);
    expect([test.interactions.users, test.interactions.items, test.interactions.nonZeros]).toEqual([
      200, 80, 0,
    ]);
  });

  it('has clicks that fall with the threshold', () => {
    const clicks = [0, 2, 5, 9].map(
      (threshold) => synthesize({ ...base, threshold }).dataset.interactions.nonZeros,
    );
    expect(clicks).toEqual([...clicks].sort((a, b) => b - a));
    expect(clicks[0] / (200 * 80)).toBeCloseTo(0.5, 1);
  });

  it.each([
    [{ users: 0 }, 'config', 'synthesize: expected users of at least 1, got 0. Give an integer.'],
    [{ items: 2.5 }, 'config', 'synthesize: expected items of at least 1, got 2.5. Give an integer.'],
    [{ rank: -1 }, 'config', 'synthesize: expected rank of at least 1, got -1. Give an integer.'],
    [{ startRows: -1 }, 'config', 'synthesize: expected start rows of at least 0, got -1. Give an integer.'],
    [
      { threshold: Number.NaN },
      'config',
      'synthesize: expected a finite threshold, got NaN. Give one, such as 5.',
    ],
    [
      { threshold: 1e6 },
      'data',
      'synthesize: expected clicks above threshold 1000000 at rank 20, got none. Lower the threshold.',
    ],
  ])('refuses %j', (change, code, message) => {
    const make = () => synthesize({ ...base, ...change });
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
