import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createReferenceKernels } from '../../../dist/kernels/index.js';
import { orderOfTwins, popularityOrder } from '../../../dist/recommenders/fitted/popularity-order.js';
import { rankByFactors } from '../../../dist/recommenders/fitted/rank.js';

describe('popularityOrder', () => {
  it('is a permutation with its inverse, most clicks first', () => {
    const train = InteractionMatrix.fromRows(4, [[2, 3], [3], [0, 2, 3]]);
    const { items, places } = popularityOrder(train);
    expect(Array.from(items)).toEqual([3, 2, 0, 1]);
    expect(Array.from(places)).toEqual([2, 3, 1, 0]);
    expect(popularityOrder(train)).toBe(popularityOrder(train));
  });

  it('orders equal clicks alike in all data, but not by index', () => {
    const none = Array.from(popularityOrder(InteractionMatrix.fromRows(100, [[]])).items);
    expect([...none].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, item) => item));
    expect(none.slice(0, 10)).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const one = Array.from(popularityOrder(InteractionMatrix.fromRows(100, [[41]])).items);
    expect(one).toEqual([41, ...none.filter((item) => item !== 41)]);
  });
});

describe('orderOfTwins', () => {
  const train = InteractionMatrix.fromRows(5, [[4], [4, 3], [1]]);

  it('is the order of the indices where no items are alike', () => {
    expect(orderOfTwins(Float32Array.of(1, 0, 0, 1, 1, 1, 2, 0, 0, 2), 2, train)).toBeNull();
  });

  it('moves items with equal factors alone, to the places that are theirs', () => {
    const order = orderOfTwins(Float32Array.of(1, 7, -0, 7, 0, 8, 1, 7, 1, 7), 2, train);
    expect(Array.from(order?.items ?? [])).toEqual([4, 1, 2, 3, 0]);
    const zeros = orderOfTwins(Float32Array.of(-0, 0, 5, 0, 0), 1, train);
    expect(Array.from(zeros?.items ?? [])[0]).toBe(4);
    expect(zeros?.items[2]).toBe(2);
  });
});

describe('rankByFactors', () => {
  const kernels = createReferenceKernels('f32');
  // Clicks: 1, 0, 2, 3.
  const train = InteractionMatrix.fromRows(4, [[3], [2, 3], [0, 2, 3], []]);
  const users = Int32Array.of(0, 1, 3);
  const targets = Int32Array.of(2, 0);
  const ranked = (userFactors: number[], itemFactors: number[]) => {
    const factors = { users: Float32Array.from(userFactors), items: Float32Array.from(itemFactors) };
    const request = { users, top: 4, targets };
    const { items, targetRanks } = rankByFactors(kernels, { ...factors, itemCount: 4, k: 1 }, train, request);
    return { items: Array.from(items), ranks: Array.from(targetRanks ?? []) };
  };

  it('ranks items with equal factors by popularity', () => {
    const { items, ranks } = ranked([1, 1, 1, 1], [5, 6, 5, 5]);
    expect(items).toEqual([1, 2, 0, -1, 1, 0, -1, -1, 3, 2, 0, 1]);
    expect(ranks).toEqual([2, 3, 0, 2, 2, 3]);
  });

  it('gives users without clicks, and those whose factors are all 0, the items by popularity', () => {
    const { items, ranks } = ranked([0, 1, 1, 9], [5, 6, 7, 8]);
    expect(items).toEqual([2, 0, 1, -1, 1, 0, -1, -1, 3, 2, 0, 1]);
    expect(ranks).toEqual([1, 2, 0, 2, 2, 3]);
  });
});
