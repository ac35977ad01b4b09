import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyAttack } from '../../../dist/attacks/registry.js';
import { planAudit } from '../../../dist/audit/plan/plan.js';
import { runTask } from '../../../dist/audit/run/run-task.js';
import { aggregateAudit } from '../../../dist/audit/summary/aggregate.js';
import type {
  AuditPlan,
  ControlSpec,
  Invariant,
  ProfilesResult,
  TaskResult,
  VictimResult,
} from '../../../dist/audit/types.js';
import { ofEachAttack } from '../../../dist/audit/verdict/one-attack.js';
import { judgeAudit } from '../../../dist/audit/verdict/verdict.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import {
  config,
  context,
  controlsOf,
  firstItems,
  popularity,
  registries,
  test,
  train,
  withAttack,
  withOptions,
} from '../fixtures.js';
import { runAll } from '../run-all.js';

describe('runTask through a whole plan', () => {
  let plan: AuditPlan;
  let results: Map<string, TaskResult>;
  beforeAll(async () => {
    ({ plan, results } = await runAll());
  });
  const victim = (arm: string, seed: number, set: number | null): VictimResult => {
    const found = plan.victims.find((v) => v.arm === arm && v.seed === seed && v.targetSet === set);
    return results.get(found!.key) as VictimResult;
  };

  it('measures what can be counted by hand', () => {
    // Target 7 has 1 click against 4, 4, 3, 2, 2, 1, 1: in no top 2. With 4 fake clicks it
    // has 5 and leads every list but user 3's, who has not clicked item 0 (4 real and 4 fake clicks).
    const clean = victim('clean', 1, null);
    expect(clean.fakeUsers).toBe(0);
    expect(clean.targetSets.map(({ targets }) => targets)).toEqual([[7], [5, 6]]);
    expect(clean.targetSets[0]).toMatchObject({
      hr: 0,
      hrUsers: 5,
      hrAuthors: 0,
      hrAuthorsUsers: 5,
      exposure: 0,
    });
    const attacked = victim('attack:learned', 1, 0);
    expect(attacked).toMatchObject({ fakeUsers: 4, realUsers: 6 });
    expect(attacked.targetSets).toHaveLength(1);
    // User 5 has clicked 7: not in `hr`; in `hr-authors` with a test item but no hit.
    expect(attacked.targetSets[0]).toMatchObject({
      hr: 1,
      hrAuthors: 4 / 5,
      exposure: 5 / 12,
      meanRank: 6 / 5,
      medianRank: 1,
    });
  });

  it('gives a control the sizes and targets of its attack', () => {
    const controls = plan.tasks.filter(({ kind }) => kind === 'control');
    expect(controls).toHaveLength(8);
    for (const { key, inputs, spec } of controls) {
      const sizes = (result: TaskResult) => (result as ProfilesResult).profiles.map(({ length }) => length);
      expect(sizes(results.get(key)!)).toEqual(sizes(results.get(inputs[0])!));
      for (const profile of (results.get(key) as ProfilesResult).profiles)
        expect(profile).toEqual(expect.arrayContaining([...(spec as ControlSpec).goal.targets]));
    }
  });

  it('gives unforced copies the sizes of the attack, and no target that no one copied', async () => {
    const ran = await runAll(withAttack({ controls: controlsOf('random', 'copied', 'copied-unforced') }));
    const tasks = ran.plan.tasks.filter(
      ({ spec }) => spec.kind === 'control' && spec.attack === 'copied-unforced',
    );
    expect(tasks).toHaveLength(4);
    for (const { key, inputs } of tasks) {
      const made = ran.results.get(key) as ProfilesResult;
      const attack = ran.results.get(inputs[0]) as ProfilesResult;
      expect(made.profiles.map(({ length }) => length)).toEqual(attack.profiles.map(({ length }) => length));
      const rows = Array.from({ length: train.users }, (_, user) => Array.from(train.row(user)));
      for (const profile of made.profiles)
        expect(rows.some((row) => profile.every((item) => row.includes(item)))).toBe(true);
      expect(made.invariants.map(({ name, passed }) => [name, passed])).toEqual([
        ['profiles respect the budget', true],
        ['the control costs what the attack costs', true],
      ]);
      expect(made.notes).toEqual([]);
    }
  });

  it('draws controls anew for each seed and target set', () => {
    const drawn = plan.profiles
      .filter(({ arm }) => arm === 'control:learned/random')
      .map(({ key }) => (results.get(key) as ProfilesResult).provenance.seed);
    expect(new Set(drawn).size).toBe(4);
  });

  it('shares the draws of real rows between clean and poisoned victims of one seed', async () => {
    const seeds: string[] = [];
    const spy = {
      ...popularity,
      fit: (...args: Parameters<typeof popularity.fit>) => {
        seeds.push(args[2].toString());
        return popularity.fit(...args);
      },
    };
    await runAll(config, { ...registries, recommenders: { ...registries.recommenders, popularity: spy } });
    expect(seeds).toHaveLength(14);
    expect(new Set(seeds).size).toBe(2);
  });

  it('checks every invariant in every task, and all hold', () => {
    const names = (kind: string) =>
      new Set(
        [...results.values()]
          .filter((r) => r.kind === kind)
          .flatMap((r) => r.invariants.map(({ name }) => name)),
      );
    expect(names('victim').size).toBe(5);
    expect(names('craft')).toEqual(
      new Set(['profiles respect the budget', 'forced targets are in every profile']),
    );
    expect(names('control')).toEqual(
      new Set(['profiles respect the budget', 'the control costs what the attack costs']),
    );
    for (const { invariants } of results.values())
      for (const { name, passed, detail } of invariants)
        expect([name, passed, detail]).toEqual([name, true, detail]);
  });

  it('gives the same bytes again', async () => {
    const again = await runAll();
    expect(JSON.stringify([...again.results])).toBe(JSON.stringify([...results]));
  });
});

describe('what runTask refuses', () => {
  const plan = planAudit(config, registries);
  const [craft] = plan.tasks;
  const poisoned = plan.tasks.find(({ kind, inputs }) => kind === 'victim' && inputs.length > 0)!;
  const refuse = (task = craft, data = { train, test }) =>
    expect(runTask(task, {}, data, context(), registries)).rejects.toMatchObject({ code: 'internal' });

  it('data that the key does not name', async () => {
    const other = InteractionMatrix.fromRows(8, [[0], [1], [2], [3], [4], [5]]);
    await refuse(craft, { train: other, test });
    await refuse(plan.tasks.find(({ kind }) => kind === 'victim')!, { train, test: other });
  });

  it('a poisoned victim without its profiles', () => refuse(poisoned));
});

describe('a run that goes wrong', () => {
  const run = (attack: Partial<AnyAttack>, options: object = {}) => {
    const changed = {
      ...registries,
      attacks: { ...registries.attacks, learned: { ...firstItems, ...attack } },
    };
    const [task] = planAudit(withOptions(options), changed).tasks;
    return runTask(task, {}, { train, test }, context(), changed);
  };
  const failing = async (...asked: Parameters<typeof run>): Promise<string[]> => {
    const { invariants } = await run(...asked);
    return invariants.filter(({ passed }: Invariant) => !passed).map(({ name }: Invariant) => name);
  };
  const crafting = (profiles: number[][]): Partial<AnyAttack> => ({
    craft: async (request) => ({
      ...(await firstItems.craft(request)),
      profiles: profiles.map((profile) => Int32Array.from(profile)),
    }),
  });

  it('stops at too few profiles, duplicates and items outside the catalogue', async () => {
    for (const bad of [
      [[7], [7], [7]],
      [[7, 7], [7], [7], [7]],
      [[7, 8], [7], [7], [7]],
    ])
      await expect(run(crafting(bad))).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(/^attack learned: expected .* its profiles are not used/),
      });
  });

  it('draws the budget instead of believing the attack', async () => {
    const full = Array.from({ length: 4 }, () => [0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await failing(crafting(full))).toEqual([]);
    await expect(run(crafting(full), { projection: { kind: 'budget' } })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/^attack learned: expected at most \d clicks of fake user 0, got 8/),
    });
  });

  it('notices a profile without a forced target', async () => {
    expect(await failing(crafting([[7], [7], [7], [0]]))).toEqual(['forced targets are in every profile']);
  });
});

describe('users and items without clicks in training', () => {
  const coldTrain = InteractionMatrix.fromRows(8, [
    ...Array.from({ length: 6 }, (_, user) => train.row(user)),
    [],
    [],
  ]);
  const coldTest = InteractionMatrix.fromRows(8, [
    ...Array.from({ length: 6 }, (_, user) => test.row(user)),
    [0, 7],
    [7],
  ]);
  const dataHash = { train: coldTrain.hash, test: coldTest.hash };
  const cold = { ...config, realUsers: 8, dataHash: { ...dataHash, coldStart: true as const } };

  it('take no part in any average, and are counted', async () => {
    const warm = await runAll();
    const { plan, results } = await runAll(cold, registries, { train: coldTrain, test: coldTest });
    const cleanOf = (run: { plan: AuditPlan; results: Map<string, TaskResult> }) => {
      const { key } = run.plan.victims.find(({ arm, seed }) => arm === 'clean' && seed === 1)!;
      return run.results.get(key) as VictimResult;
    };
    const [with8, with6] = [cleanOf({ plan, results }), cleanOf(warm)];
    expect(with8).toMatchObject({ realUsers: 8, withoutClicks: 2 });
    expect(with6).not.toHaveProperty('withoutClicks');
    expect(with8.quality).toEqual(with6.quality);
    expect(with8.targetSets).toEqual(with6.targetSets);
    expect(with8.invariants.every(({ passed }) => passed)).toBe(true);
    const summary = aggregateAudit(cold, plan, results);
    expect(summary.victims[0].users).toMatchObject({ real: 8, withoutClicks: 2 });
    const sentences = judgeAudit(ofEachAttack(summary)[0]).flatMap((verdict) => verdict.sentences);
    expect(sentences.join(' ')).toContain('2 of 8 real users have no click in the training data');
    expect(sentences.join(' ')).toContain('of 6 real users with clicks in the training data who had');
  });

  it('are in the keys of the tasks that they change, and of no other', () => {
    const coldStart = planAudit(cold).tasks;
    const before = planAudit({ ...cold, dataHash }).tasks;
    const changed = coldStart.filter(({ key }, n) => key !== before[n].key).map(({ kind }) => kind);
    expect(new Set(changed)).toEqual(new Set(['craft', 'control', 'victim']));
    const control = coldStart.find(({ kind }) => kind === 'control')!;
    expect(control.spec).not.toHaveProperty('coldStart');
  });
});
