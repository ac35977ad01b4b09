import { afterAll, describe, expect, it } from 'vitest';
import { clickCap } from '../../dist/defences/click-cap.js';
import { DEFENCES, defenceNamed, defendedNamed } from '../../dist/defences/registry.js';
import type { Defence } from '../../dist/defences/types.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { type AnyRecommender, RECOMMENDERS } from '../../dist/recommenders/registry.js';
import type { FittedRecommender } from '../../dist/recommenders/types.js';
import type { SeedKey } from '../../dist/rng.js';
import { CHECKS, conformance, type DefenceCase, data, type Teams } from './conformance.js';

const [one, two] = await Promise.all(
  [1, 2].map((threads) => createWasmKernels({ threads, inlineMicroseconds: 0 })),
);
const teams: Teams = { one, two };
afterAll(() => {
  one.dispose();
  two.dispose();
});

const CASES: Readonly<Record<string, Omit<DefenceCase, 'defence'>>> = {
  'click-cap': { options: { clicks: 3 }, harmless: { clicks: 9 }, userByUser: true },
};

it('covers every defence of the registry', () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(DEFENCES));
  for (const [name, { name: own }] of Object.entries(DEFENCES)) expect(own).toBe(name);
});

for (const [name, given] of Object.entries(CASES))
  conformance(teams, { defence: defenceNamed(name), ...given });

type Any = Defence<object>;

/** The cap, with what it protects changed. */
function subject(
  change: (defended: AnyRecommender, victim: AnyRecommender, options: object) => AnyRecommender,
  changes: Partial<Any> = {},
): DefenceCase {
  const cap = clickCap as unknown as Any;
  const defence: Any = {
    ...cap,
    protect: (victim, options) => change(cap.protect(victim, options), victim, options),
    ...changes,
  };
  return { defence, options: { clicks: 3 }, harmless: { clicks: 9 }, userByUser: true };
}

/** The cap, with the model that its victim fits changed. */
const fitted = (change: (model: FittedRecommender) => Partial<FittedRecommender>) =>
  subject((defended) => ({
    ...defended,
    fit: async (...given) => {
      const model = await defended.fit(...given);
      return { ...model, ...change(model) };
    },
  }));

/** The cap, with the training data of its victim changed. */
const training = (change: (train: typeof data, seed: SeedKey) => readonly [typeof data, SeedKey]) =>
  subject((defended, victim, options) => {
    const other: AnyRecommender = {
      ...victim,
      fit(train, given, seed, context) {
        const [part, key] = change(train, seed);
        return victim.fit(part, given, key, context);
      },
    };
    const { fit } = (clickCap as unknown as Any).protect(other, options);
    return { ...defended, fit };
  });

let calls = 0;

/** The check that each must fail, and a defence that fails it. */
const BROKEN: readonly [check: string, how: string, broken: DefenceCase][] = [
  ['describes itself', "the victim's own name", subject((d, victim) => ({ ...d, name: victim.name }))],
  ['describes itself', 'no title', subject((defended) => defended, { title: '' })],
  [
    'describes itself',
    'defaults beside their table',
    subject((d) => ({ ...d, defaults: { ...d.defaults, factors: 3 } })),
  ],
  [
    'gives other keys',
    "the victim's version alone",
    subject((d, victim) => ({ ...d, version: victim.version })),
  ],
  [
    'gives other keys',
    'options that are no part of a key',
    subject((d) => ({ ...d, unkeyed: ['click-cap.clicks'] })),
  ],
  [
    'recommends each item',
    'items seen in what training left out',
    subject((defended, victim) => ({
      ...defended,
      fit: async (train, given, seed, context) => {
        const { 'click-cap.clicks': _, ...own } = given as Record<string, unknown>;
        const half = (user: number) => Array.from(train.row(user)).slice(0, 2);
        const rows = Array.from({ length: train.users }, (_, user) => half(user));
        const { InteractionMatrix } = await import('../../dist/data/interactions.js');
        return victim.fit(InteractionMatrix.fromRows(train.items, rows), own, seed, context);
      },
    })),
  ],
  [
    'recommends each item',
    'ranks that count what training left out',
    fitted((model) => ({
      recommend: async (request) => {
        const lists = await model.recommend(request);
        const ranks = lists.targetRanks?.map((rank) => (rank > 1 ? rank + 1 : rank));
        return { ...lists, ...(ranks && { targetRanks: ranks }) };
      },
    })),
  ],
  ['trains on users', 'a user more', training((train, seed) => [train.appendRows([[0]]), seed])],
  [
    'trains on users',
    'a cap without effect',
    subject((d) => ({
      ...d,
      fit: (train, given, seed, context) => d.fit(train, { ...given, 'click-cap.clicks': 9 }, seed, context),
    })),
  ],
  ['changes no bit', 'another seed', training((train, seed) => [train, seed.child('other')])],
  [
    'gives the same bits',
    'a seed that counts its calls',
    training((train, seed) => [train, seed.child(calls++)]),
  ],
  ['gives the same bits', 'a score of its own', fitted((model) => ({ losses: [...model.losses, calls++] }))],
  [
    'trains on the same clicks',
    'a draw that counts the users',
    subject((d) => ({
      ...d,
      fit: (train, options, seed, context) => d.fit(train, options, seed.child(train.users), context),
    })),
  ],
  [
    'leaves the victim',
    'a mark on the victim',
    subject((defended, victim) => {
      (victim as { title: string }).title += ', defended';
      return defended;
    }),
  ],
  [
    'leaves the victim',
    'a cut of the data in place',
    training((train, seed) => {
      data.columns.subarray(5, 8).reverse();
      return [train, seed];
    }),
  ],
  [
    'protects a model outside',
    'longer lists not asked for',
    fitted((model) => ({ recommend: ({ seen: _, ...request }) => model.recommend({ ...request, top: 1 }) })),
  ],
  [
    'refuses options',
    'no check',
    subject((defended) => defended, {
      protect: (victim) => (clickCap as unknown as Any).protect(victim, { clicks: 3 }),
    }),
  ],
];

describe('the suite', () => {
  const named = (start: string) => {
    const found = CHECKS.filter(({ name }) => name.startsWith(start));
    expect(found).toHaveLength(1);
    return found[0];
  };

  it('passes a right defence', async () => {
    for (const { run } of CHECKS)
      await run(
        subject((defended) => defended),
        teams,
      );
  });

  it.each(BROKEN)('fails "%s" for %s', async (start, _, broken) => {
    const kept = data.columns.slice();
    try {
      await expect(named(start).run(broken, teams)).rejects.toThrow();
    } finally {
      data.columns.set(kept);
    }
  });

  it('has a broken defence for every check', () => {
    expect(CHECKS.filter(({ name }) => BROKEN.some(([start]) => name.startsWith(start)))).toEqual(CHECKS);
  });

  it('takes no exemption without a reason', () => {
    const given = subject((defended) => defended);
    expect(() => conformance(teams, { ...given, harmless: { reason: '' } })).toThrow();
  });
});

it('names the nearest defence', () => {
  expect(() => defenceNamed('clik-cap')).toThrow(/defence: expected one of click-cap, got "clik-cap"/);
});

it('finds a defended victim by its name alone', () => {
  const named = defendedNamed('wrmf+click-cap');
  const { name, version, options, defaults } = clickCap.protect(RECOMMENDERS.wrmf, clickCap.defaults);
  expect(named).toMatchObject({ name, version, options, defaults });
  expect(defendedNamed('ease')).toBe(RECOMMENDERS.ease);
  expect(defendedNamed('wrmf+click-cap', { 'wrmf+click-cap': RECOMMENDERS.ease })).toBe(RECOMMENDERS.ease);
  expect(() => defendedNamed('wrmff+click-cap')).toThrow(/recommender: expected one of/);
  expect(() => defendedNamed('wrmf+click')).toThrow(/defence: expected one of/);
  expect(() => defendedNamed('wrmf+click-cap+click-cap')).toThrow(/Protect a victim once/);
});
