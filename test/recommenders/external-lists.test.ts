import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { ExternalLists, externalSeed } from '../../dist/recommenders/external-lists.js';
import { SeedKey } from '../../dist/rng.js';

/** 3 users, 5 items; user 2 has one item left. */
const train = InteractionMatrix.fromRows(5, [[0], [1, 2], [0, 1, 2, 3]]);

type Row = readonly [user: number, item: number, rank?: number];

function listsOf(rows: readonly Row[], { top = 2, users = [0, 1], allowSeen = false } = {}) {
  const names = { user: (u: number) => `"u${u}"`, item: (i: number) => `"i${i}"` };
  const rules = { train, users: Int32Array.from(users), top, allowSeen, source: 'out.csv', names };
  const lists = new ExternalLists(rules);
  rows.forEach(([user, item, rank], n) => {
    lists.add(user, item, rank ?? null, n + 2);
  });
  return lists.finish();
}

const good: Row[] = [
  [0, 3],
  [0, 1],
  [1, 4],
  [1, 0],
];

describe('ExternalLists', () => {
  it('keeps the order of the rows, users in any order, and knows no ranks below k', () => {
    const rows: Row[] = [
      [1, 4],
      [0, 3],
      [1, 0],
      [0, 1],
    ];
    const lists = listsOf(rows, { users: [1, 0] });
    expect(lists).toEqual({ users: Int32Array.of(1, 0), top: 2, items: Int32Array.of(4, 0, 3, 1) });
    expect('targetRanks' in lists).toBe(false);
  });

  it('orders by rank where ranks are given', () => {
    const rows: Row[] = [
      [0, 1, 2],
      [1, 0, 2],
      [0, 3, 1],
      [1, 4, 1],
    ];
    expect(listsOf(rows).items).toEqual(listsOf(good).items);
  });

  it('pads a list whose user has fewer than k items left, even none', () => {
    expect(listsOf([[2, 4]], { users: [2], top: 3 }).items).toEqual(Int32Array.of(4, -1, -1));
    const full = InteractionMatrix.fromRows(1, [[0]]);
    const rules = { train: full, users: Int32Array.of(0), top: 1, allowSeen: false, source: 'x' };
    expect(new ExternalLists(rules).finish().items).toEqual(Int32Array.of(-1));
  });

  it('asks for no item that nobody clicked, but takes it', () => {
    const clicked: Row[] = [
      [1, 3],
      [1, 0],
    ];
    const choice = { users: [1], top: 4 };
    expect(listsOf(clicked, choice).items).toEqual(Int32Array.of(3, 0, -1, -1));
    expect(listsOf([...clicked, [1, 4]], choice).items).toEqual(Int32Array.of(3, 0, 4, -1));
  });

  it('passes over users who were not asked for', () => {
    const rows: Row[] = [...good, [2, 0], [2, 0]];
    expect(listsOf(rows)).toEqual(listsOf(good));
  });

  it('allows seen items where told to: their slots hold nothing, and what follows does not move up', () => {
    const rows: Row[] = [
      [1, 2],
      [1, 4],
    ];
    expect(listsOf(rows, { users: [1], allowSeen: true }).items).toEqual(Int32Array.of(-1, 4));
    const short: Row[] = [[2, 4]];
    expect(() => listsOf(short, { users: [2], allowSeen: true })).toThrow(
      /expected 2 items for user "u2", got 1/,
    );
  });

  it.each<[string, Row[], string]>([
    [
      'a seen item',
      [[0, 0]],
      'out.csv, line 2: expected items that user "u0" has not clicked in training, got item "i0". Leave seen items out, or allow them.',
    ],
    [
      'an item twice',
      [
        [0, 3],
        [0, 3],
      ],
      'out.csv, line 3: expected distinct items for user "u0", got item "i3" twice. Recommend each item once.',
    ],
    [
      'a list that is too long',
      [...good, [0, 4]],
      'out.csv, line 6: expected at most 2 items for user "u0", got more. Write the first 2 alone.',
    ],
    [
      'a list that is too short',
      good.slice(0, 3),
      'out.csv: expected 2 items for user "u1", got 1. Fill short lists up, for example with popular items (4 items in all).',
    ],
    [
      'a missing user',
      good.slice(0, 2),
      'out.csv: expected lists for all 2 users asked for, got none for 1 of them (such as user "u1"). Recommend to every user.',
    ],
    [
      'no list at all',
      [],
      'out.csv: expected lists for all 2 users asked for, got none. Recommend to every user.',
    ],
    [
      'a rank of 0',
      [[0, 3, 0]],
      'out.csv, line 2: expected a rank from 1 to 2 for user "u0", got 0. Write 2 items a user.',
    ],
    [
      'a rank above k',
      [[0, 3, 3]],
      'out.csv, line 2: expected a rank from 1 to 2 for user "u0", got 3. Write 2 items a user.',
    ],
    [
      'a broken rank',
      [[0, 3, 1.5]],
      'out.csv, line 2: expected a rank from 1 to 2 for user "u0", got 1.5. Write 2 items a user.',
    ],
    [
      'a rank twice',
      [
        [0, 3, 1],
        [0, 1, 1],
      ],
      'out.csv, line 3: expected each rank once for user "u0", got rank 1 twice. Rank from 1 on.',
    ],
    [
      'a gap in the ranks',
      [
        [0, 3, 2],
        [1, 4, 1],
        [1, 0, 2],
      ],
      'out.csv: expected ranks without gaps for user "u0", got none at rank 1 and some after it. Rank from 1 on.',
    ],
  ])('refuses %s', (_, rows, message) => {
    expect(() => listsOf(rows)).toThrow(expect.objectContaining({ code: 'data', message }));
  });
});

describe('externalSeed', () => {
  it('fits into 31 bits, and differs between seeds', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => externalSeed(SeedKey.root(seed).child('victim')));
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true);
    expect(new Set(seeds).size).toBe(200);
  });
});
