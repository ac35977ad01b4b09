import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset, IdMap, InteractionMatrix } from '../../dist/data/index.js';
import { SeedKey } from '../../dist/rng.js';

const seed = SeedKey.root(5);

describe('IdMap', () => {
  it('orders by the set of ids alone, both ways', () => {
    const ids = fc.uniqueArray(
      fc.oneof(fc.integer().map(String), fc.string({ unit: 'binary', minLength: 1 })),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(ids, fc.nat(), (set, shift) => {
        const map = IdMap.sorted(set);
        const turned = [...set.slice(shift % set.length), ...set.slice(0, shift % set.length)];
        expect(IdMap.sorted(turned).ids).toEqual(map.ids);
        map.ids.forEach((id, index) => {
          expect(map.indexOf(id)).toBe(index);
        });
        const byCodePoints = [...set].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        if (!set.every((id) => /^(0|-?[1-9]\d*)$/.test(id))) expect(map.ids).toEqual(byCodePoints);
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  it('orders integers by value', () => {
    expect(IdMap.sorted(['10', '9', '-3', '0', '100']).ids).toEqual(['-3', '0', '9', '10', '100']);
    expect(IdMap.sorted(['10', '9', '08']).ids).toEqual(['08', '10', '9']);
  });

  it('names an unknown id', () => {
    const map = IdMap.sorted(['a', 'b', 'c', 'd']);
    expect([...map.indicesOf(['d', 'a'], 'targets')]).toEqual([3, 0]);
    expect(() => map.indicesOf(['a', 'z"'], 'targets')).toThrow(
      `targets: expected one of the data set's 4 ids (such as "a", "b", "c"), got "z\\"". Check the spelling, and that the id survived filtering.`,
    );
  });

  it('makes the next integers, padded and prefixed as the ids are', () => {
    const fresh = (ids: string[], count: number) => IdMap.sorted(ids).fresh(count, seed);
    expect(fresh(['7', '12'], 2)).toEqual(['13', '14']);
    expect(fresh(['-4'], 2)).toEqual(['0', '1']);
    expect(fresh(['user_9', 'user_10', 'user_1'], 2)).toEqual(['user_11', 'user_12']);
    expect(fresh(['U0007', 'U0039'], 2)).toEqual(['U0040', 'U0041']);
    expect(fresh(['007', '998'], 2)).toEqual(['999', '1000']);
  });

  it('makes text ids in the form of the real ones', () => {
    const stream = SeedKey.root(3).stream();
    const hex = (length: number) => Array.from({ length }, () => stream.integer(16).toString(16)).join('');
    const uuids = Array.from({ length: 500 }, () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`);
    const ids = IdMap.sorted(uuids);
    const fresh = ids.fresh(200, seed);
    expect(new Set([...fresh, ...uuids]).size).toBe(700);
    for (const id of fresh)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.fresh(200, seed)).toEqual(fresh);
    expect(ids.fresh(200, seed.child(1))).not.toEqual(fresh);
    expect(IdMap.sorted(uuids.slice().reverse()).fresh(200, seed)).toEqual(fresh);

    const mixed = IdMap.sorted(['Ann.7', 'Bob.31', 'Éva.5']).fresh(6, seed);
    for (const id of mixed) expect(id).toMatch(/^([A-Z]|É)[a-z]{2}\.[0-9]{1,2}$/);
  });

  it('always finds ids that are new', () => {
    const sets = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '0', '9', '-', 'é'), minLength: 1, maxLength: 3 }),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(sets, fc.integer({ min: 0, max: 80 }), (set, count) => {
        const fresh = IdMap.sorted(set).fresh(count, seed);
        expect(fresh).toHaveLength(count);
        expect(new Set([...fresh, ...set]).size).toBe(count + set.length);
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});

describe('Dataset hash', () => {
  const make = (userIds: string[], itemIds: string[], rows: number[][]) =>
    createDataset({
      interactions: InteractionMatrix.fromRows(itemIds.length, rows),
      users: IdMap.inOrder(userIds),
      items: IdMap.inOrder(itemIds),
    }).hash;

  it('depends on the pairs of original ids, not on the order of the indices', () => {
    const hash = make(['a', 'b'], ['x', 'y', 'z'], [[0, 1], [2]]);
    expect(make(['b', 'a'], ['z', 'x', 'y'], [[0], [1, 2]])).toBe(hash);
    const others = [
      make(['a', 'b'], ['x', 'y', 'z'], [[0, 1], [1]]),
      make(['a', 'c'], ['x', 'y', 'z'], [[0, 1], [2]]),
      make(['a', 'b', 'c'], ['x', 'y', 'z'], [[0, 1], [2], []]),
      make(['a', 'b'], ['x', 'y', 'z', 'w'], [[0, 1], [2]]),
    ];
    expect(new Set([hash, ...others]).size).toBe(5);
  });

  it('refuses parts that do not fit', () => {
    expect(() => make(['a'], ['x'], [[0], [0]])).toThrow('data set: expected 2 user ids, got 1.');
    const interactions = InteractionMatrix.fromRows(1, [[0]]);
    const parts = { interactions, users: IdMap.range(1), items: IdMap.range(1) };
    expect(() => createDataset({ ...parts, timestamps: new Float64Array(2) })).toThrow(
      'expected 1 timestamps, got 2.',
    );
  });
});
