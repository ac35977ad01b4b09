import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { ease, easeBytes } from '../../../dist/recommenders/ease/ease.js';
import { SeedKey } from '../../../dist/rng.js';
import { conformance } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

conformance(kernels, {
  recommender: ease,
  options: { regularisation: 2 },
  seeded: { reason: 'it draws nothing' },
  stepwise: true,
  diverging: { regularisation: 1e39 },
  checkerboard: true,
});

describe('ease', () => {
  it('learns the weights that are worked out by hand', async () => {
    // X^T X + I = [[3, 1], [1, 2]], whose inverse is [[2, -1], [-1, 3]] / 5: B_01 = 1 / 3, B_10 = 1 / 2.
    const train = InteractionMatrix.fromRows(2, [[0, 1], [0]]);
    const fitted = await ease.fit(train, { regularisation: 1 }, SeedKey.root(1), { kernels });
    const { weights } = fitted.save().arrays;
    [0, 1 / 3, 1 / 2, 0].forEach((weight, n) => {
      expect(weights[n]).toBeCloseTo(weight, 6);
    });
    fitted.dispose();
  });

  it('ranks by the sum of the weights of the clicked items', async () => {
    const rows = [[0, 1], [0, 2], [1, 2, 3], [0, 3], [4], [0, 1, 4]];
    const train = InteractionMatrix.fromRows(5, rows);
    const fitted = await ease.fit(train, { regularisation: 0.5 }, SeedKey.root(1), { kernels });
    const { weights } = fitted.save().arrays;
    const { items } = await fitted.recommend({ users: Int32Array.from(rows.keys()), top: 5 });
    rows.forEach((clicks, user) => {
      const score = (item: number) => clicks.reduce((sum, click) => sum + weights[click * 5 + item], 0);
      const unseen = [0, 1, 2, 3, 4].filter((item) => !clicks.includes(item));
      const expected = unseen.sort((a, b) => score(b) - score(a));
      expect(Array.from(items.subarray(user * 5, user * 5 + unseen.length))).toEqual(expected);
    });
    fitted.dispose();
  });

  it('refuses more items than fit, before it computes anything', async () => {
    const small = await createWasmKernels({ threads: 1, maximumBytes: 2 ** 23 });
    const { used } = small.memory();
    const items = 1500;
    const train = InteractionMatrix.fromRows(items, [[0, 1499]]);
    const seen: unknown[] = [];
    const context = { kernels: small, onProgress: (event: unknown) => seen.push(event) };
    await expect(ease.fit(train, ease.defaults, SeedKey.root(1), context)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(
        /^ease: expected at most 1058 items, got 1500, whose dense matrix takes 0\.0131 GB of the 0\.00734 GB/,
      ),
    });
    expect(seen).toEqual([]);
    expect(small.memory()).toMatchObject({ used, peak: used });
    small.dispose();
  });

  it('takes no more memory than it says', async () => {
    const items = 700;
    const fresh = await createWasmKernels({ threads: 1 });
    const before = fresh.memory().used;
    const rows = Array.from({ length: 50 }, (_, u) => [u, u + 50, 600 + u]);
    const train = InteractionMatrix.fromRows(items, rows);
    const fitted = await ease.fit(train, ease.defaults, SeedKey.root(1), { kernels: fresh });
    expect(fresh.memory().peak - before).toBeLessThanOrEqual(easeBytes(items));
    expect(fresh.memory().peak - before).toBeGreaterThan(0.9 * 4 * items * items);
    fitted.dispose();
    fresh.dispose();
  });
});
