import { describe, expect, it } from 'vitest';
import { createDataset, IdMap, InteractionMatrix, type Split, withNewItems } from '../../dist/data/index.js';

const users = IdMap.sorted(['u', 'v']);
const items = IdMap.sorted(['10', '20']);
const part = (rows: number[][], ratings: number[]) =>
  createDataset({
    interactions: InteractionMatrix.fromRows(2, rows),
    users,
    items,
    ratings: Float64Array.from(ratings),
  });
const split: Split = { train: part([[0, 1], [0]], [1, 2, 3]), test: part([[], [1]], [4]) };

describe('withNewItems', () => {
  const grown = withNewItems(split, ['15', 7]);

  it('puts them after the others, whose indices stay, on both sides', () => {
    for (const side of [grown.train, grown.test]) {
      expect(side.items.ids).toEqual(['10', '20', '15', '7']);
      expect(side.interactions.items).toBe(4);
      expect(side.users).toBe(users);
    }
    expect(grown.train.items.indexOf('7')).toBe(3);
    expect(grown.train.interactions.columns).toEqual(split.train.interactions.columns);
    expect(Array.from(grown.train.interactions.itemDegrees())).toEqual([2, 1, 0, 0]);
    expect(grown.train.ratings).toEqual(split.train.ratings);
  });

  it('gives data with another hash, and leaves the given ones as they are', () => {
    expect(grown.train.interactions.hash).not.toBe(split.train.interactions.hash);
    expect(grown.train.hash).not.toBe(split.train.hash);
    expect(split.train.interactions.items).toBe(2);
  });

  it('refuses ids that the data have, with their clicks, and ids given twice', () => {
    expect(() => withNewItems(split, ['9', '20'])).toThrow(
      /expected ids that the data do not have, got "20", which they have \(1 training and 1 test clicks\)/,
    );
    expect(() => withNewItems(split, ['9', 9])).toThrow(/expected distinct ids, got "9" twice/);
    expect(() => withNewItems(split, [])).toThrow(/expected at least one id, got none/);
  });

  it('takes no fewer items than there are', () => {
    expect(() => split.train.interactions.withItems(1)).toThrow(/expected at least 2 items, got 1/);
  });
});
