import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createReferenceKernels, createWasmKernels } from '../../dist/kernels/index.js';
import { CML_DEFAULTS, type CmlOptions, cml } from '../../dist/recommenders/cml.js';
import { SeedKey } from '../../dist/rng.js';
import { checkerboard, conformance, everyone } from './conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const OPTIONS: CmlOptions = {
  ...CML_DEFAULTS,
  factors: 4,
  learningRate: 0.05,
  epochs: 60,
  batchSize: 16,
  negatives: 3,
  margin: 1,
};

/** The hardest of several negatives would often be the missing item itself, and the whole space has room to memorise. */
const IN_THE_BALL: CmlOptions = { ...OPTIONS, negatives: 1, margin: 3, initialScale: 0.1, unitBall: true };

conformance(kernels, {
  recommender: cml,
  options: IN_THE_BALL,
  seeded: true,
  stepwise: true,
  diverging: { learningRate: 1e30, unitBall: false },
  checkerboard: true,
});

describe('cml', () => {
  it('takes the first step that can be worked out by hand', async () => {
    // One user who clicked item 0 of two, one factor: the negative is item 1. While the hinge is above 0 its derivatives are
    // 2 (q1 - q0) by p, -2 (p - q0) by q0 and 2 (p - q1) by q1; Adam's first step is the learning rate against their sign.
    const train = InteractionMatrix.fromRows(2, [[0]]);
    const options = { ...OPTIONS, factors: 1, learningRate: 0.01, regularisation: 0, epochs: 1, margin: 100 };
    const start = await cml.fit(train, { ...options, learningRate: 1e-12 }, SeedKey.root(3), { kernels });
    const [p] = start.save().arrays.users;
    const [q0, q1] = [start.save().arrays.items[0] / 2, start.save().arrays.items[2] / 2];
    expect(start.losses[0]).toBeCloseTo(100 + (p - q0) ** 2 - (p - q1) ** 2, 4);
    const fitted = await cml.fit(train, options, SeedKey.root(3), { kernels });
    const { users, items } = fitted.save().arrays;
    expect(users[0]).toBeCloseTo(p - 0.01 * Math.sign(q1 - q0), 5);
    expect(users[1]).toBe(1);
    expect(items[0] / 2).toBeCloseTo(q0 + 0.01 * Math.sign(p - q0), 5);
    expect(items[2] / 2).toBeCloseTo(q1 - 0.01 * Math.sign(p - q1), 5);
    expect(items[1]).toBeCloseTo(-((items[0] / 2) ** 2), 5);
    start.dispose();
    fitted.dispose();
  });

  it('ranks by distance', async () => {
    const fitted = await cml.fit(checkerboard(), OPTIONS, SeedKey.root(2), { kernels });
    const { users, items } = fitted.save().arrays;
    const k = OPTIONS.factors;
    const { items: ranked } = await fitted.recommend({ users: everyone, top: 7 });
    const distance = (user: number, item: number) =>
      Array.from({ length: k }, (_, j) => users[user * (k + 1) + j] - items[item * (k + 1) + j] / 2).reduce(
        (sum, x) => sum + x * x,
        0,
      );
    for (const user of everyone) {
      const list = Array.from(ranked.subarray(user * 7, (user + 1) * 7), (item) => distance(user, item));
      list.slice(1).forEach((far, n) => {
        expect(far).toBeGreaterThanOrEqual(list[n] - 1e-4);
      });
    }
    fitted.dispose();
  });

  it('keeps every point in the unit ball where asked to', async () => {
    const longest = async (unitBall: boolean) => {
      const fitted = await cml.fit(checkerboard(), { ...IN_THE_BALL, unitBall }, SeedKey.root(1), {
        kernels,
      });
      const { items } = fitted.save().arrays;
      fitted.dispose();
      return Math.max(...everyone.filter((item) => item < 12).map((item) => -items[item * 5 + 4]));
    };
    expect(await longest(true)).toBeLessThanOrEqual(1 + 1e-6);
    expect(await longest(false)).toBeGreaterThan(1);
  });

  it('trains on the reference kernels to the same points', async () => {
    const reference = createReferenceKernels('f32');
    const options = { ...OPTIONS, epochs: 2 };
    const points = async (on: typeof reference) => {
      const fitted = await cml.fit(checkerboard(), options, SeedKey.root(4), { kernels: on });
      const { arrays, losses } = fitted.save();
      fitted.dispose();
      return [...arrays.users, ...arrays.items, ...losses];
    };
    const [expected, actual] = [await points(reference), await points(kernels)];
    expected.forEach((value, i) => {
      expect(Math.abs(actual[i] - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
    });
    expect(reference.memory().used).toBe(0);
  });
});
