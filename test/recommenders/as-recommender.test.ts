import { describe, expect, it } from 'vitest';
import { aggregateAudit } from '../../dist/audit/index.js';
import type { VictimResult } from '../../dist/audit/types.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { asRecommender, type UserRecommender } from '../../dist/recommenders/as-recommender.js';
import { withRecommenders } from '../../dist/registries.js';
import { markdownReport } from '../../dist/report/text/markdown.js';
import { SeedKey } from '../../dist/rng.js';
import { config, context, popularity, registries } from '../audit/fixtures.js';
import { reportOf, runAll } from '../audit/run-all.js';

const train = InteractionMatrix.fromRows(4, [[0, 1], [0, 2], [0]]);

/** Unseen items by their clicks, ties to the lower index. */
function best(scores: Int32Array, seen: Int32Array, k: number): number[] {
  const order = Array.from(scores.keys()).filter((item) => !seen.includes(item));
  return order.sort((a, b) => scores[b] - scores[a] || a - b).slice(0, k);
}

const returning: UserRecommender = {
  name: 'mine',
  fit(interactions) {
    const scores = interactions.itemDegrees();
    return { recommend: (users, k) => Array.from(users, (user) => best(scores, interactions.row(user), k)) };
  },
};

class Keeping implements UserRecommender {
  readonly name = 'mine';
  #train: InteractionMatrix = train;
  #scores: Int32Array = new Int32Array(0);
  async fit(interactions: InteractionMatrix) {
    this.#train = interactions;
    this.#scores = interactions.itemDegrees();
  }
  async recommend(users: Int32Array, k: number) {
    return Array.from(users, (user) => Int32Array.from(best(this.#scores, this.#train.row(user), k)));
  }
}

const request = { users: Int32Array.of(2, 0), top: 2, targets: Int32Array.of(3) };
const seed = SeedKey.root(1);

function fitted(user: UserRecommender, options = { allowSeen: false }) {
  return asRecommender(user).fit(train, options, seed, context());
}

describe('asRecommender', () => {
  it.each([
    ['a model that fit returns', returning],
    ['an object that keeps its model', new Keeping()],
  ])('ranks with %s', async (_, user) => {
    const model = await fitted(user);
    const lists = await model.recommend(request);
    expect(lists).toEqual({ users: request.users, top: 2, items: Int32Array.of(1, 2, 2, 3) });
    model.dispose();
    await expect(model.recommend(request)).rejects.toMatchObject({ code: 'usage' });
  });

  it('gives fit the seed of the run, the same for the same key', async () => {
    const seeds: number[] = [];
    const user: UserRecommender = {
      ...returning,
      fit(interactions, run) {
        seeds.push(run.seed);
        return returning.fit(interactions, run);
      },
    };
    for (const root of [1, 1, 2])
      await asRecommender(user).fit(train, { allowSeen: false }, SeedKey.root(root), context());
    expect(seeds[0]).toBe(seeds[1]);
    expect(seeds[0]).not.toBe(seeds[2]);
  });

  it('takes seen items where told to', async () => {
    const user: UserRecommender = {
      name: 'mine',
      fit: () => ({
        recommend: () => [
          [0, 1],
          [0, 3],
        ],
      }),
    };
    const model = await fitted(user, { allowSeen: true });
    expect((await model.recommend(request)).items).toEqual(Int32Array.of(-1, 1, -1, 3));
    const strict = await fitted(user);
    await expect(strict.recommend(request)).rejects.toThrow(
      'recommend of mine: expected items that user 2 has not clicked in training, got item 0',
    );
  });

  it('leaves out what was seen beside the training rows', async () => {
    const seen = InteractionMatrix.fromRows(4, [
      [0, 1],
      [0, 2],
      [0, 1],
    ]);
    const model = await fitted(returning);
    expect((await model.recommend({ ...request, seen })).items).toEqual(Int32Array.of(2, 3, 2, 3));
    const all = await model.recommend({ users: Int32Array.of(2), top: 4, seen });
    expect(all.items).toEqual(Int32Array.of(2, 3, -1, -1));
    const spending = await fitted(returning, { allowSeen: true });
    expect((await spending.recommend({ ...request, seen })).items).toEqual(Int32Array.of(-1, 2, 2, 3));
  });

  it('does not rank with a model that a later fit replaced', async () => {
    const recommender = asRecommender(new Keeping());
    const first = await recommender.fit(train, { allowSeen: false }, seed, context());
    const second = await recommender.fit(train, { allowSeen: false }, seed, context());
    await expect(first.recommend(request)).rejects.toMatchObject({ code: 'usage' });
    await expect(second.recommend(request)).resolves.toBeDefined();
  });

  const lying = (lists: unknown): UserRecommender => ({
    name: 'mine',
    fit: () => ({ recommend: () => lists as number[][] }),
  });
  it.each<[string, UserRecommender, RegExp]>([
    [
      'lists of another number',
      lying([[1, 2]]),
      /recommend of mine: expected 2 lists, got 1\. Give one a user/,
    ],
    ['no lists', lying(undefined), /expected 2 lists, got no array \(undefined\)/],
    ['a hole', lying([[1, 2], undefined]), /expected a list of item indices for user 0, got undefined/],
    [
      'an unknown item',
      lying([[1, 4]].concat([[2, 3]])),
      /expected item indices from 0 to 3 for user 2, got 4/,
    ],
    ['no number', lying([['a'], [2, 3]]), /expected item indices from 0 to 3 for user 2, got a/],
    [
      'an item twice',
      lying([
        [1, 1],
        [2, 3],
      ]),
      /expected distinct items for user 2, got item 1 twice/,
    ],
    ['a short list', lying([[1], [2, 3]]), /expected 2 items for user 2, got 1/],
    [
      'an exception',
      {
        name: 'mine',
        fit: () => {
          throw new TypeError('boom');
        },
      },
      /mine, fit: expected it to finish, got "boom"/,
    ],
    ['a fit without a model', { name: 'mine', fit: () => {} }, /mine, fit: expected a model with recommend/],
  ])('refuses %s', async (_, user, message) => {
    const run = async () => (await fitted(user)).recommend(request);
    await expect(run()).rejects.toMatchObject({ code: 'data', message: expect.stringMatching(message) });
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['wrmf', 'string'],
    [{ fit: () => {} }, 'one without a name'],
    [{ name: 'mine' }, '"mine" without a fit'],
  ])('refuses %o', (user, got) => {
    const message = `asRecommender: expected an object with a name and a fit function, got ${got}. Give both.`;
    expect(() => asRecommender(user as never)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });

  it('refuses an object without a name or fit, options it does not know, and a name that is taken', async () => {
    expect(() => asRecommender({ name: '', fit: () => {} })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
    await expect(fitted(returning, { allow: true } as never)).rejects.toMatchObject({ code: 'config' });
    expect(() => withRecommenders([asRecommender({ ...returning, name: 'wrmf' })])).toThrow(/not taken/);
  });
});

describe('an audit of a user object', () => {
  const mine = asRecommender(returning);
  const both = withRecommenders([mine], registries);
  const victims = [
    { name: 'mine', options: mine.defaults },
    { name: 'popularity', options: { noise: 0 } },
  ];

  it('measures what it measures of the same recommender inside, but for ranks', async () => {
    const audit = { ...config, victims };
    const { plan, results } = await runAll(audit, both);
    const measured = (victim: string) =>
      plan.victims
        .filter((planned) => planned.victim === victim)
        .map(({ key }) => {
          const { quality, targetSets } = results.get(key) as VictimResult;
          return {
            quality,
            targetSets: targetSets.map(({ meanRank: _, medianRank: __, items, ...rest }) => ({
              ...rest,
              items: items?.map(({ medianRank: ___, ...item }) => item),
            })),
          };
        });
    expect(measured('mine')).toEqual(measured('popularity'));
    const { victims: summaries, sound } = aggregateAudit(audit, plan, results);
    expect(sound).toBe(true);
    const [outside, inside] = summaries.map(({ arms }) => arms.map(({ measures }) => measures.meanRank.mean));
    expect(outside.every((mean) => mean === null)).toBe(true);
    expect(inside.every((mean) => mean !== null)).toBe(true);
    const [verdict, other] = reportOf(audit, plan, results).verdicts;
    expect(verdict.sentences).toEqual(other.sentences);
    const report = markdownReport(reportOf(audit, plan, results));
    expect(report).toMatch(/\| clean \|.*\| none \| none \|\n/);
    expect(popularity.version).toBe(mine.version);
  });
});
