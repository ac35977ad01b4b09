import { describe, expect, it } from 'vitest';
import {
  advice,
  conclusion,
  drawnUsers,
  type Explanation,
  leftOf,
  type Proof,
  type PushResult,
  planProof,
  proofInWords,
  proofOf,
  pushTaskOf,
  type RefitResult,
  type RefitTask,
  type Removal,
  standingOf,
  tasksOf,
  usualLoss,
  withoutUsers,
} from '../../dist/explain/index.js';
import { predictionInterval } from '../../dist/metrics/index.js';
import { PUSHED, plantedData } from './planted.js';

const { dataset } = plantedData();
const { interactions } = dataset;
const ITEM = `i${PUSHED}`;
const model = { name: 'wrmf-als', options: { factors: 8 } };
const taskWith = (more: object) => pushTaskOf(dataset, ITEM, { model, top: 10, ...more }).task;

/** Pushes of some users and items compared with, as a training would give them. */
function resultOf(pushers: readonly number[], compared: readonly [item: number, hitRatio: number][]) {
  const pushes = dataset.users.ids.map((_, user) => (pushers.includes(user) ? 1 : 0));
  const spread = { item: PUSHED, clicks: 26, half: 1, suspects: null, curve: [1] };
  const usual = compared.map(([item, hitRatio]) => ({
    ...spread,
    item,
    hitRatio,
    largest: [item, item + 1],
  }));
  return { pushes, spread, usual, clicks: 26, hitRatio: 0.1 } as unknown as PushResult;
}

describe('which trainings a proof takes', () => {
  const clickers = [...interactions.userDegrees().keys()].filter((user) => interactions.has(user, PUSHED));

  it('takes rows out and nothing else', () => {
    const less = withoutUsers(interactions, [0, 3]);
    expect(less.users).toBe(interactions.users);
    expect(Array.from(less.userDegrees())).toEqual(
      Array.from(interactions.userDegrees(), (clicks, user) => (user === 0 || user === 3 ? 0 : clicks)),
    );
    expect(Array.from(less.row(7))).toEqual(Array.from(interactions.row(7)));
  });

  it('draws users by the seed, and no more than there are', () => {
    expect(drawnUsers([2, 5, 9], 5, 1, 0)).toEqual([2, 5, 9]);
    const draws = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => String(drawnUsers([2, 5, 9], 1, seed, 0))));
    expect(draws.size).toBeGreaterThan(1);
  });

  it('other clickers are none of the pushers, and there is no such training where too few are left', () => {
    const plan = planProof(taskWith({ remove: 3 }), resultOf(clickers.slice(0, 3), []), interactions, {
      seeds: [4, 5],
      alike: 10,
    });
    const others = plan?.arms.find(({ arm }) => arm === 'withoutOthers');
    expect(others?.tasks).toHaveLength(2);
    for (const { removed } of others?.tasks ?? []) {
      expect(removed).toHaveLength(3);
      for (const user of removed) {
        expect(clickers).toContain(user);
        expect(clickers.slice(0, 3)).not.toContain(user);
      }
    }
    expect(plan?.othersLeft).toBe(23);
    // All but two of the clickers push: as many others are not left.
    const nearlyAll = planProof(taskWith({ remove: 24 }), resultOf(clickers.slice(0, 24), []), interactions, {
      seeds: [1],
      alike: 10,
    });
    expect(nearlyAll?.arms.map(({ arm }) => arm)).toEqual(['asItIs', 'withoutPushers']);
    expect(nearlyAll?.othersLeft).toBe(2);
  });

  it('measures the item on the same users in all trainings, pushers and suspects left out', () => {
    const suspects = [`u${clickers[5]}`, 'u1'];
    const plan = planProof(taskWith({ remove: 3, suspects }), resultOf([1, 2], []), interactions, {
      seeds: [4],
      alike: 10,
    });
    expect(plan?.arms.map(({ arm, users }) => [arm, users])).toEqual([
      ['asItIs', 0],
      // Three were asked for, two push.
      ['withoutPushers', 2],
      ['withoutOthers', 2],
      ['withoutSuspects', 2],
    ]);
    expect(plan?.suspectsWhoClicked).toBe(
      suspects.filter((id) => clickers.includes(Number(id.slice(1)))).length,
    );
    const without = [...new Set([1, 2, clickers[5]])].sort((a, b) => a - b);
    for (const { tasks } of plan?.arms ?? []) expect(tasks[0].measured).toEqual([{ item: PUSHED, without }]);
  });

  it('nobody pushes, or no seed: no proof', () => {
    const choice = { seeds: [1], alike: 10 };
    expect(planProof(taskWith({}), resultOf([], []), interactions, choice)).toBeNull();
    expect(planProof(taskWith({}), resultOf([1], []), interactions, { ...choice, seeds: [] })).toBeNull();
  });

  it('items alike are those recommended about as often, in a list at all, and take the seeds in turn', () => {
    const compared = [
      [1, 0.5],
      [2, 0.09],
      [3, 0],
      [4, 0.12],
      [5, 0.02],
    ] as const;
    const plan = planProof(
      taskWith({ remove: 2 }),
      resultOf(
        [1, 2],
        compared.map(([i, h]) => [i, h]),
      ),
      interactions,
      {
        seeds: [7, 8],
        alike: 3,
      },
    );
    expect(plan?.alike.map(({ item, seed }) => [item, seed])).toEqual([
      [2, 0],
      [4, 1],
      [1, 0],
    ]);
    for (const { item, withoutPushers, withoutClickers } of plan?.alike ?? []) {
      expect(withoutPushers.removed).toEqual([item, item + 1]);
      expect(withoutPushers.measured).toEqual([{ item, without: [item, item + 1] }]);
      expect(withoutClickers).toBeNull();
    }
    // Four trainings of each of the item's arms but the suspects', and one an item alike.
    expect(tasksOf(plan as NonNullable<typeof plan>)).toHaveLength(2 * 3 + 3);
  });
});

describe('what is usual', () => {
  const loss = (left: number) => ({
    item: 'x',
    clicks: 5,
    seed: 1,
    removed: 3,
    asItIs: 0.2,
    without: 0.2 * left,
    share: 1 - left,
    left,
  });
  const lefts = [0.3, 0.4, 0.5, 0.45, 0.35, 0.42];

  it('the interval is that of one more value of the logarithms', () => {
    const logs = predictionInterval(lefts.map(Math.log));
    const { interval, mean, verdict } = usualLoss(lefts.map(loss), { left: 0.41, least: 0.001 });
    expect(interval?.low).toBeCloseTo(1 - Math.exp(logs?.high ?? 0), 12);
    expect(interval?.high).toBeCloseTo(1 - Math.exp(logs?.low ?? 0), 12);
    expect(mean).toBeCloseTo(1 - lefts.reduce((sum, left) => sum + left, 0) / 6, 12);
    expect(verdict).toBe('usual');
    // By hand for three values: mean 2, sd 1, t(2) at 97.5 % = 4.302653.
    const byHand = 4.302653 * Math.sqrt(1 + 1 / 3);
    expect(predictionInterval([1, 2, 3])?.low).toBeCloseTo(2 - byHand, 5);
    expect(predictionInterval([1, 2, 3])?.high).toBeCloseTo(2 + byHand, 5);
    expect(predictionInterval([1, 2])).toBeNull();
  });

  it.each([
    [0.05, 'more'],
    [0.41, 'usual'],
    [0.95, 'less'],
  ] as const)('with %f left: %s', (left, verdict) => {
    expect(usualLoss(lefts.map(loss), { left, least: 0.001 }).verdict).toBe(verdict);
  });

  it("few items say nothing; items in nobody's list are told; where a loss of everything is usual, nothing can stand out", () => {
    const few = usualLoss([...lefts.slice(0, 4).map(loss), null], { left: 0.01, least: 0.001 });
    expect(few).toMatchObject({ verdict: null, interval: null, unlisted: 1 });
    const wide = usualLoss([0.01, 0.9, 0.1, 0.5, 0.02].map(loss), { left: 0.01, least: 0.01 });
    expect(wide).toMatchObject({ verdict: 'usual', blind: true });
    expect(usualLoss(lefts.map(loss), { left: 0.4, least: 0.001 }).blind).toBe(false);
  });

  it('of nobody left, half a user is', () => {
    expect(leftOf(0, 0.1, 200)).toBeCloseTo(0.0025 / 0.1, 12);
    expect(leftOf(0.05, 0.1, 200)).toBeCloseTo(0.5, 12);
  });
});

describe('a proof of hit ratios by hand', () => {
  const compared = Array.from({ length: 6 }, (_, n): [number, number] => [n + 1, 0.1]);
  const clickers = [...interactions.userDegrees().keys()].filter((user) => interactions.has(user, PUSHED));
  const suspects = clickers.slice(0, 4).map((user) => `u${user}`);
  const plan = planProof(
    taskWith({ remove: 2, suspects }),
    resultOf(clickers.slice(0, 2), compared),
    interactions,
    { seeds: [1, 2, 3], alike: 6 },
  ) as NonNullable<ReturnType<typeof planProof>>;

  /** Trainings that leave so much of each item: of the item itself, and of those alike, which differ a little. */
  const proofWith = (own: number, alike: number): Proof => {
    const results = new Map<RefitTask, RefitResult>();
    const at = (hitRatio: number) => ({ audience: 200, hitRatio });
    for (const { arm, tasks } of plan.arms)
      tasks.forEach((task, seed) => {
        const before = 0.2 + 0.01 * seed;
        const left = { asItIs: 1, withoutPushers: own, withoutOthers: 0.9, withoutSuspects: own }[arm];
        results.set(task, { measured: task.measured.map((_, n) => at(n === 0 ? before * left : 0.2)) });
      });
    plan.alike.forEach(({ withoutPushers, withoutClickers }, n) => {
      const left = alike * (1 + 0.02 * n);
      for (const task of [withoutPushers, withoutClickers])
        if (task !== null) results.set(task, { measured: [at(0.2 * left)] });
    });
    return proofOf(plan, (task) => results.get(task) as RefitResult, dataset.items.ids);
  };

  it('has losses in points and as a share, with intervals over the seeds', () => {
    const { asItIs, withoutPushers, withoutOthers, audience } = proofWith(0.5, 0.5);
    expect(audience).toBe(200);
    expect(asItIs.mean).toBeCloseTo(0.21, 12);
    expect(withoutPushers).toMatchObject({ removed: 2, share: expect.closeTo(0.5, 12) });
    expect(withoutPushers.lost.mean).toBeCloseTo(0.105, 12);
    // Losses of .1, .105 and .11: t(2) = 4.302653, sd .005.
    expect(withoutPushers.lost.interval?.low).toBeCloseTo(0.105 - (4.302653 * 0.005) / Math.sqrt(3), 6);
    expect(withoutOthers?.share).toBeCloseTo(0.1, 12);
    expect(withoutOthers?.lostByPushersBeyond.mean).toBeCloseTo(0.21 * 0.4, 12);
    expect(withoutPushers.usual?.items.map(({ share }) => share)).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => expect.closeTo(1 - 0.5 * (1 + 0.02 * n), 12)),
    );
  });

  const explained = (proof: Proof | null, more: object = {}) =>
    ({
      item: ITEM,
      half: { users: 2, usual: null },
      suspects: null,
      proof,
      ...more,
    }) as unknown as Explanation;
  const usual = { items: 30, clicks: [20, 30], median: 0.02, least: 0, most: 0.1, below: 30, above: 0 };
  const unusual = { suspects: { users: 4, share: 0.5, usual } };
  const ordinary = { suspects: { users: 4, share: 0.02, usual: { ...usual, below: 15, above: 15 } } };

  it.each([
    [
      'falls as items like it do',
      0.5,
      0.5,
      {},
      'usual',
      /There is nothing to do: an honest item falls like this/,
    ],
    [
      'suspects who were picked for the item',
      0.5,
      0.5,
      unusual,
      'usual',
      /^Leave nobody out .* picked them because/,
    ],
    ['falls further', 0.05, 0.5, {}, 'stands out', /^Look at the largest pushers: .* no proof of fraud/],
    ['falls further, by the suspects', 0.05, 0.5, unusual, 'stands out', /Leave them out of training/],
    ['falls further, not by the suspects', 0.05, 0.5, ordinary, 'stands out', /^Look at .* Leave nobody out/],
    ['falls less', 0.9, 0.5, unusual, 'usual', /^Leave nobody out/],
  ] as const)('%s', (_, own, alike, more, standing, words) => {
    const explanation = explained(proofWith(own, alike), more);
    expect(standingOf(explanation)).toBe(standing);
    expect(advice(explanation)).toMatch(words);
    expect(conclusion(explanation)).toMatch(
      standing === 'usual' ? /^Nothing unusual/ : /hangs on its largest/,
    );
  });

  it('suspects who push much do not make an item stand out by themselves', () => {
    const proof = proofWith(0.5, 0.5);
    const suspected = { ...proof.withoutSuspects, usual: proofWith(0.05, 0.5).withoutSuspects?.usual };
    expect(suspected.usual?.verdict).toBe('more');
    const explanation = explained({ ...proof, withoutSuspects: suspected } as Proof, unusual);
    expect(standingOf(explanation)).toBe('usual');
    expect(advice(explanation)).toMatch(/^Leave nobody out/);
  });

  it('without items alike it is not known, and nobody is to be left out', () => {
    const proof = proofWith(0.05, 0.5);
    const bare = (removal: Removal) => ({ ...removal, usual: null });
    const alone = {
      ...proof,
      withoutPushers: bare(proof.withoutPushers),
      withoutSuspects: proof.withoutSuspects && { ...proof.withoutSuspects, usual: null },
    };
    for (const one of [explained(null, unusual), explained(alone, unusual)]) {
      expect(standingOf(one)).toBe('not known');
      expect(advice(one)).toContain('before you leave anybody out');
    }
    expect(proofInWords(alone).join('\n')).toContain('whether this is unusual is not known');
  });

  it('says how far items like it fall, and that the item falls no further, further or less', () => {
    const said = (own: number) => proofInWords(proofWith(own, 0.5)).join('\n');
    expect(said(0.5)).toContain('Trained again without the 2 largest pushers, the item loses 10.50 points');
    expect(said(0.5)).toMatch(
      /6 items like it .* each without as many of its own largest pushers, lose 47 %/,
    );
    expect(said(0.5)).toContain('This item falls no further than usual.');
    expect(said(0.05)).toContain('This item falls further than usual.');
    expect(said(0.9)).toContain('This item falls less than usual.');
    expect(said(0.5)).toMatch(/each without 4 of its clickers, drawn at random/);
    const none = { ...proofWith(0.5, 0.5), withoutOthers: null, othersLeft: 0 };
    expect(proofInWords(none).join('\n')).toContain(
      'Without as many other clickers there is no training: none of its clickers are left beside the largest pushers.',
    );
  });
});
