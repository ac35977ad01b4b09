import { afterAll, describe, expect, it } from 'vitest';
import { comparableItems } from '../../dist/explain/comparable.js';
import {
  advice,
  explain,
  halfOf,
  planProof,
  proofInWords,
  pushInWords,
  pushTaskOf,
  randomClickers,
  shareOf,
  withoutUsers,
} from '../../dist/explain/index.js';
import { createWasmKernels, InteractionMatrix } from '../../dist/index.js';
import { CAMPAIGN, PUSHED, plantedData } from './planted.js';

const { dataset, fakes } = plantedData();
const ITEM = `i${PUSHED}`;
const model = { name: 'wrmf-als', options: { factors: 8 } };
const kernels = await Promise.all(
  [1, 3].map((threads) => createWasmKernels({ threads, inlineMicroseconds: 0 })),
);
afterAll(() => {
  for (const team of kernels) team.dispose();
});
const fixed = { model, top: 10, kernels: kernels[0], comparisons: 20 };

describe('how a push is spread', () => {
  it('half is the fewest users with half of the positive push', () => {
    expect(halfOf([1, 4, 2, -9, 1])).toBe(1);
    expect(halfOf([1, 3, 2, -9, 2])).toBe(2);
    expect(halfOf([0, -1])).toBe(0);
  });

  it('a share is of the positive push, and who holds the item down has none', () => {
    expect(shareOf([1, 3, -4], [1, 2])).toBe(0.75);
    expect(shareOf([0, 0], [0])).toBe(0);
  });

  it('comparable items are near in clicks, without the item and items nobody clicked', () => {
    const rows = [[0, 1, 2, 3], [0, 1, 2], [0, 1], [0]];
    const matrix = InteractionMatrix.fromRows(5, rows);
    expect(comparableItems(matrix, 1, 9, 1).sort()).toEqual([0, 2, 3]);
    // Items of 1 to 40 clicks: two are drawn among the eight nearest to 20.
    const steps = InteractionMatrix.fromRows(
      40,
      Array.from({ length: 40 }, (_, user) => Array.from({ length: 40 - user }, (__, n) => user + n)),
    );
    const draws = [1, 2, 3, 4, 5].map((seed) => comparableItems(steps, 19, 2, seed));
    for (const items of draws) {
      expect(items).toHaveLength(2);
      for (const item of items) expect(Math.abs(item - 19)).toBeLessThanOrEqual(5);
    }
    expect(new Set(draws.map(String)).size).toBeGreaterThan(1);
  });
});

describe('a campaign for an item', () => {
  it("its users are the largest pushers, push more than at any comparable item, and their loss is the item's", async () => {
    const found = await explain(dataset, ITEM, { ...fixed, suspects: fakes, shown: CAMPAIGN });
    const { suspects, half, pushers, proof } = found;
    expect(pushers).toHaveLength(CAMPAIGN);
    // Chance would be 20 of 260 users: one or two among the first 20.
    expect(pushers.filter(({ suspect }) => suspect === true).length).toBeGreaterThanOrEqual(8);
    expect(pushers.map(({ push }) => push)).toEqual(pushers.map(({ push }) => push).sort((a, b) => b - a));
    expect(suspects).toMatchObject({ users: CAMPAIGN, unknown: [], clickedItem: CAMPAIGN });
    expect(suspects?.share).toBeGreaterThan(0.25);
    expect(suspects?.usual).toMatchObject({ items: 20, below: 20, above: 0 });
    expect(half.users).toBeGreaterThan(0);
    expect(proof?.removed).toBe(half.users);
    expect(proof?.asItIs.hitRatios).toHaveLength(3);
    expect(proof?.lost.mean).toBeGreaterThan(0);
    expect(proof?.lostBeyondRandom.mean).toBeGreaterThan(0);
    expect(advice(found)).toContain('Your suspects push this item more than they push comparable ones');
    expect(pushInWords(found)[2]).toContain('That is more than for any of them.');
    expect(proofInWords(found.proof as NonNullable<typeof proof>)[0]).toContain(
      `the ${half.users} largest pushers`,
    );
  });

  it('an honest item of the same size shows nothing of the kind', async () => {
    const found = await explain(dataset, 'i39', { ...fixed, suspects: fakes, seeds: [] });
    expect(found.suspects?.share).toBeLessThan(0.05);
    expect(found.proof).toBeNull();
    expect(advice(found)).toContain('no unusual part');
  });

  it('first-order says nearly the same as removal, where no user alone decides', async () => {
    const of = async (method: 'removal' | 'first-order') =>
      (await explain(dataset, ITEM, { ...fixed, method, seeds: [], shown: 260 })).pushers;
    const [removal, firstOrder] = [await of('removal'), await of('first-order')];
    const ranks = new Map(firstOrder.map(({ user }, rank) => [user, rank]));
    for (const { user } of removal.slice(0, 10)) expect(ranks.get(user)).toBeLessThan(20);
  });

  it.each([
    ['implicit', model],
    ['unrolled', { name: 'wrmf', options: { factors: 8, epochs: 30, learningRate: 0.05, batchSize: 0 } }],
  ] as const)('%s gives the campaign a larger part than in an honest item', async (method, asked) => {
    const options = { ...fixed, model: asked, method, suspects: fakes, seeds: [] } as const;
    const [pushed, honest] = [await explain(dataset, ITEM, options), await explain(dataset, 'i39', options)];
    expect(pushed.suspects?.share).toBeGreaterThan(3 * (honest.suspects?.share ?? 1));
    expect(pushed.half.usual).toBeNull();
    expect(pushed.solution === null).toBe(method === 'unrolled');
  });

  it('the same bits on any number of threads, and twice', async () => {
    const [one, three, again] = [
      await explain(dataset, ITEM, { ...fixed, seeds: [1] }),
      await explain(dataset, ITEM, { ...fixed, kernels: kernels[1], seeds: [1] }),
      await explain(dataset, ITEM, { ...fixed, seeds: [1] }),
    ];
    expect(three).toEqual(one);
    expect(again).toEqual(one);
  });
});

describe('the proof', () => {
  it('takes out rows and nothing else', () => {
    const { interactions } = dataset;
    const less = withoutUsers(interactions, [0, 3]);
    expect(less.users).toBe(interactions.users);
    expect(Array.from(less.userDegrees())).toEqual(
      Array.from(interactions.userDegrees(), (clicks, user) => (user === 0 || user === 3 ? 0 : clicks)),
    );
    expect(Array.from(less.row(7))).toEqual(Array.from(interactions.row(7)));
  });

  it('draws random clickers by the seed, and no more than there are', () => {
    const clickers = Int32Array.of(2, 5, 9);
    expect(randomClickers(clickers, 5, 1, 0)).toEqual([2, 5, 9]);
    const draws = new Set(
      [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => String(randomClickers(clickers, 1, seed, 0))),
    );
    expect(draws.size).toBeGreaterThan(1);
  });

  it('measures all trainings on the same users, pushers left out', () => {
    const { task } = pushTaskOf(dataset, ITEM, fixed);
    const pushes = dataset.users.ids.map((_, user) => (user === 1 || user === 2 ? 1 : 0));
    const result = { pushes, spread: { half: 1 } } as unknown as Parameters<typeof planProof>[1];
    const plan = planProof(task, result, dataset.interactions, [4, 5], 3);
    // Three were asked for, two push.
    expect(plan).toMatchObject({ removed: 2, seeds: [4, 5] });
    for (const { asItIs, withoutPushers, withoutRandomClickers } of plan?.tasks ?? []) {
      expect(asItIs.removed).toEqual([]);
      expect(withoutPushers.removed).toEqual([1, 2]);
      expect(withoutRandomClickers.removed).toHaveLength(2);
      for (const { audience } of [asItIs, withoutPushers, withoutRandomClickers])
        expect(audience.without).toEqual([1, 2]);
    }
    const nobody = { ...result, pushes: pushes.map(() => -1), spread: { ...result.spread, half: 0 } };
    expect(planProof(task, nobody, dataset.interactions, [1])).toBeNull();
  });
});

describe('what is refused', () => {
  it.each([
    [{ method: 'removal', goal: 'cross-entropy' }, /goal: expected hits or score/],
    [{ method: 'unrolled' }, /method: expected one of removal, first-order, implicit for wrmf-als/],
    [{ model: 'item-cf' }, /expected wrmf-als or wrmf, got item-cf/],
    [{ top: 81 }, /top: expected at most the 80 items/],
    [{ smoothing: 0 }, /smoothing: expected a number above 0/],
    [{ suspects: ['nobody'] }, /suspects: expected users of the data/],
  ] as const)('%o', async (options, message) => {
    await expect(explain(dataset, ITEM, { ...fixed, ...options })).rejects.toThrow(message);
  });

  it('an item that the data have not', async () => {
    await expect(explain(dataset, 'i999', fixed)).rejects.toThrow(
      /item: expected one of the data set's 80 ids/,
    );
  });

  it('suspects that the data have not are told, not dropped', async () => {
    const found = await explain(dataset, ITEM, { ...fixed, suspects: [...fakes, 'ghost'], seeds: [] });
    expect(found.suspects).toMatchObject({ users: CAMPAIGN, unknown: ['ghost'] });
  });
});
