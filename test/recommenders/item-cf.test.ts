import { afterAll, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { itemCf } from '../../dist/recommenders/item-cf.js';
import { SeedKey } from '../../dist/rng.js';
import { conformance } from './conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

conformance(kernels, {
  recommender: itemCf,
  options: { neighbours: 5, similarity: 'jaccard' as const },
  seeded: { reason: 'it draws nothing' },
  stepwise: true,
  diverging: { reason: 'similarities lie in [0, 1]' },
  checkerboard: true,
});

/**
 * Clicks of items 0 to 3: {a, b, c}, {a, b}, {c}, {d}. Jaccard: s_01 = 2/3, s_02 = 1/3, all others 0.
 */
const train = InteractionMatrix.fromRows(4, [[0, 1], [0, 1], [0, 2], [3]]);
const A = 0;
const C = 2;
const D = 3;
const ranked = async (neighbours: number, user: number) => {
  const options = { neighbours, similarity: 'jaccard' } as const;
  const fitted = await itemCf.fit(train, options, SeedKey.root(1), { kernels });
  const lists = await fitted.recommend({ users: Int32Array.of(user), top: 4 });
  fitted.dispose();
  return Array.from(lists.items);
};

it('has the authors’ values as defaults', () => {
  expect(itemCf.defaults).toEqual({ neighbours: 50, similarity: 'jaccard' });
});

it('adds up the similarities of the clicked items', async () => {
  // Through item 0: item 1 by 2/3, item 2 by 1/3.
  expect(await ranked(2, A)).toEqual([2, 3, -1, -1]);
  expect(await ranked(2, C)).toEqual([1, 3, -1, -1]);
});

it('lets the clicked item choose its neighbours, not the candidate', async () => {
  // Item 2's nearest is item 0, but item 0's nearest is item 1: having clicked 0 says nothing about 2, and 2 ties with 3.
  const fitted = await itemCf.fit(train, { neighbours: 1, similarity: 'jaccard' }, SeedKey.root(1), {
    kernels,
  });
  const { neighbours, similarities } = fitted.save().arrays;
  fitted.dispose();
  expect(Array.from(neighbours)).toEqual([1, 0, 0, -1]);
  expect(Array.from(similarities)).toEqual([2 / 3, 2 / 3, 1 / 3, 0].map(Math.fround));
  expect(await ranked(1, C)).toEqual([1, 3, -1, -1]);
  expect(await ranked(1, A)).toEqual([2, 3, -1, -1]);
});

it('knows nothing about who shares no click: lowest index first', async () => {
  expect(await ranked(2, D)).toEqual([0, 1, 2, -1]);
});

it('can weigh by cosine', async () => {
  const fitted = await itemCf.fit(train, { neighbours: 2, similarity: 'cosine' }, SeedKey.root(1), {
    kernels,
  });
  const { similarities } = fitted.save().arrays;
  fitted.dispose();
  // 2 / sqrt(3 * 2) and 1 / sqrt(3 * 1)
  expect(similarities[0]).toBeCloseTo(Math.sqrt(2 / 3), 6);
  expect(similarities[1]).toBeCloseTo(Math.sqrt(1 / 3), 6);
});

it('keeps no more neighbours than there are', async () => {
  const fitted = await itemCf.fit(train, itemCf.defaults, SeedKey.root(1), { kernels });
  expect(fitted.save().arrays.neighbours).toHaveLength(4 * 3);
  fitted.dispose();
});
