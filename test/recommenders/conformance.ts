/**
 * What every recommender must do, whatever it learns. A case gives the recommender, options for tiny data, and a reason
 * wherever a check does not apply to it.
 */

import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createWasmKernels, type WasmKernels } from '../../dist/kernels/index.js';
import type { FittedRecommender, RankRequest, Recommender } from '../../dist/recommenders/types.js';
import { SeedKey } from '../../dist/rng.js';

import { excusable, type NotApplicable } from '../support/applicable.js';

export interface ConformanceCase<Options extends object> {
  readonly recommender: Recommender<Options>;
  /** that learn the checkerboard */
  readonly options: Options;
  /** draws anything: another seed gives another model */
  readonly seeded: true | NotApplicable;
  /** trains in steps: reports progress and stops at a safe point */
  readonly stepwise: true | NotApplicable;
  /** options that make training diverge */
  readonly diverging: Partial<Options> | NotApplicable;
  /** puts the missing item of the own group first on a checkerboard */
  readonly checkerboard: true | NotApplicable;
}

const USERS = 24;
const ITEMS = 12;
export const everyone = Int32Array.from({ length: USERS }, (_, user) => user);

/** Two groups of 12 users and 6 items; user u has clicked all items of its group but number u mod 6. */
export function checkerboard(): InteractionMatrix {
  const rows = Array.from({ length: USERS }, (_, user) => {
    const offset = user < 12 ? 0 : 6;
    return Int32Array.from(
      [0, 1, 2, 3, 4, 5].filter((item) => item !== user % 6),
      (item) => item + offset,
    );
  });
  return InteractionMatrix.fromRows(ITEMS, rows);
}

const ISLANDS = 10;

/** Two groups that share no item, items 0 to 4 and 5 to 9; no two items have as many clicks, and low indices have few. */
function twoIslands(): InteractionMatrix {
  const rows = Array.from({ length: 22 }, (_, user) => {
    const [first, own] = user < 11 ? [0, user] : [5, user - 11];
    const least = user < 11 ? 1 : 2;
    return [0, 1, 2, 3, 4].filter((item) => own < least + 2 * item).map((item) => first + item);
  });
  return InteractionMatrix.fromRows(
    ISLANDS,
    rows.map((row, user) => (user === 0 || user === 12 ? row.slice(2) : row)),
  );
}

/** The item that a good model puts first for each user of the checkerboard. */
export const missing = Array.from(everyone, (user) => (user % 6) + (user < 12 ? 0 : 6));

export function conformance<Options extends object>(
  kernels: WasmKernels,
  { recommender, options, seeded, stepwise, diverging, checkerboard: learns }: ConformanceCase<Options>,
): void {
  const { name } = recommender;
  const check = (title: string, flag: unknown, run: () => Promise<void>) => excusable(name, title, flag, run);
  const trained = (changes: Partial<Options> = {}, seed = 1, train = checkerboard(), on = kernels) =>
    recommender.fit(train, { ...options, ...changes }, SeedKey.root(seed), { kernels: on });
  const all: RankRequest = { users: everyone, top: ITEMS, targets: Int32Array.of(0, 11, 3) };

  describe(`${name}: what every recommender does`, () => {
    check('ranks the missing item of the own group first', learns, async () => {
      const fitted = await trained();
      const { items } = await fitted.recommend({ users: everyone, top: 1 });
      expect(Array.from(items)).toEqual(missing);
      fitted.dispose();
    });

    it('recommends each unseen item once, no seen one, pads with -1, and ranks targets as it lists them', async () => {
      const train = checkerboard();
      const fitted = await trained();
      const { items, targetRanks } = await fitted.recommend(all);
      everyone.forEach((user) => {
        const list = Array.from(items.subarray(user * ITEMS, (user + 1) * ITEMS));
        const unseen = ITEMS - train.row(user).length;
        expect(new Set(list.slice(0, unseen)).size).toBe(unseen);
        expect(list.filter((item) => item >= 0 && train.has(user, item))).toEqual([]);
        expect(list.slice(unseen)).toEqual(Array(ITEMS - unseen).fill(-1));
        [0, 11, 3].forEach((target, t) => {
          expect(targetRanks?.[user * 3 + t]).toBe(list.indexOf(target) + 1);
        });
      });
      fitted.dispose();
    });

    it('leaves out what it is told was seen, in lists and in ranks', async () => {
      const train = checkerboard();
      const more = Array.from(everyone, (user) => [
        ...train.row(user),
        (5 * user + 1) % ITEMS,
        (user + 8) % ITEMS,
      ]);
      const seen = InteractionMatrix.fromRows(ITEMS, more);
      const fitted = await trained();
      const plain = await fitted.recommend(all);
      const { items, targetRanks } = await fitted.recommend({ ...all, seen });
      everyone.forEach((user) => {
        const list = (lists: Int32Array) => Array.from(lists.subarray(user * ITEMS, (user + 1) * ITEMS));
        const left = list(plain.items).filter((item) => item >= 0 && !seen.has(user, item));
        expect(list(items)).toEqual([...left, ...Array(ITEMS - left.length).fill(-1)]);
        const ranks = [0, 11, 3].map((target) => left.indexOf(target) + 1);
        expect(Array.from(targetRanks?.subarray(user * 3, user * 3 + 3) ?? [])).toEqual(ranks);
      });
      const other = InteractionMatrix.fromRows(ITEMS, [[0]]);
      await expect(fitted.recommend({ ...all, seen: other })).rejects.toMatchObject({ code: 'config' });
      fitted.dispose();
    });

    it('gives a shorter list as the head of a longer one, for users in any order', async () => {
      const fitted = await trained();
      const long = await fitted.recommend(all);
      const users = Int32Array.of(17, 3, 17);
      const short = await fitted.recommend({ users, top: 4 });
      users.forEach((user, j) => {
        const head = Array.from(long.items.subarray(user * ITEMS, user * ITEMS + 4));
        expect(Array.from(short.items.subarray(j * 4, j * 4 + 4))).toEqual(head);
      });
      fitted.dispose();
    });

    it('gives the same bits for the same seed, whatever the number of threads', async () => {
      const bits = async (threads: number) => {
        const team = await createWasmKernels({ threads, inlineMicroseconds: 0 });
        const fitted = await trained({}, 5, checkerboard(), team);
        const { arrays, losses } = fitted.save();
        team.dispose();
        return { arrays, losses };
      };
      const one = await bits(1);
      expect(await bits(1)).toEqual(one);
      expect(await bits(2)).toEqual(one);
      expect(await bits(3)).toEqual(one);
    });

    check('gives another model for another seed', seeded, async () => {
      const save = async (seed: number) => {
        const fitted = await trained({}, seed);
        const { arrays } = fitted.save();
        fitted.dispose();
        return arrays;
      };
      expect(await save(6)).not.toEqual(await save(5));
    });

    it('comes back from what it saved, and refuses what is not its own', async () => {
      const fitted = await trained();
      const saved = fitted.save();
      expect(saved).toMatchObject({ recommender: name, version: recommender.version, options });
      const expected = await fitted.recommend(all);
      fitted.dispose();
      const restored = recommender.restore(structuredClone(saved), checkerboard(), { kernels });
      expect(await restored.recommend(all)).toEqual(expected);
      expect(restored.save()).toEqual(saved);
      restored.dispose();
      const refuses = (changes: object, train = checkerboard()) =>
        expect(() => recommender.restore({ ...saved, ...changes }, train, { kernels })).toThrow(
          expect.objectContaining({ code: 'data' }),
        );
      refuses({ version: recommender.version + 1 });
      refuses({ recommender: 'another' });
      refuses({}, InteractionMatrix.fromRows(ITEMS + 1, [[0, 1], [2]]));
    });

    it('trains with users and items without a click, and gives such users the items by popularity', async () => {
      // Clicks: 3, 1, 2, 0, 4.
      const rows = [[0, 4], [], [0, 1, 4], [0, 2, 4], [2, 4]];
      const train = InteractionMatrix.fromRows(5, rows);
      const fitted = await trained({}, 1, train);
      const targets = Int32Array.of(3, 4, 2);
      const users = Int32Array.of(0, 1, 2);
      const { items, targetRanks } = await fitted.recommend({ users, top: 5, targets });
      expect(Array.from(items.subarray(5, 10))).toEqual([4, 0, 2, 1, 3]);
      expect(Array.from(targetRanks?.subarray(3, 6) ?? [])).toEqual([5, 1, 3]);
      expect(Array.from(items.subarray(0, 3)).sort()).toEqual([1, 2, 3]);
      const seen = InteractionMatrix.fromRows(5, rows.with(1, [0, 3]));
      const part = await fitted.recommend({ users: Int32Array.of(1), top: 4, targets, seen });
      expect(Array.from(part.items)).toEqual([4, 2, 1, -1]);
      expect(Array.from(part.targetRanks ?? [])).toEqual([0, 1, 2]);
      fitted.dispose();
    });

    it.skipIf(seeded === true)(
      'ranks what it cannot tell apart by popularity, whatever items are called',
      async () => {
        const train = twoIslands();
        const users = Int32Array.from({ length: train.users }, (_, user) => user);
        const listsOf = async (data: InteractionMatrix) => {
          const fitted = await trained({}, 1, data);
          const { items } = await fitted.recommend({ users, top: ISLANDS });
          fitted.dispose();
          return items;
        };
        const lists = await listsOf(train);
        const clicks = train.itemDegrees();
        // The first users know nothing of the second half of the items.
        const beyond = Array.from(lists.subarray(0, ISLANDS)).filter((item) => item >= ISLANDS / 2);
        expect(beyond).toEqual([...beyond].sort((a, b) => clicks[b] - clicks[a]));
        const renamed = (item: number) => (item < 0 ? item : (7 * item + 3) % ISLANDS);
        const other = Array.from(users, (user) => Array.from(train.row(user), renamed));
        expect(await listsOf(InteractionMatrix.fromRows(ISLANDS, other))).toEqual(lists.map(renamed));
      },
    );

    it('shows points of users and items, if it has any, the same for the same rows', async () => {
      const fitted = await trained();
      const { points } = fitted;
      if (points === undefined) {
        fitted.dispose();
        return;
      }
      const users = Int32Array.of(3, 0, 3);
      const shown = points(users, Int32Array.of(5, 1));
      const { dimensions } = shown;
      expect(shown.users).toHaveLength(3 * dimensions);
      if (shown.items !== null) expect(shown.items).toHaveLength(2 * dimensions);
      const row = (j: number) => Array.from(shown.users.subarray(j * dimensions, (j + 1) * dimensions));
      expect(row(2)).toEqual(row(0));
      expect(row(1)).not.toEqual(row(0));
      expect(shown.users.every(Number.isFinite)).toBe(true);
      const kept = shown.users.slice();
      fitted.dispose();
      expect(shown.users).toEqual(kept);
      expect(() => points(users, users)).toThrow(expect.objectContaining({ code: 'usage' }));
    });

    it('gives its memory back', async () => {
      const before = kernels.memory().used;
      const fitted = await trained();
      await fitted.recommend(all);
      fitted.dispose();
      expect(kernels.memory().used).toBe(before);
      expect(() => fitted.dispose()).not.toThrow();
      await expect(fitted.recommend(all)).rejects.toMatchObject({ code: 'usage' });
      expect(() => fitted.save()).toThrow(expect.objectContaining({ code: 'usage' }));
    });

    check('reports progress, stops where its signal asks, and gives its memory back', stepwise, async () => {
      const before = kernels.memory().used;
      const seen: number[] = [];
      const fitted = await recommender.fit(checkerboard(), options, SeedKey.root(1), {
        kernels,
        onProgress: ({ done, total }) => seen.push(done / total),
      });
      fitted.dispose();
      expect(seen.length).toBeGreaterThan(1);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.at(-1)).toBe(1);
      const stop = new AbortController();
      const stopped = recommender.fit(checkerboard(), options, SeedKey.root(1), {
        kernels,
        signal: stop.signal,
        onProgress: () => stop.abort(),
      });
      await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
      expect(kernels.memory().used).toBe(before);
    });

    check('says where training diverged', diverging, async () => {
      const before = kernels.memory().used;
      await expect(trained(diverging as Partial<Options>)).rejects.toMatchObject({
        code: 'numeric',
        message: expect.stringMatching(/expected (a )?finite/),
      });
      expect(kernels.memory().used).toBe(before);
    });

    it('refuses options out of range, and ones it does not have', async () => {
      const refuses = (changes: object, start: string) =>
        expect(trained(changes as Partial<Options>)).rejects.toMatchObject({
          code: 'config',
          message: expect.stringContaining(start),
        });
      await refuses({ nonsense: 1 }, `${name}: expected `);
      for (const [option, spec] of Object.entries(recommender.options as Record<string, { type: string }>)) {
        const wrong = spec.type === 'choice' ? 'nonsense' : spec.type === 'flag' ? 3 : Number.NaN;
        await refuses({ [option]: wrong }, `${name}, ${option}: expected `);
      }
    });

    it('refuses to rank what the data do not have', async () => {
      const fitted = await trained();
      const refuses = (request: Partial<RankRequest>, message: string) =>
        expect(fitted.recommend({ users: Int32Array.of(0, 23), top: 3, ...request })).rejects.toMatchObject({
          code: 'config',
          message: expect.stringContaining(message),
        });
      await refuses({ users: Int32Array.of(0, 24) }, 'users: expected indices from 0 to 23, got 24.');
      await refuses({ targets: Int32Array.of(12) }, 'target items: expected indices from 0 to 11, got 12.');
      await refuses({ targets: Int32Array.of(4, 4) }, 'target items: expected distinct items, got 4 twice.');
      for (const top of [0, 1.5, Number.NaN, 13])
        await refuses({ top }, `list length: expected a whole number from 1 to 12`);
      fitted.dispose();
    });

    it('describes itself', async () => {
      const shape = { users: 1000, items: 500, interactions: 20_000 };
      for (const changes of [{}, ...Object.values(recommender.presets)]) {
        const chosen = { ...recommender.defaults, ...changes };
        const { operations, bytes } = recommender.fitCost(shape, chosen);
        expect(operations).toBeGreaterThan(0);
        expect(bytes).toBeGreaterThan(0);
        expect(recommender.rankOperations(shape, chosen)).toBeGreaterThan(0);
      }
      expect(recommender.title).not.toBe('');
      expect(recommender.source).toMatch(/\b(19|20)\d\d\b|^docs\//);
      const fitted: FittedRecommender = await trained();
      for (const loss of fitted.losses) expect(Number.isFinite(loss)).toBe(true);
      if (fitted.losses.length > 1)
        expect(fitted.losses.at(-1) as number).toBeLessThan(fitted.losses[0] as number);
      fitted.dispose();
    });
  });
}
