import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { NcfBatches } from '../../../dist/recommenders/ncf/batches.js';
import { ncf } from '../../../dist/recommenders/ncf/ncf.js';
import type { NcfOptions } from '../../../dist/recommenders/ncf/options.js';
import { type NcfParameters, weightViews } from '../../../dist/recommenders/ncf/parameters.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, conformance, everyone } from '../conformance.js';
import { plainScore } from './support.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const OPTIONS: NcfOptions = {
  factors: 4,
  mlpFactors: 3,
  hiddenSize: 5,
  negatives: 3,
  batchSize: 32,
  learningRate: 0.02,
  regularisation: 1e-5,
  epochs: 120,
  initialScale: 0.1,
  productWeights: 'trained',
  adam: 'exact',
};

const WITHOUT: NcfOptions = { ...OPTIONS, hiddenSize: 0 };

for (const options of [OPTIONS, WITHOUT])
  describe(`with a hidden layer of ${options.hiddenSize}`, () => {
    conformance(kernels, {
      recommender: ncf,
      options,
      seeded: true,
      stepwise: true,
      diverging: { learningRate: 1e30 },
      checkerboard: true,
    });
  });

describe('ncf', () => {
  it.each([OPTIONS, WITHOUT])(
    'ranks by the scores of the formula, hidden layer: $hiddenSize',
    async (options) => {
      const seen = InteractionMatrix.fromRows(12, Array(24).fill([]));
      const fitted = await ncf.fit(checkerboard(), { ...options, epochs: 5 }, SeedKey.root(3), { kernels });
      const saved = fitted.save();
      fitted.dispose();
      const restored = ncf.restore(saved, checkerboard(), { kernels });
      const { items } = await restored.recommend({ users: everyone, top: 12, seen });
      restored.dispose();
      const sized = { ...saved.arrays } as unknown as NcfParameters<Float32Array>;
      for (const user of everyone) {
        const scores = Array.from({ length: 12 }, (_, item) => plainScore(sized, options, user, item));
        const list = Array.from(items.subarray(user * 12, user * 12 + 12));
        for (let r = 1; r < 12; r++) expect(scores[list[r]]).toBeLessThan(scores[list[r - 1]] + 1e-6);
      }
    },
  );

  it("keeps the product's output weights at 1 where it is told to, and trains all others", async () => {
    const still = { ...OPTIONS, epochs: 1, learningRate: 1e-12 };
    const weightsOf = async (options: NcfOptions) => {
      const fitted = await ncf.fit(checkerboard(), options, SeedKey.root(4), { kernels });
      const views = weightViews(fitted.save().arrays.weights as Float32Array, OPTIONS);
      fitted.dispose();
      return views;
    };
    for (const productWeights of ['trained', 'ones'] as const) {
      const start = await weightsOf({ ...still, productWeights });
      const end = await weightsOf({ ...OPTIONS, productWeights });
      for (const name of ['user', 'item', 'bias', 'mlp', 'output'] as const)
        expect(Math.abs(end[name][0] - start[name][0])).toBeGreaterThan(1e-3);
      const ones = Array<number>(OPTIONS.factors).fill(1);
      if (productWeights === 'ones') expect([start.gmf, end.gmf].map((w) => [...w])).toEqual([ones, ones]);
      else expect(Math.abs(end.gmf[0] - start.gmf[0])).toBeGreaterThan(1e-3);
    }
  });

  it('starts the last layer within 1 / sqrt(inputs), which are the product and both embeddings without a hidden layer', async () => {
    const options = { ...WITHOUT, factors: 40, mlpFactors: 30, epochs: 1, learningRate: 1e-12 };
    const fitted = await ncf.fit(checkerboard(), options, SeedKey.root(4), { kernels });
    const { weights } = fitted.save().arrays;
    fitted.dispose();
    expect(weights).toHaveLength(40 + 60 + 1);
    const largest = Math.max(...Array.from(weights, Math.abs));
    expect(largest).toBeLessThan(0.1);
    expect(largest).toBeGreaterThan(0.09);
  });

  it('costs less without a hidden layer, and little less than with one of a single unit', () => {
    const shape = { users: 1000, items: 500, interactions: 20_000 };
    const sized = (hiddenSize: number) => {
      const options = { ...ncf.defaults, hiddenSize };
      const { operations, bytes } = ncf.fitCost(shape, options);
      return [operations as number, bytes, ncf.rankOperations(shape, options) as number];
    };
    const [none, one, many] = [0, 1, 128].map(sized);
    none.forEach((cost, i) => {
      expect(cost).toBeLessThan(one[i]);
      expect(cost).toBeGreaterThan(0.95 * one[i]);
      expect(cost).toBeLessThan(0.9 * many[i]);
    });
  });

  it('gives a real user the same draws when fake users are appended', () => {
    const train = checkerboard();
    const rows = Array.from(everyone, (user) => train.row(user));
    const poisoned = InteractionMatrix.fromRows(12, [...rows, Int32Array.of(0, 11)]);
    const drawn = (data: InteractionMatrix) => {
      const batches = new NcfBatches(
        kernels,
        data,
        { negatives: 3, batchSize: 0, epochs: 1 },
        SeedKey.root(5),
      );
      const { users, items } = batches.draw(0, 0);
      const pairs = Array.from(users, (user, s) => [user, ...items.subarray(s * 4, s * 4 + 4)]);
      batches.release();
      return pairs.filter(([user]) => user < 24);
    };
    expect(drawn(poisoned)).toEqual(drawn(train));
  });

  it.each(['exact', 'lazy'] as const)('lowers its loss with %s Adam', async (adam) => {
    const fitted = await ncf.fit(checkerboard(), { ...OPTIONS, adam }, SeedKey.root(2), { kernels });
    expect(fitted.losses).toHaveLength(OPTIONS.epochs);
    expect(fitted.losses[OPTIONS.epochs - 1]).toBeLessThan(fitted.losses[0] / 2);
    fitted.dispose();
  });
});
