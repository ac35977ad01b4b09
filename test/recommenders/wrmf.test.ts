import { afterAll, describe, expect, it } from 'vitest';
import { withGraph } from '../../dist/autodiff/index.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createReferenceKernels, createWasmKernels } from '../../dist/kernels/index.js';
import { trainWrmf, wrmf } from '../../dist/recommenders/wrmf.js';
import { createWrmfBatch, createWrmfModel, releaseWrmfBatch } from '../../dist/recommenders/wrmf-model.js';
import type { WrmfOptions } from '../../dist/recommenders/wrmf-options.js';
import { shuffledRows } from '../../dist/recommenders/wrmf-training.js';
import { SeedKey } from '../../dist/rng.js';

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

/** Two groups of users, two of items; user u has not clicked item u mod 6 of its own group yet. */
function checkerboard(): InteractionMatrix {
  const rows = Array.from({ length: 24 }, (_, user) => {
    const offset = user < 12 ? 0 : 6;
    return Int32Array.from(
      [0, 1, 2, 3, 4, 5].filter((item) => item !== user % 6),
      (item) => item + offset,
    );
  });
  return InteractionMatrix.fromRows(12, rows);
}

const everyone = Int32Array.from({ length: 24 }, (_, user) => user);

describe('wrmf', () => {
  it('puts the missing item of the own group first on a checkerboard', async () => {
    const fitted = await wrmf.fit(checkerboard(), OPTIONS, SeedKey.root(1), { kernels });
    const { items } = fitted.recommend({ users: everyone, top: 1 });
    expect(Array.from(items)).toEqual(Array.from(everyone, (user) => (user % 6) + (user < 12 ? 0 : 6)));
    fitted.dispose();
  });

  it('never recommends a seen item, and pads short lists', async () => {
    const train = checkerboard();
    const fitted = await wrmf.fit(train, OPTIONS, SeedKey.root(1), { kernels });
    const lists = fitted.recommend({ users: everyone, top: 10, targets: Int32Array.of(0, 11) });
    everyone.forEach((user) => {
      const list = Array.from(lists.items.subarray(user * 10, user * 10 + 10));
      expect(list.filter((item) => item >= 0 && train.has(user, item))).toEqual([]);
      expect(new Set(list.slice(0, 7)).size).toBe(7);
      expect(list.slice(7)).toEqual([-1, -1, -1]);
      const seen = train.has(user, 0);
      expect(lists.targetRanks?.[user * 2] === 0).toBe(seen);
    });
    fitted.dispose();
  });

  it('lowers its loss', async () => {
    const { losses, dispose } = await wrmf.fit(checkerboard(), OPTIONS, SeedKey.root(2), { kernels });
    expect(losses).toHaveLength(OPTIONS.epochs);
    expect(losses[OPTIONS.epochs - 1]).toBeLessThan(losses[0] / 20);
    dispose();
  });

  it('gives the same bits for the same seed, for every thread count, and gives its memory back', async () => {
    const parameters = async (threads: number, seed: number) => {
      const team = await createWasmKernels({ threads });
      const { state } = await trainWrmf(checkerboard(), OPTIONS, SeedKey.root(seed), { kernels: team });
      const copy = state.tables.map((table) => Float32Array.from(table.parameter));
      team.dispose();
      return copy;
    };
    const one = await parameters(1, 5);
    expect(await parameters(1, 5)).toEqual(one);
    expect(await parameters(2, 5)).toEqual(one);
    expect(await parameters(1, 6)).not.toEqual(one);
    const before = kernels.memory().used;
    (await wrmf.fit(checkerboard(), OPTIONS, SeedKey.root(1), { kernels })).dispose();
    expect(kernels.memory().used).toBe(before);
  });

  it('trains with users and items that have no interaction', async () => {
    const train = InteractionMatrix.fromRows(5, [[0, 1], [], [1, 2]]);
    const fitted = await wrmf.fit(train, { ...OPTIONS, batchSize: 2 }, SeedKey.root(1), { kernels });
    const { items } = fitted.recommend({ users: Int32Array.of(1), top: 5 });
    expect(Array.from(items).sort()).toEqual([0, 1, 2, 3, 4]);
    fitted.dispose();
  });

  it('says where training diverged', async () => {
    const wild = { ...OPTIONS, learningRate: 1e30 };
    await expect(wrmf.fit(checkerboard(), wild, SeedKey.root(1), { kernels })).rejects.toThrow(
      /training wrmf, epoch \d+: expected a finite loss/,
    );
  });

  it('stops when its signal fires, and gives its memory back', async () => {
    const before = kernels.memory().used;
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 3) stop.abort();
    };
    const fit = wrmf.fit(checkerboard(), OPTIONS, SeedKey.root(1), {
      kernels,
      signal: stop.signal,
      onProgress,
    });
    await expect(fit).rejects.toMatchObject({ code: 'interrupted' });
    expect(kernels.memory().used).toBe(before);
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

  it('refuses to rank what the data do not have, and after dispose', async () => {
    const fitted = await wrmf.fit(checkerboard(), { ...OPTIONS, epochs: 1 }, SeedKey.root(1), { kernels });
    const refuses = (request: object, message: string, code = 'config') =>
      expect(() => fitted.recommend({ users: Int32Array.of(0, 23), top: 3, ...request })).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining(message) }),
      );
    refuses({ users: Int32Array.of(0, 24) }, 'users: expected indices from 0 to 23, got 24.');
    refuses({ users: Int32Array.of(-1) }, 'users: expected indices from 0 to 23, got -1.');
    refuses({ targets: Int32Array.of(12) }, 'target items: expected indices from 0 to 11, got 12.');
    refuses({ targets: Int32Array.of(-1) }, 'target items: expected indices from 0 to 11, got -1.');
    refuses({ targets: Int32Array.of(4, 2, 4) }, 'target items: expected distinct items, got 4 twice.');
    for (const top of [0, -1, 1.5, Number.NaN, 13])
      refuses(
        { top },
        `list length: expected a whole number from 1 to 12 (the whole catalogue), got ${top}.`,
      );
    const lists = fitted.recommend({ users: everyone, top: 12, targets: Int32Array.of(11, 0) });
    expect(lists.items).toHaveLength(24 * 12);
    fitted.dispose();
    refuses({}, 'wrmf, recommend: expected a fitted model, got one after dispose.', 'usage');
    expect(() => fitted.dispose()).not.toThrow();
  });
});
