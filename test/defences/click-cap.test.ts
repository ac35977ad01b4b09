import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { clickCap } from '../../dist/defences/click-cap.js';
import { trainedOnLess } from '../../dist/defences/trained-on-less.js';
import type { Defence } from '../../dist/defences/types.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { type AnyRecommender, RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { withRecommenders } from '../../dist/registries.js';
import { SeedKey } from '../../dist/rng.js';
import { checkerboard, conformance, everyone } from '../recommenders/conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

// A protected victim is a victim: users of the checkerboard have five clicks, of which three count.
const WRMF = {
  factors: 4,
  learningRate: 0.05,
  weightDecay: 1e-4,
  epochs: 60,
  batchSize: 8,
  positiveWeight: 20,
  initialScale: 0.1,
};
const instant = {
  seeded: true,
  stepwise: { reason: 'its victim is fitted at once' },
  diverging: { reason: 'counts are finite' },
  checkerboard: { reason: 'too few clicks of a user are left' },
} as const;
const cap = { 'click-cap.clicks': 3 };
const capped = (name: string) => clickCap.protect(RECOMMENDERS[name], { clicks: 3 });

conformance(kernels, {
  recommender: capped('wrmf'),
  options: { ...WRMF, ...cap },
  ...instant,
  stepwise: true,
  diverging: { learningRate: 1e30 },
});
conformance(kernels, {
  recommender: capped('item-cf'),
  options: { neighbours: 11, similarity: 'jaccard', ...cap },
  ...instant,
});
conformance(kernels, { recommender: capped('popularity'), options: cap, ...instant });

describe('click-cap', () => {
  const fitOn = async (train: InteractionMatrix, clicks: number, seed = 1) => {
    const trained: InteractionMatrix[] = [];
    const victim: AnyRecommender = {
      ...RECOMMENDERS.popularity,
      fit(part, ...rest) {
        trained.push(part);
        return RECOMMENDERS.popularity.fit(part, ...rest);
      },
    };
    const defended = clickCap.protect(victim, { clicks });
    (await defended.fit(train, defended.defaults, SeedKey.root(seed), { kernels })).dispose();
    return trained[0];
  };

  it('leaves small profiles alone and draws the most allowed of the others, each click as often', async () => {
    const train = InteractionMatrix.fromRows(6, [[0, 1, 2, 3, 4, 5], [2], [], [1, 4]]);
    const drawn = new Int32Array(6);
    for (let seed = 0; seed < 600; seed++) {
      const part = await fitOn(train, 2, seed);
      expect(Array.from(part.userDegrees())).toEqual([2, 1, 0, 2]);
      for (const item of part.row(0)) drawn[item]++;
    }
    // 600 draws of 2 of 6: each item 200 times, standard deviation 11.5.
    for (const count of drawn) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it('trains on the very data where no profile is above it', async () => {
    const train = checkerboard();
    expect(await fitOn(train, 5)).toBe(train);
    expect(await fitOn(train, 4)).not.toBe(train);
  });

  it('holds the influence of one user to the cap', async () => {
    const train = InteractionMatrix.fromRows(4, [[0, 1, 2, 3], [0], [1]]);
    const clicks = (await fitOn(train, 1)).itemDegrees();
    expect(clicks.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('takes its default from protect, and is one option of the defended victim', () => {
    const defended = clickCap.protect(RECOMMENDERS.wrmf, { clicks: 7 });
    expect(defended).toMatchObject({ name: 'wrmf+click-cap', version: 1001 });
    expect(defended.defaults).toEqual({ ...RECOMMENDERS.wrmf.defaults, 'click-cap.clicks': 7 });
    expect(defended.surrogate).toBeUndefined();
    expect(withRecommenders([defended]).recommenders['wrmf+click-cap']).toBe(defended);
  });

  it('protects a victim once, and a protected one with something else', () => {
    const defended = clickCap.protect(RECOMMENDERS.wrmf, { clicks: 7 });
    expect(() => clickCap.protect(defended, { clicks: 7 })).toThrow(
      'defence click-cap: expected a victim without it, got wrmf+click-cap.',
    );
    const other: Defence<{ clicks: number }> = {
      ...clickCap,
      name: 'other',
      protect: (victim, options) =>
        trainedOnLess(other, victim, options, { thin: (train) => train, interactionsLeft: () => 1 }),
    };
    const both = other.protect(defended, { clicks: 3 });
    expect(both).toMatchObject({ name: 'wrmf+click-cap+other', version: 1_001_001 });
    expect(both.defaults).toMatchObject({ 'click-cap.clicks': 7, 'other.clicks': 3 });
  });

  it('leaves out what users clicked in the whole data through two defences', async () => {
    const last: Defence<{ clicks: number }> = {
      ...clickCap,
      name: 'last',
      protect: (victim, options) =>
        trainedOnLess(last, victim, options, {
          thin: (train) =>
            InteractionMatrix.fromRows(
              train.items,
              Array.from(everyone, (user) => train.row(user).slice(0, 4)),
            ),
          interactionsLeft: ({ interactions }) => interactions,
        }),
    };
    const train = checkerboard();
    const both = last.protect(capped('popularity'), { clicks: 1 });
    const model = await both.fit(train, both.defaults, SeedKey.root(1), { kernels });
    const { items } = await model.recommend({ users: everyone, top: 12 });
    model.dispose();
    items.forEach((item, n) => {
      expect(item >= 0 && train.has(Math.floor(n / 12), item)).toBe(false);
    });
    expect(items.filter((item) => item >= 0)).toHaveLength(24 * 7);
  });

  it('refuses a victim that ignores what was seen, and a defence that drops users', async () => {
    const { popularity } = RECOMMENDERS;
    const deaf: AnyRecommender = {
      ...popularity,
      async fit(...given) {
        const model = await popularity.fit(...given);
        return { ...model, recommend: ({ users, top }) => model.recommend({ users, top }) };
      },
    };
    const defended = clickCap.protect(deaf, { clicks: 1 });
    const model = await defended.fit(checkerboard(), defended.defaults, SeedKey.root(1), { kernels });
    await expect(model.recommend({ users: everyone, top: 12 })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('Let recommend of the victim leave out request.seen.'),
    });
    model.dispose();
    const dropping = trainedOnLess(
      clickCap,
      popularity,
      { clicks: 1 },
      {
        thin: (train) => InteractionMatrix.fromRows(train.items, [[0]]),
        interactionsLeft: () => 1,
      },
    );
    const fit = dropping.fit(checkerboard(), dropping.defaults, SeedKey.root(1), { kernels });
    await expect(fit).rejects.toThrow('expected 24 users x 12 items, got 1 x 12');
  });
});
