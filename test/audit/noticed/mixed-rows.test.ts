import { describe, expect, it } from 'vitest';
import { mixedRows } from '../../../dist/audit/run/mixed-rows.js';
import { IdMap } from '../../../dist/data/ids.js';
import { SeedKey } from '../../../dist/rng.js';
import { train } from '../fixtures.js';

const profiles = [Int32Array.of(0, 7), Int32Array.of(), Int32Array.of(1, 2, 3)];
const users = train.users + profiles.length;
const seed = SeedKey.root(4);

/** A value that tells user and item. */
const valueAt = (user: number, item: number) => 100 * user + item;
const originals = {
  users: IdMap.inOrder(Array.from({ length: train.users }, (_, user) => `u${user}`)),
  items: IdMap.range(train.items),
  ratings: Float64Array.from(
    Array.from({ length: train.users }, (_, user) =>
      Array.from(train.row(user), (item) => valueAt(user, item)),
    ).flat(),
  ),
};
const values = {
  ratings: profiles.map((profile, v) => Float64Array.from(profile, (item) => valueAt(train.users + v, item))),
};

describe('mixedRows', () => {
  it('holds every user once, fake ones among the real ones', () => {
    const { interactions, userAt } = mixedRows({ train, profiles }, seed);
    expect(Array.from(userAt).sort((a, b) => a - b)).toEqual(
      Array.from({ length: users }, (_, user) => user),
    );
    expect(interactions.users).toBe(users);
    userAt.forEach((user, row) => {
      const own = user < train.users ? train.row(user) : profiles[user - train.users];
      expect(Array.from(interactions.row(row))).toEqual(Array.from(own));
    });
  });

  it('puts fake users at every place alike', () => {
    const sums = Array.from({ length: 400 }, (_, n) => {
      const { userAt } = mixedRows({ train, profiles }, SeedKey.root(n));
      return userAt.reduce((sum, user, row) => sum + (user >= train.users ? row : 0), 0) / profiles.length;
    });
    const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
    // Of a place drawn evenly among 0..8: 4, with a standard error of 0.07.
    expect(Math.abs(mean - 4)).toBeLessThan(0.3);
  });

  it('is the same for a seed, and another for another', () => {
    const order = (n: number) => Array.from(mixedRows({ train, profiles }, SeedKey.root(n)).userAt);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
  });

  it('takes ids, ratings and timestamps along', () => {
    const {
      interactions,
      originals: mixed,
      userAt,
    } = mixedRows({ train, profiles, originals, values }, seed);
    expect(new Set(mixed!.users.ids).size).toBe(users);
    userAt.forEach((user, row) => {
      if (user < train.users) expect(mixed!.users.ids[row]).toBe(`u${user}`);
      else expect(mixed!.users.ids[row]).toMatch(/^u\d+$/);
      const [from, to] = [interactions.rowPointers[row], interactions.rowPointers[row + 1]];
      expect(Array.from(mixed!.ratings!.subarray(from, to))).toEqual(
        Array.from(interactions.row(row), (item) => valueAt(user, item)),
      );
    });
    expect(mixed).not.toHaveProperty('timestamps');
  });

  it('refuses ratings that the fake users lack', () => {
    expect(() => mixedRows({ train, profiles, originals }, seed)).toThrow(
      /expected ratings or timestamps of 3/,
    );
  });
});
