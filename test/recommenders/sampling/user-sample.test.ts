import { describe, expect, it } from 'vitest';
import { sampleOf, sampleUsers } from '../../../dist/recommenders/sampling/user-sample.js';
import { SeedKey } from '../../../dist/rng.js';

const seed = SeedKey.root(3).child('objective-users');

describe('a sample of real users', () => {
  it('holds so many distinct users, ascending, others at every step and the same for the same step', () => {
    const users = sampleUsers(100, 30, seed, 4);
    expect(users.length).toBe(30);
    expect(Array.from(users)).toEqual([...new Set(users)].sort((a, b) => a - b));
    expect(users.every((user) => user >= 0 && user < 100)).toBe(true);
    expect(sampleUsers(100, 30, seed, 4)).toEqual(users);
    expect(sampleUsers(100, 30, seed, 5)).not.toEqual(users);
  });

  it('is everyone where as many or more are asked for', () => {
    const all = Array.from({ length: 7 }, (_, user) => user);
    expect(Array.from(sampleUsers(7, 7, seed, 0))).toEqual(all);
    expect(Array.from(sampleUsers(7, 100, seed, 0))).toEqual(all);
  });

  it("keeps a user's draw whoever else there is: of fewer users, those it took stay taken", () => {
    const fewer = new Set(sampleUsers(60, 20, seed, 1));
    for (const user of sampleUsers(100, 20, seed, 1)) if (user < 60) expect(fewer.has(user)).toBe(true);
  });

  it('takes each user equally often', () => {
    const [users, count, steps] = [20, 5, 4000];
    const taken = new Int32Array(users);
    for (let step = 0; step < steps; step++)
      for (const user of sampleUsers(users, count, seed, step)) taken[user]++;
    const expected = (steps * count) / users;
    const spread = Math.sqrt(expected * (1 - count / users));
    for (const times of taken) expect(Math.abs(times - expected)).toBeLessThan(4 * spread);
  });
});

describe('sampleOf', () => {
  const all = Int32Array.from({ length: 100 }, (_, user) => user);

  it('draws what sampleUsers draws where all users may be drawn', () => {
    expect(sampleOf(all, 100, 30, SeedKey.root(5), 2)).toEqual(sampleUsers(100, 30, SeedKey.root(5), 2));
    expect(sampleOf(all, 100, 100, SeedKey.root(5), 2)).toEqual(all);
  });

  it('draws from some alone, in the order that all have', () => {
    const even = all.filter((user) => user % 2 === 0);
    const drawn = sampleOf(even, 100, 20, SeedKey.root(5), 2);
    expect(drawn).toHaveLength(20);
    expect(drawn.every((user) => user % 2 === 0)).toBe(true);
    const evenOfMany = sampleUsers(100, 30, SeedKey.root(5), 2).filter((user) => user % 2 === 0);
    for (const user of evenOfMany) expect(drawn).toContain(user);
    expect(sampleOf(even, 100, 50, SeedKey.root(5), 2)).toEqual(even);
  });
});
