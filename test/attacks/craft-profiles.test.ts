import { afterAll, describe, expect, it } from 'vitest';
import { drawProfileSizes } from '../../dist/attacks/budget.js';
import { type CraftRequest, craftProfiles, drawBudget } from '../../dist/attacks/craft-profiles.js';
import * as attacks from '../../dist/attacks/index.js';
import { LEARNED_DEFAULTS, type LearnedOptions } from '../../dist/attacks/learned/options.js';
import { type AnyAttack, ATTACKS, attackNamed } from '../../dist/attacks/registry.js';
import type { Crafted } from '../../dist/attacks/types.js';
import { planAudit } from '../../dist/audit/index.js';
import { runTask } from '../../dist/audit/run/run-task.js';
import type { ProfilesResult } from '../../dist/audit/types.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import * as library from '../../dist/index.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { type AnyRecommender, RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { REGISTRIES, withPlugins, withRecommenders } from '../../dist/registries.js';
import { SeedKey } from '../../dist/rng.js';
import { test, train, withAttack } from '../audit/fixtures.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const interactions = InteractionMatrix.fromRows(
  10,
  Array.from({ length: 12 }, (_, user) =>
    Array.from({ length: 2 + (user % 5) }, (_, n) => (3 * n + user) % 10),
  ),
);

const SURROGATE = {
  factors: 3,
  learningRate: 0.1,
  weightDecay: 1e-4,
  epochs: 3,
  batchSize: 0,
  positiveWeight: 20,
  initialScale: 0.3,
};
const LEARNED: LearnedOptions = {
  ...LEARNED_DEFAULTS,
  surrogate: { name: 'wrmf', options: SURROGATE },
  outerSteps: 1,
  unroll: { kind: 'exact' },
  selectionTop: 3,
};
const learnedOn = (surrogate: string) => ({ ...LEARNED, surrogate: { name: surrogate, options: SURROGATE } });

function craft(changes: Partial<CraftRequest> = {}) {
  return craftProfiles({
    attack: attackNamed('random'),
    options: {},
    goal: { kind: 'push', targets: Int32Array.of(1, 8) },
    budget: { fakeUsers: 3, clicks: 4 },
    interactions,
    seed: 9,
    registries: REGISTRIES,
    context: { kernels },
    ...changes,
  });
}

/** An attack that gives back just this. */
const giving = (made: unknown, changes: Partial<AnyAttack> = {}): AnyAttack => ({
  ...ATTACKS.random,
  ...changes,
  craft: async () => made as Crafted,
});

const rows = (...profiles: number[][]) => profiles.map((profile) => Int32Array.from(profile));

describe('craftProfiles refuses', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'a profile over its budget',
      rows([0, 1, 2, 3, 4], [1], [1]),
      /expected at most 4 clicks of fake user 0, got 5/,
    ],
    ['a profile too few', rows([1], [1]), /expected 3 profiles, got 2/],
    ['a profile too many', rows([1], [1], [1], [1]), /expected 3 profiles, got 4/],
    ['no profiles', undefined, /expected 3 profiles, got none/],
    [
      'a profile in no order',
      rows([1], [8, 1], [1]),
      /expected distinct items below 10, ascending, got 1 in profile 1/,
    ],
    ['an item twice', rows([1], [1], [8, 8]), /got 8 in profile 2/],
    ['an item outside the catalogue', rows([1, 10], [1], [1]), /got 10 in profile 0/],
    ['an item below it', rows([-1, 1], [1], [1]), /got -1 in profile 0/],
    ['a plain list', [[1.5], [1], [1]], /expected an Int32Array of item indices as profile 0, got Array/],
    [
      'a hole',
      [undefined, ...rows([1], [1])],
      /expected an Int32Array of item indices as profile 0, got undefined/,
    ],
  ])('%s', async (_, profiles, message) => {
    await expect(craft({ attack: giving({ profiles }) })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
    });
  });

  it('nothing of an attack without a budget but its shape', async () => {
    const free = (...profiles: number[][]) =>
      craft({ attack: giving({ profiles: rows(...profiles) }, { keepsBudget: () => false }) });
    const all = Array.from({ length: 10 }, (_, item) => item);
    expect((await free(all, [], [1])).provenance.budgeted).toBe(false);
    await expect(free(all, [])).rejects.toMatchObject({ code: 'config' });
    await expect(free(all, [], [10])).rejects.toMatchObject({ code: 'config' });
  });

  it.each<[string, Partial<CraftRequest>, RegExp]>([
    [
      'a goal that the attack does not have',
      { goal: { kind: 'untargeted' } },
      /^attack random: expected a goal of push/,
    ],
    ['targets in no order', { goal: { kind: 'push', targets: Int32Array.of(8, 1) } }, /^target items/],
    ['no fake user', { budget: { fakeUsers: 0, clicks: 'drawn' } }, /^fake users/],
    ['less room than targets', { budget: { fakeUsers: 1, clicks: 1 } }, /^click budget: expected at least 2/],
    [
      'more clicks than items',
      { budget: { fakeUsers: 1, clicks: 11 } },
      /^click budget: expected at most 10/,
    ],
    ['a size beyond the catalogue', { budget: { sizes: Int32Array.of(11) } }, /^profile size of fake user 0/],
    ['an option that there is not', { options: { rho: 1 } }, /^random: expected no option/],
  ])('%s, before the attack runs', async (_, changes, message) => {
    let ran = false;
    const attack: AnyAttack = {
      ...ATTACKS.random,
      craft: async () => {
        ran = true;
        return { profiles: [] };
      },
    };
    await expect(craft({ attack, ...changes })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
    });
    expect(ran).toBe(false);
  });

  it('a learned attack without room for the targets it forces, before it trains', async () => {
    const asked = (sizes: Int32Array) =>
      craft({
        attack: attackNamed('learned'),
        options: { ...LEARNED, forceTargets: true },
        budget: { sizes },
        context: { kernels, onProgress: () => expect.unreachable('it trained') },
      });
    for (const size of [0, 1])
      await expect(asked(Int32Array.of(4, size))).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(/^click budget of fake user 1: expected/),
      });
  });
});

describe('what is made outside of the attack', () => {
  const sizesOf = (profiles: readonly Int32Array[]) => Array.from(profiles, ({ length }) => length);

  it('the budget: drawn from the real users, whatever the attack, or fixed', async () => {
    const branch = SeedKey.root(9).child('attack-init').child('sizes');
    const drawn = Array.from(drawProfileSizes(interactions, 6, 2, branch));
    const budget = { fakeUsers: 6, clicks: 'drawn' } as const;
    for (const name of ['random', 'copied'])
      expect(sizesOf((await craft({ attack: attackNamed(name), budget })).profiles)).toEqual(drawn);
    expect(sizesOf((await craft()).profiles)).toEqual([4, 4, 4]);
    const goal = { kind: 'push', targets: Int32Array.of(1, 8) } as const;
    const free = { attack: attackNamed('copied-unforced'), options: {}, goal, budget, interactions, seed: 9 };
    // Nothing is forced: users with one click could be drawn too, and here there is none.
    expect(Array.from(drawBudget(free).clicks!)).toEqual(drawn);
  });

  it('the provenance: name, version, goal, seed and budget, whatever the attack says', async () => {
    const lying = {
      profiles: rows([1], [1], [1]),
      provenance: { attack: 'another', version: 7, budgeted: false },
      version: 7,
    };
    const { provenance } = await craft({ attack: giving(lying, { name: 'mine', version: 3 }) });
    expect(provenance).toEqual({
      attack: 'mine',
      version: 3,
      goal: 'push',
      targets: [1, 8],
      seed: SeedKey.root(9).child('attack').child('mine').child('1 8').toString(),
      keptStep: null,
      budgeted: true,
    });
  });

  it('the seed: a branch for an attack, one for a control, and the root for the learned attack', async () => {
    const root = SeedKey.root(9);
    const seedOf = async (changes: Partial<CraftRequest>) => (await craft(changes)).provenance.seed;
    expect(await seedOf({})).toBe(root.child('attack').child('random').child('1 8').toString());
    const sizes = Int32Array.of(3, 3);
    expect(await seedOf({ budget: { sizes } })).toBe(
      root.child('control').child('random').child('1 8').toString(),
    );
    const learned = { attack: attackNamed('learned'), options: LEARNED };
    expect(await seedOf(learned)).toBe(root.toString());
    expect(await seedOf({ ...learned, budget: { sizes } })).toBe(
      root.child('control').child('learned').child('1 8').toString(),
    );
  });

  it('the version of the learned attack is its own', async () => {
    const { provenance } = await craft({ attack: attackNamed('learned'), options: LEARNED });
    expect(provenance).toMatchObject({ attack: 'learned', version: 2 });
    expect(ATTACKS.learned.version).toBe(2);
  });

  it('profiles from outside reach the attacks that ask for them alone', async () => {
    const given = rows([2], [3, 4], [], [9]);
    const got: unknown[] = [];
    const asking = (takes: boolean): AnyAttack => ({
      ...giving({ profiles: rows([1], [1], [1]) }),
      takesProfiles: () => takes,
      craft: async (request) => {
        got.push(request.given);
        return { profiles: rows([1], [1], [1]) };
      },
    });
    for (const takes of [true, false]) await craft({ attack: asking(takes), given });
    expect(got).toEqual([given, undefined]);
    const made = await craft({ attack: attackNamed('given'), options: { file: 'x.csv' }, given });
    expect(made.profiles).toEqual(given.slice(0, 3));
    const few = craft({ attack: attackNamed('given'), options: { file: 'x.csv' }, given: given.slice(0, 2) });
    await expect(few).rejects.toThrow('given profiles: expected 3 of x.csv, got 2');
  });
});

describe("a user's own surrogate", () => {
  const mine: AnyRecommender = { ...RECOMMENDERS.wrmf, name: 'mine' };
  const registries = withRecommenders([mine]);
  const options = learnedOn('mine');

  it('is planned and crafted with, to the bits of the same one inside', async () => {
    const audit = {
      ...withAttack({ options, controls: [], budget: { fakeUsers: 3, clicks: 'drawn' } }),
      victims: [{ name: 'popularity', options: {} }],
    };
    const run = async (surrogate: string) => {
      const own = { ...audit, attacks: [{ ...audit.attacks[0], options: learnedOn(surrogate) }] };
      const { tasks } = planAudit(own, registries);
      const made = await runTask(tasks[0], {}, { train, test }, { kernels }, registries);
      const check = await runTask(tasks.at(-1)!, {}, { train, test }, { kernels }, registries);
      return { made: made as ProfilesResult, check, key: tasks[0].key };
    };
    const [own, inside] = [await run('mine'), await run('wrmf')];
    expect(own.made).toEqual(inside.made);
    expect(own.key).not.toBe(inside.key);
    expect(own.check).toMatchObject({ kind: 'check', gradientCheck: { surrogate: 'mine' } });
  });

  it('is not known to other registries', async () => {
    await expect(craft({ attack: attackNamed('learned'), options })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('learned, surrogate: expected one of'),
    });
    expect(() => planAudit(withAttack({ options }), REGISTRIES)).toThrow(/recommender: expected one of/);
  });
});

it('the library has what a user needs to craft with attacks and recommenders of their own', () => {
  expect(attacks).toMatchObject({ craftProfiles, ATTACKS, attackNamed });
  expect(library).toMatchObject({ REGISTRIES, withRecommenders, withPlugins });
});
