import { afterAll, describe, expect, it } from 'vitest';
import { comparableItems } from '../../dist/explain/comparable.js';
import {
  advice,
  conclusion,
  curveOf,
  explain,
  halfOf,
  proofInWords,
  pushInWords,
  shareOf,
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

  it('the curve counts the largest first, and ends where all who push are counted', () => {
    expect(curveOf([3, 1, 0, -2])).toEqual([0.75, 1]);
    expect(curveOf([0, -1])).toEqual([]);
    // Of 1, 2, 3, 5, 7 and 10 users: ten push alike.
    const alike = curveOf(Array.from({ length: 12 }, (_, user) => (user < 10 ? 2 : -1)));
    expect(alike).toEqual([0.1, 0.2, 0.3, 0.5, 0.7, 1].map((share) => expect.closeTo(share, 12)));
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
    const { withoutPushers, withoutSuspects, withoutOthers, asItIs } = proof as NonNullable<typeof proof>;
    expect(withoutPushers.removed).toBe(half.users);
    expect(asItIs.hitRatios).toHaveLength(3);
    expect(withoutPushers.lost.mean).toBeGreaterThan(0);
    expect(withoutPushers.share).toBeCloseTo(1 - withoutPushers.mean / asItIs.mean, 12);
    expect(withoutOthers?.lostByPushersBeyond.mean).toBeGreaterThan(0);
    expect(withoutPushers.usual?.items).toHaveLength(10);
    // The campaign brings the item to most who find it.
    expect(withoutSuspects).toMatchObject({ removed: CAMPAIGN, clickedItem: CAMPAIGN });
    expect(withoutSuspects?.share).toBeGreaterThan(0.5);
    expect(pushInWords(found)[2]).toContain('That is more than for any of them.');
    expect(proofInWords(proof as NonNullable<typeof proof>)[0]).toContain(
      `the ${half.users} largest pushers`,
    );
    expect(found.compared).toHaveLength(20);
    expect(found.curve.at(-1)?.share).toBeCloseTo(1, 12);
    for (const { share, usual } of found.curve) {
      expect(share).toBeGreaterThan(0);
      expect(usual?.low).toBeLessThanOrEqual(usual?.median ?? 0);
      expect(usual?.median).toBeLessThanOrEqual(usual?.high ?? 0);
    }
  });

  it('an honest item of the same size shows nothing of the kind', async () => {
    const found = await explain(dataset, 'i39', { ...fixed, suspects: fakes, seeds: [] });
    expect(found.suspects?.share).toBeLessThan(0.05);
    expect(found.proof).toBeNull();
    // Nothing was compared by training again, and the suspects' part is not unusual.
    expect(conclusion(found)).toContain('whether that is unusual was not measured');
    expect(advice(found)).toContain('Nothing here says that the item is pushed');
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
    [
      'unrolled',
      { name: 'mult-vae', options: { hiddenUnits: 24, factors: 8, epochs: 40, learningRate: 0.01 } },
    ],
    ['unrolled', { name: 'bpr-mf', options: { factors: 8, epochs: 40, learningRate: 0.05 } }],
  ] as const)('%s gives the campaign a larger part than in an honest item', async (method, asked) => {
    const options = {
      ...fixed,
      model: asked,
      setting: 'synthetic',
      method,
      suspects: fakes,
      seeds: [],
    } as const;
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

describe('what is refused', () => {
  it.each([
    [{ method: 'removal', goal: 'cross-entropy' }, /goal: expected hits or score/],
    [{ method: 'unrolled' }, /method: expected one of removal, first-order, implicit for wrmf-als/],
    [{ model: 'item-cf' }, /expected wrmf-als, wrmf, bpr-mf or mult-vae, got item-cf/],
    [{ model: 'mult-vae' }, /method: expected one of unrolled for mult-vae, got removal/],
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
