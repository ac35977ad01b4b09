import { afterAll, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { popularityOrder } from '../../dist/recommenders/fitted/popularity-order.js';
import { popularity } from '../../dist/recommenders/popularity.js';
import { SeedKey } from '../../dist/rng.js';
import { conformance } from './conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

conformance(kernels, {
  recommender: popularity,
  options: {},
  seeded: { reason: 'it draws nothing' },
  stepwise: { reason: 'counting is over at once' },
  diverging: { reason: 'counts are finite' },
  checkerboard: { reason: 'it is the same for everybody' },
});

it('ranks unseen items by their clicks, equally popular ones in a drawn order', async () => {
  // Clicks: 1, 3, 0, 3, 1.
  const train = InteractionMatrix.fromRows(5, [[1, 3], [0, 1, 3], [1, 3, 4], []]);
  const fitted = await popularity.fit(train, {}, SeedKey.root(1), { kernels });
  const { items, targetRanks } = await fitted.recommend({
    users: Int32Array.of(0, 3),
    top: 5,
    targets: Int32Array.of(2, 1),
  });
  fitted.dispose();
  const order = Array.from(popularityOrder(train).items);
  expect(order.slice(0, 2).sort()).toEqual([1, 3]);
  expect(order.slice(2, 4).sort()).toEqual([0, 4]);
  expect(Array.from(items)).toEqual([...order.slice(2), -1, -1, ...order]);
  expect(Array.from(targetRanks ?? [])).toEqual([3, 0, 5, order.indexOf(1) + 1]);
});
