import { describe, expect, it } from 'vitest';
import {
  type FakeValueSources,
  fakeValues,
  type Goal,
  hashClickValues,
  type RealRows,
  TIME_RULES,
  valueSources,
} from '../../dist/attacks/index.js';
import { InteractionMatrix } from '../../dist/data/index.js';

// Nobody has rated item 5; the scale's end is item 4's.
const interactions = InteractionMatrix.fromRows(6, [
  [0, 1, 2, 3],
  [0, 1, 4],
  [0, 2, 3, 4],
  [1, 2],
]);
const ratings = Float64Array.from(interactions.columns, (item, entry) =>
  item === 4 ? 5 : 1 + (item % 3) + (entry % 2) / 2,
);
const timestamps = Float64Array.from(interactions.columns, (_, entry) => 1000 + 10 * entry);
const real: RealRows = { interactions, ratings, timestamps };
const profiles = [Int32Array.of(0, 2, 5), Int32Array.of(2, 3, 4), Int32Array.of(1)];
const push: Goal = { kind: 'push', targets: Int32Array.of(2) };
const both: FakeValueSources = { ratings: 'goal', timestamps: 'sessions' };

const valuesOf = (sources: FakeValueSources, goal: Goal = push, seed = 1, given = profiles) =>
  fakeValues(given, real, { sources, goal, seed });
const many = Array.from({ length: 200 }, () => Int32Array.of(0, 1, 2, 3, 4, 5));

function realRatings(item: number): Set<number> {
  return new Set(Array.from(ratings).filter((_, entry) => interactions.columns[entry] === item));
}

describe('ratings of fake clicks', () => {
  it.each([
    ['push', 5],
    ['segment', 5],
    ['nuke', 1],
  ] as const)('serve the goal %s on targets', (kind, expected) => {
    const goal = { kind, targets: Int32Array.of(2), users: Int32Array.of(0) } as Goal;
    for (const profile of valuesOf({ ratings: 'goal' }, goal, 1, many).ratings!)
      expect(profile[2]).toBe(expected);
  });

  it.each(['goal', 'drawn'] as const)("are the items' own elsewhere (%s), all of them in time", (rule) => {
    const drawn = valuesOf({ ratings: rule }, push, 1, many).ratings!;
    const items = rule === 'goal' ? [0, 1, 3, 4] : [0, 1, 2, 3, 4];
    for (const item of items) expect(new Set(drawn.map((row) => row[item]))).toEqual(realRatings(item));
    // Of an item that nobody has rated: of any.
    for (const row of drawn) expect(ratings).toContain(row[5]);
  });

  it('know no target where the goal has none', () => {
    const drawn = valuesOf({ ratings: 'goal' }, { kind: 'untargeted' }, 1, many).ratings!;
    expect(new Set(drawn.map((row) => row[2]))).toEqual(realRatings(2));
  });
});

describe('timestamps of fake clicks', () => {
  it.each(TIME_RULES)('lie in the training period (%s), are whole where the data are, and vary', (rule) => {
    const drawn = valuesOf({ timestamps: rule }, push, 1, many).timestamps!.flatMap((row) => [...row]);
    const last = 1000 + 10 * (interactions.nonZeros - 1);
    const first = rule === 'recent' ? last - (last - 1000) / 10 : 1000;
    for (const time of drawn) {
      expect(time).toBeGreaterThanOrEqual(first);
      expect(time).toBeLessThanOrEqual(last);
      expect(Number.isInteger(time)).toBe(true);
    }
    expect(new Set(drawn).size).toBeGreaterThan(10);
  });

  it("are of one real user in a session, and as often at each time as real users' are", () => {
    const drawn = valuesOf({ timestamps: 'sessions' }, push, 1, many).timestamps!;
    const userOf = (time: number) =>
      interactions.rowPointers.findLastIndex((start) => start <= (time - 1000) / 10);
    const users = drawn.map((row) => new Set(Array.from(row, userOf)));
    for (const found of users) expect(found.size).toBe(1);
    const shares = [0, 1, 2, 3].map((user) => users.filter((found) => found.has(user)).length / many.length);
    [4, 3, 4, 2].forEach((clicks, user) => {
      expect(Math.abs(shares[user] - clicks / 13)).toBeLessThan(0.12);
    });
  });
});

describe('drawn values', () => {
  it('depend on seed, targets, fake user and item, and on no other click', () => {
    const all = valuesOf(both);
    const fewer = valuesOf(both, push, 1, [Int32Array.of(0, 5), Int32Array.of(4)]);
    for (const column of ['ratings', 'timestamps'] as const) {
      expect(fewer[column]![0]).toEqual(all[column]![0].filter((_, n) => n !== 1));
      expect(fewer[column]![1][0]).toBe(all[column]![1][2]);
    }
    expect(valuesOf(both)).toEqual(all);
    const large = valuesOf(both, push, 1, many);
    expect(valuesOf(both, push, 2, many)).not.toEqual(large);
    const elsewhere = valuesOf(both, { kind: 'push', targets: Int32Array.of(3) }, 1, many);
    expect(elsewhere.timestamps).not.toEqual(large.timestamps);
  });

  it('are of the columns that data and sources have', () => {
    expect(valuesOf({})).toEqual({});
    const { interactions: bare } = real;
    expect(fakeValues(profiles, { interactions: bare }, { sources: both, goal: push, seed: 1 })).toEqual({});
  });
});

describe('given values', () => {
  const given = profiles.map((profile) => Float64Array.from(profile, (item) => item + 0.25));
  const digest = hashClickValues(given);

  it('stay as they are, beside drawn ones', () => {
    const sources = valueSources({ ratings: 'goal', timestamps: 'period' }, { ratings: digest });
    expect(sources).toEqual({ ratings: { given: digest }, timestamps: 'period' });
    const values = fakeValues(profiles, real, { sources, goal: push, seed: 1, given: { [digest]: given } });
    expect(values.ratings).toBe(given);
    expect(values.timestamps).toEqual(valuesOf({ timestamps: 'period' }).timestamps);
  });

  it.each([{}, { [digest]: given.slice(1) }])('are refused where they do not fit', (found) => {
    const sources = { ratings: { given: digest } };
    expect(() => fakeValues(profiles, real, { sources, goal: push, seed: 1, given: found })).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });

  it('are left out where the data have no such column', () => {
    expect(valueSources({ timestamps: 'recent' }, { ratings: digest })).toEqual({ timestamps: 'recent' });
  });
});
