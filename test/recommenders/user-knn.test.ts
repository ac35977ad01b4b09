import { afterAll, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { userKnn } from '../../dist/recommenders/user-knn.js';
import { SeedKey } from '../../dist/rng.js';
import { conformance } from './conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

conformance(kernels, {
  recommender: userKnn,
  options: { neighbours: 11, similarity: 'cosine' as const },
  seeded: { reason: 'it draws nothing' },
  stepwise: true,
  diverging: { reason: 'similarities lie in [0, 1]' },
  checkerboard: true,
});

/**
 * User 0 has items {0, 1}. Cosines with it: user 1 {0, 1, 2} 2/sqrt(6) = 0.816, users 2 {0, 3} and 3 {1, 3} 1/2 each,
 * user 4 {4} 0. Jaccard: 2/3, 1/3, 1/3, 0.
 */
const train = InteractionMatrix.fromRows(5, [[0, 1], [0, 1, 2], [0, 3], [1, 3], [4]]);
const fitted = (neighbours: number, similarity: 'cosine' | 'jaccard' = 'cosine') =>
  userKnn.fit(train, { neighbours, similarity }, SeedKey.root(1), { kernels });
const listOf = async (neighbours: number, similarity?: 'cosine' | 'jaccard') => {
  const model = await fitted(neighbours, similarity);
  const { items } = await model.recommend({ users: Int32Array.of(0), top: 3 });
  model.dispose();
  return Array.from(items);
};

it('adds up the similarities of the neighbours who clicked', async () => {
  // Item 3 has two voices of 1/2, together above 0.816; by jaccard they tie at 2/3 and the more popular one wins.
  expect(await listOf(3)).toEqual([3, 2, 4]);
  expect(await listOf(3, 'jaccard')).toEqual([3, 2, 4]);
});

it('hears the nearest alone, of equals the one with the lower index', async () => {
  expect(await listOf(1)).toEqual([2, 3, 4]);
  expect(await listOf(2)).toEqual([2, 3, 4]);
  const model = await fitted(2);
  const { neighbours, similarities } = model.save().arrays;
  model.dispose();
  expect(Array.from(neighbours.subarray(0, 2))).toEqual([1, 2]);
  expect(similarities[0]).toBeCloseTo(2 / Math.sqrt(6), 6);
  expect(similarities[1]).toBe(0.5);
});

it('has no neighbour for a user who shares no click', async () => {
  const model = await fitted(2);
  expect(Array.from(model.save().arrays.neighbours.subarray(8))).toEqual([-1, -1]);
  const { items } = await model.recommend({ users: Int32Array.of(4), top: 2 });
  model.dispose();
  expect(Array.from(items)).toEqual([0, 1]);
});
