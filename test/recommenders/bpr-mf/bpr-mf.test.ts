import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { BPR_MF_DEFAULTS, type BprMfOptions, bprMf } from '../../../dist/recommenders/bpr-mf/bpr-mf.js';
import { bprInnerProblem } from '../../../dist/recommenders/bpr-mf/training.js';
import { scoreFactors, trainInnerProblem } from '../../../dist/recommenders/training/differentiable.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, conformance } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const OPTIONS: BprMfOptions = {
  ...BPR_MF_DEFAULTS,
  factors: 4,
  learningRate: 0.05,
  epochs: 60,
  batchSize: 16,
  negatives: 2,
};

conformance(kernels, {
  recommender: bprMf,
  options: OPTIONS,
  seeded: true,
  stepwise: true,
  diverging: { learningRate: 1e30 },
  checkerboard: true,
});

describe('bpr-mf', () => {
  it('takes the first step that can be worked out by hand', async () => {
    // One user who clicked item 0 of two, one factor: the negative is item 1. With s = sigmoid(p (q1 - q0)) the derivatives are
    // s (q1 - q0) by p, -s p by q0, s p by q1; Adam's first step is the learning rate against their sign.
    const train = InteractionMatrix.fromRows(2, [[0]]);
    const options = {
      ...OPTIONS,
      factors: 1,
      learningRate: 0.01,
      regularisation: 0,
      epochs: 1,
      negatives: 1,
    };
    const start = await bprMf.fit(train, { ...options, learningRate: 1e-12 }, SeedKey.root(3), { kernels });
    const [p] = start.save().arrays.users;
    const [q0, q1] = start.save().arrays.items;
    expect(start.losses[0]).toBeCloseTo(Math.log(1 + Math.exp(p * (q1 - q0))), 6);
    const fitted = await bprMf.fit(train, options, SeedKey.root(3), { kernels });
    const { users, items } = fitted.save().arrays;
    expect(users[0]).toBeCloseTo(p - 0.01 * Math.sign(q1 - q0), 5);
    expect(items[0]).toBeCloseTo(q0 + 0.01 * Math.sign(p), 5);
    expect(items[1]).toBeCloseTo(q1 - 0.01 * Math.sign(p), 5);
    start.dispose();
    fitted.dispose();
  });

  it('is trained by the inner problem to the same factors, inside the unrolled window and outside', async () => {
    const train = checkerboard();
    const options = { ...OPTIONS, epochs: 3, regularisation: 0.02 };
    const fitted = await bprMf.fit(train, options, SeedKey.root(7), { kernels });
    const { arrays, losses } = fitted.save();
    fitted.dispose();
    const before = kernels.memory().used;
    for (const traced of [false, true]) {
      const problem = bprInnerProblem(
        kernels,
        { interactions: train, realUsers: 20 },
        options,
        SeedKey.root(7),
      );
      const { step } = problem;
      const inWindow = {
        ...step,
        advance: (...[state, batch]: Parameters<typeof step.advance>) => step.advance(state, batch, traced),
      };
      const own = await trainInnerProblem('bpr-mf', { ...problem, step: inWindow }, {});
      expect(own).toHaveLength(3);
      for (const [epoch, loss] of own.entries()) expect(loss / losses[epoch]).toBeCloseTo(1, 5);
      const factors = scoreFactors(kernels, problem.scores, problem.state);
      const near = (actual: Float32Array, expected: ArrayLike<number>) =>
        expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(2e-5);
      near(factors.items, arrays.items);
      near(factors.users, arrays.users);
      kernels.release(factors.users);
      kernels.release(factors.items);
      problem.release();
    }
    expect(kernels.memory().used).toBe(before);
  });

  it('stops within an epoch where its signal asks to', async () => {
    const stop = new AbortController();
    let epochsSeen = 0;
    const onProgress = () => {
      epochsSeen++;
    };
    setImmediate(() => stop.abort());
    const before = kernels.memory().used;
    const options = { ...OPTIONS, epochs: 1, batchSize: 1 };
    const fit = bprMf.fit(checkerboard(), options, SeedKey.root(1), {
      kernels,
      signal: stop.signal,
      onProgress,
    });
    await expect(fit).rejects.toMatchObject({ code: 'interrupted' });
    expect(epochsSeen).toBe(0);
    expect(kernels.memory().used).toBe(before);
  });

  it('differs when rows absent from a batch are left alone', async () => {
    const arrays = async (adam: BprMfOptions['adam']) => {
      const fitted = await bprMf.fit(checkerboard(), { ...OPTIONS, epochs: 5, adam }, SeedKey.root(1), {
        kernels,
      });
      const saved = fitted.save().arrays;
      fitted.dispose();
      return saved;
    };
    expect(await arrays('lazy')).not.toEqual(await arrays('exact'));
  });
});
