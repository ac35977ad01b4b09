import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset, IdMap, InteractionMatrix } from '../../dist/data/index.js';

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

  it('makes fresh ids', () => {
    expect(IdMap.sorted(['7', '12']).fresh(2)).toEqual(['13', '14']);
    expect(IdMap.sorted(['x', 'new-2']).fresh(3)).toEqual(['new-1', 'new-3', 'new-4']);
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
