import { describe, expect, it } from 'vitest';
import { planAudit } from '../../../dist/audit/plan/plan.js';
import type { AuditConfig } from '../../../dist/audit/types.js';
import { canonicalJson } from '../../../dist/canonical-json.js';
import { config, controlsOf, popularity, registries, withAttack, withOptions } from '../fixtures.js';

const keys = (changed: Partial<AuditConfig>): string[] =>
  planAudit({ ...config, ...changed }, registries).tasks.map(({ key }) => key);

describe('canonicalJson', () => {
  it('sorts keys at every depth and drops undefined', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 'x' }], a: undefined })).toBe('{"b":[{"c":"x","d":1}]}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, new Int32Array(1), () => 1])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('planAudit', () => {
  const plan = planAudit(config, registries);

  it('holds a craft, its controls and every victim for each unit, and one clean victim a seed', () => {
    const count = (kind: string) => plan.tasks.filter((task) => task.kind === kind).length;
    expect([count('craft'), count('control'), count('victim')]).toEqual([4, 8, 2 + 12]);
    expect(count('check')).toBe(1);
    expect(new Set(plan.tasks.map(({ key }) => key)).size).toBe(plan.tasks.length);
    expect(plan.victims).toHaveLength(14);
    expect(plan.profiles).toHaveLength(12);
  });

  it('lists every task after its inputs', () => {
    const done = new Set<string>();
    for (const { key, inputs } of plan.tasks) {
      for (const input of inputs) expect(done).toContain(input);
      done.add(key);
    }
  });

  it('gives the same keys on every machine and in every session', () => {
    expect(plan.tasks.map(({ key }) => key.slice(0, 12))).toMatchInlineSnapshot(`
      [
        "9f2946f34a89",
        "98bd8ca2b00b",
        "962b12661366",
        "9db9208ba4d4",
        "40966e83b6bc",
        "7ce8ad0ff07b",
        "da57b6292211",
        "9c4c3ddb5661",
        "3baab3de2840",
        "efd55e291d55",
        "ad997edb8cff",
        "f5eb3e381273",
        "81fd7dc8a9f2",
        "39b0ac41fa82",
        "4f9f80ab9ac9",
        "834177d9200b",
        "c8ec7feae41a",
        "0468929e9e7c",
        "663a0424cd06",
        "22080c11a047",
        "cfd461c3e4b4",
        "f7199a952897",
        "0da18f77bc30",
        "29c8f923a2b7",
        "61b5edc3fc22",
        "cfbfd2dbae17",
        "a3f83b2d0792",
      ]
    `);
  });

  it('keys on the clicks of a budget, and where there is none on no clicks', () => {
    const five = { fakeUsers: 4, clicks: 5 } as const;
    const craftOf = (audit: AuditConfig) => keys(audit)[0];
    const budgeted = withOptions({ projection: { kind: 'budget' } });
    expect(craftOf(withAttack({ budget: five }))).toBe(craftOf(config));
    const all = [config, budgeted, withAttack({ budget: five }, budgeted)].map(craftOf);
    expect(new Set(all).size).toBe(3);
  });

  it('does not key on labels or on the order of target items', () => {
    const relabelled = config.targetSets.map(({ items }, index) => ({
      label: `set ${index}`,
      items: [...items].reverse(),
    }));
    expect(keys({ targetSets: relabelled })).toEqual(keys({}));
    expect(keys(withAttack({ label: 'mine' }))).toEqual(keys({}));
    const victims = config.victims.map((victim) => ({ ...victim, label: 'a name' }));
    expect(keys({ victims })).toEqual(keys({}));
  });

  it('keys on no order of attacks, controls and victims, and on no other attack', () => {
    const more: AuditConfig = {
      ...config,
      attacks: [
        ...config.attacks,
        { name: 'random', options: {}, budget: { fakeUsers: 3, clicks: 2 }, controls: controlsOf('copied') },
      ],
      victims: [0.5, 0.25].map((noise) => ({ name: 'popularity', options: { noise } })),
    };
    const turned: AuditConfig = {
      ...more,
      attacks: [...more.attacks]
        .reverse()
        .map((attack) => ({ ...attack, controls: [...attack.controls].reverse() })),
      victims: [...more.victims].reverse(),
    };
    expect(keys(turned).sort()).toEqual(keys(more).sort());
    const all = new Set(keys(more));
    for (const key of keys({})) expect(all).toContain(key);
  });

  it('keys on everything that changes a number', () => {
    const base = new Set(keys({}));
    const all: Partial<AuditConfig>[] = [
      { dataHash: { ...config.dataHash, train: 'other' } },
      { kernelFlavour: 'wasm-simd' },
      { seeds: [3, 4] },
    ];
    for (const changed of all) expect(keys(changed).filter((key) => base.has(key))).toEqual([]);
    const shared = (changed: Partial<AuditConfig>) => keys(changed).filter((key) => base.has(key)).length;
    expect(shared({ dataHash: { ...config.dataHash, test: 'other' } })).toBe(13); // no victim, all profiles, the check
    expect(shared({ top: 3 })).toBe(13);
    expect(shared({ victims: [{ name: 'popularity', options: { noise: 0.25 } }] })).toBe(13);
    expect(shared(withAttack({ budget: { fakeUsers: 5, clicks: 'drawn' } }))).toBe(3); // clean victims, the check
    expect(shared(withOptions({ learningRate: 2 }))).toBe(3);
    const rand = (rho: number) =>
      withAttack({ controls: [{ name: 'rand-filter-authors', options: { rho } }] });
    const known = new Set(keys(rand(0.05)));
    expect(keys(rand(0.05)).filter((key) => base.has(key))).toHaveLength(4 + 2 + 4 + 1);
    expect(keys(rand(0.1)).filter((key) => known.has(key))).toHaveLength(4 + 2 + 4 + 1);
  });

  it('keys what a victim reads of fake clicks, for that victim alone', () => {
    const reader = { ...popularity, readsOriginals: true };
    const both = { ...registries, recommenders: { ...registries.recommenders, reader } };
    const victims = [...config.victims, { name: 'reader', options: { noise: 0 } }];
    const dataHash = { ...config.dataHash, originals: 'o' };
    const tasksOf = (changed: Partial<AuditConfig>) => {
      const { tasks, victims: planned } = planAudit({ ...config, victims, dataHash, ...changed }, both);
      const injected = planned.filter(({ victim, arm }) => victim === 'reader' && arm !== 'clean');
      return { all: tasks.map(({ key }) => key), injected: injected.map(({ key }) => key) };
    };
    const plain = tasksOf({});
    const goal = tasksOf({ fakeValues: { ratings: 'goal' } });
    const drawn = tasksOf({ fakeValues: { ratings: 'drawn' } });
    const others = (found: typeof plain) => found.all.filter((key) => !found.injected.includes(key));
    for (const found of [goal, drawn]) {
      expect(others(found)).toEqual(others(plain));
      expect(found.injected).toHaveLength(12);
    }
    expect(new Set([...plain.injected, ...goal.injected, ...drawn.injected]).size).toBe(36);
    const [attack] = config.attacks;
    const given = (ratings: string) =>
      tasksOf({ fakeValues: { ratings: 'goal' }, attacks: [{ ...attack, givenValues: { ratings } }] });
    expect(others(given('a'))).toEqual(others(plain));
    // Controls have no values of the attack's file.
    expect(given('a').injected.filter((key) => goal.injected.includes(key))).toHaveLength(8);
    expect(given('a').injected.filter((key) => given('b').injected.includes(key))).toHaveLength(8);
    const unread = { ratings: 'goal', timestamps: 'sessions' } as const;
    expect(planAudit({ ...config, fakeValues: unread }, registries).tasks).toEqual(plan.tasks);
  });

  it('keys on the versions of the algorithms', () => {
    const newer = (recommender: number, attack: number) =>
      planAudit(config, {
        ...registries,
        recommenders: {
          ...registries.recommenders,
          popularity: { ...registries.recommenders.popularity, version: recommender },
        },
        attacks: { ...registries.attacks, learned: { ...registries.attacks.learned, version: attack } },
      }).tasks.map(({ key }) => key);
    const base = new Set(keys({}));
    expect(newer(1, 3).every((key) => base.has(key))).toBe(true);
    expect(newer(2, 3).filter((key) => base.has(key))).toHaveLength(13);
    expect(newer(1, 4).filter((key) => base.has(key))).toHaveLength(3);
    const newerIn = (changes: Partial<typeof registries>) =>
      planAudit(config, { ...registries, ...changes }).tasks.filter(({ key }) => base.has(key)).length;
    const { recommenders, attacks } = registries;
    // The surrogate: all that is crafted or builds on it, and the check; clean victims are left.
    expect(newerIn({ recommenders: { ...recommenders, wrmf: { ...recommenders.wrmf, version: 2 } } })).toBe(
      2,
    );
    expect(newerIn({ attacks: { ...attacks, copied: { ...attacks.copied, version: 2 } } })).toBe(27 - 8);
    expect(newerIn({ attacks: { ...attacks, copied: { ...attacks.copied, fingerprint: 'ab' } } })).toBe(
      27 - 8,
    );
  });

  it.each<[string, Partial<AuditConfig>]>([
    ['no fake user', withAttack({ budget: { fakeUsers: 0, clicks: 'drawn' } })],
    ['a fraction of a fake user', withAttack({ budget: { fakeUsers: 1.5, clicks: 'drawn' } })],
    ['no attack', { attacks: [] }],
    ['an unknown attack', withAttack({ name: 'leanred' })],
    ['the same attack twice', { attacks: [config.attacks[0], { ...config.attacks[0], label: 'again' }] }],
    ['a label of an attack with a /', withAttack({ label: 'a/b' })],
    ['an option of an attack that it does not have', withOptions({ rho: 1 })],
    ['an unknown control', withAttack({ controls: [{ name: 'randm', options: {} }] })],
    ['a control twice', withAttack({ controls: controlsOf('random', 'random') })],
    [
      'an option of a control that it does not have',
      withAttack({ controls: [{ name: 'random', options: { rho: 1 } }] }),
    ],
    ['an unknown surrogate', withOptions({ surrogate: { name: 'oracle', options: {} } })],
    ['given profiles without their digest', withOptions({ start: 'rows' })],
    ['no victim', { victims: [] }],
    ['the same victim twice', { victims: [config.victims[0], config.victims[0]] }],
    ['an unknown victim', { victims: [{ name: 'oracle', options: {} }] }],
    ['no seed', { seeds: [] }],
    ['a negative seed', { seeds: [-1] }],
    ['the same seed twice', { seeds: [1, 1] }],
    ['no target', { targetSets: [] }],
    ['an empty target set', { targetSets: [{ label: 'none', items: [] }] }],
    ['a target twice', { targetSets: [{ label: 'twice', items: [1, 1] }] }],
    ['two equal target sets', { targetSets: [1, 2].map((n) => ({ label: `${n}`, items: [1] })) }],
    ['two target sets of one label', { targetSets: [1, 2].map((n) => ({ label: 'same', items: [n] })) }],
    ['a list length of 0', { top: 0 }],
    ['a list length that is not a number', { top: Number.NaN }],
  ])('refuses %s', (_name, changed) => {
    expect(() => keys(changed)).toThrow(expect.objectContaining({ code: 'config' }));
  });

  it('numbers victims of one name', () => {
    const victims = [0, 1].map((noise) => ({ name: 'popularity', options: { noise } }));
    const labels = planAudit({ ...config, victims }, registries).victims.map(({ victim }) => victim);
    expect(new Set(labels)).toEqual(new Set(['popularity', 'popularity-2']));
  });
});
