import { describe, expect, it } from 'vitest';
import { type CampaignOptions, withCampaigns } from '../../dist/data/index.js';
import { SeedKey } from '../../dist/rng.js';

const OPTIONS: CampaignOptions = {
  users: 300,
  items: 200,
  clicks: 20,
  days: 365,
  campaigns: [
    { accounts: 12, targets: 4, days: 3 },
    { accounts: 5, targets: 2, days: 10, share: 1 },
  ],
  seed: SeedKey.root(1),
};
const DAY = 86_400;

describe('synthetic campaigns', () => {
  const { dataset, realUsers, campaigns } = withCampaigns(OPTIONS);
  const { interactions } = dataset;
  const ratings = dataset.ratings as Float64Array;
  const times = dataset.timestamps as Float64Array;
  const entriesOf = (user: number) =>
    Array.from(interactions.row(user), (item, n) => {
      const e = interactions.rowPointers[user] + n;
      return { item, rating: ratings[e], time: times[e] };
    });

  it('has the real users first, then each campaign', () => {
    expect(realUsers).toBe(300);
    expect(interactions.users).toBe(317);
    expect(Array.from(campaigns[1].users)).toEqual([312, 313, 314, 315, 316]);
    expect(campaigns.map(({ targets }) => targets.length)).toEqual([4, 2]);
  });

  it('has whole ratings from 1 to 5, and times within the record', () => {
    for (const rating of ratings) expect([1, 2, 3, 4, 5]).toContain(rating);
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(1_500_000_000);
      // A session that starts on the last day may run on for a quarter of an hour.
      expect(time).toBeLessThanOrEqual(1_500_000_000 + 365 * DAY + 900);
    }
    const mean = ratings.reduce((a, b) => a + b, 0) / ratings.length;
    expect(mean).toBeGreaterThan(3);
    expect(mean).toBeLessThan(4);
    const sizes = interactions.userDegrees().subarray(0, 300);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
    const size = sizes.reduce((a, b) => a + b, 0) / 300;
    expect(size).toBeGreaterThan(16);
    expect(size).toBeLessThan(23);
  });

  it.each([0, 1])('campaign %i pushes its targets with the best rating, within its days', (c) => {
    const { users, targets } = campaigns[c];
    const pushes = Array.from(users).map((user) =>
      entriesOf(user).filter(({ item }) => targets.includes(item)),
    );
    for (const push of pushes) {
      expect(push.length).toBeGreaterThan(0);
      for (const { rating } of push) expect(rating).toBe(5);
    }
    if (OPTIONS.campaigns[c].share === 1)
      for (const push of pushes) expect(push).toHaveLength(targets.length);
    const when = pushes.flat().map(({ time }) => time);
    expect(Math.max(...when) - Math.min(...when)).toBeLessThanOrEqual(OPTIONS.campaigns[c].days * DAY);
  });

  it('changes no real user for a campaign more, and is the same again', () => {
    const alone = withCampaigns({ ...OPTIONS, campaigns: [] }).dataset;
    const entries = alone.interactions.nonZeros;
    expect(alone.interactions.columns).toEqual(interactions.columns.subarray(0, entries));
    expect(alone.timestamps).toEqual(times.subarray(0, entries));
    expect(withCampaigns(OPTIONS).dataset.timestamps).toEqual(times);
    expect(withCampaigns({ ...OPTIONS, seed: SeedKey.root(2) }).dataset.timestamps).not.toEqual(times);
  });

  it.each([
    ['users', { users: 0 }],
    ['items', { items: 39 }],
    ['clicks', { clicks: 26 }],
    ['days', { days: 30 }],
    ['accounts', { campaigns: [{ accounts: 0, targets: 1, days: 1 }] }],
    ['targets', { campaigns: [{ accounts: 1, targets: 26, days: 1 }] }],
    ['days of a campaign', { campaigns: [{ accounts: 1, targets: 1, days: 336 }] }],
    ['a share', { campaigns: [{ accounts: 1, targets: 1, days: 1, share: 0 }] }],
  ] as [string, Partial<CampaignOptions>][])('refuses %s out of range', (what, changes) => {
    expect(() => withCampaigns({ ...OPTIONS, ...changes })).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringContaining(`campaigns: expected ${what}`),
      }),
    );
  });
});
