import { afterAll, describe, expect, it } from 'vitest';
import { withGraph } from '../../../dist/autodiff/index.js';
import { createReferenceKernels, createWasmKernels } from '../../../dist/kernels/index.js';
import { shuffledRows } from '../../../dist/recommenders/sampling/batches.js';
import { createWrmfBatch, createWrmfModel, releaseWrmfBatch } from '../../../dist/recommenders/wrmf/model.js';
import type { WrmfOptions } from '../../../dist/recommenders/wrmf/options.js';
import { wrmf } from '../../../dist/recommenders/wrmf/wrmf.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, everyone } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const OPTIONS: WrmfOptions = {
  factors: 4,
  learningRate: 0.05,
  weightDecay: 1e-4,
  epochs: 60,
  batchSize: 8,
  positiveWeight: 20,
  initialScale: 0.1,
};

describe('wrmf', () => {
  it('lowers its loss', async () => {
    const { losses, dispose } = await wrmf.fit(checkerboard(), OPTIONS, SeedKey.root(2), { kernels });
    expect(losses).toHaveLength(OPTIONS.epochs);
    expect(losses[OPTIONS.epochs - 1]).toBeLessThan(losses[0] / 20);
    dispose();
  });

  it.each([
    ['factors', 0],
    ['factors', 2.5],
    ['epochs', 0],
    ['epochs', Number.NaN],
    ['batchSize', -1],
    ['batchSize', 1.5],
    ['learningRate', 0],
    ['learningRate', Number.POSITIVE_INFINITY],
    ['weightDecay', -1e-5],
    ['weightDecay', Number.NaN],
    ['positiveWeight', 0],
    ['initialScale', -0.1],
  ])('refuses %s = %s', async (name, value) => {
    const fit = wrmf.fit(checkerboard(), { ...OPTIONS, [name]: value }, SeedKey.root(1), { kernels });
    await expect(fit).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(new RegExp(`^wrmf, ${name}: expected a .*, got ${value}\\.`)),
    });
  });
});

describe('the structured loss', () => {
  it('equals the dense weighted squared loss', () => {
    const f64 = createReferenceKernels('f64');
    const train = checkerboard();
    const problem = {
      users: 24,
      items: 12,
      realUsers: 20,
      interactions: train,
      factors: 3,
      positiveWeight: 20,
    };
    const stream = SeedKey.root(3).stream();
    const p = Float64Array.from({ length: 24 * 3 }, () => stream.normal());
    const q = Float64Array.from({ length: 12 * 3 }, () => stream.normal());
    let dense = 0;
    for (const user of everyone) {
      for (let item = 0; item < 12; item++) {
        const score = [0, 1, 2].reduce((sum, k) => sum + p[user * 3 + k] * q[item * 3 + k], 0);
        dense += train.has(user, item) ? 20 * (1 - score) ** 2 : score ** 2;
      }
    }
    const model = createWrmfModel(f64, problem);
    const batch = createWrmfBatch(f64, problem, everyone);
    for (const differentiateFake of [false, true]) {
      const loss = withGraph(f64, (graph) => {
        const parameters = [graph.variable(p, 24, 3), graph.variable(q, 12, 3)];
        return model.loss(graph, parameters, batch, differentiateFake).loss.data[0];
      });
      expect(Math.abs(loss / dense - 1)).toBeLessThan(1e-13);
    }
    releaseWrmfBatch(f64, batch);
    expect(f64.memory().used).toBe(0);
  });
});

describe('shuffledRows', () => {
  it('is a permutation whose real rows keep their order when rows are appended', () => {
    const real = shuffledRows(100, SeedKey.root(1), 4);
    const poisoned = shuffledRows(110, SeedKey.root(1), 4);
    expect(Array.from(poisoned).sort((a, b) => a - b)).toEqual(Array.from({ length: 110 }, (_, i) => i));
    expect(poisoned.filter((row) => row < 100)).toEqual(real);
    expect(shuffledRows(100, SeedKey.root(1), 5)).not.toEqual(real);
  });
});
