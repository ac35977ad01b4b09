import { describe, expect, it } from 'vitest';
import { planAudit } from '../../../dist/audit/plan/plan.js';
import type { AuditConfig } from '../../../dist/audit/types.js';
import { canonicalJson } from '../../../dist/canonical-json.js';
import { config, registries } from '../fixtures.js';

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
        "e341ec4c074c",
        "6b37b277c4c0",
        "4e94f1aa54a3",
        "0da1d47792a6",
        "4ccbd6ce970b",
        "9df38f6c5c7c",
        "22845aabbade",
        "82d201f71969",
        "e61f653014e7",
        "944ad3e8369c",
        "76de086f3b76",
        "eadb567aa265",
        "6b645e139bd2",
        "00cd90be7af5",
        "d5deb1ac440c",
        "2e79c867e58e",
        "bf3a87fcfe69",
        "9bbf419ca65b",
        "7724af895709",
        "791caaf90033",
        "37e93014d2b3",
        "29dc3f3fd933",
        "7cbc5dfd78d9",
        "c9b5eecfccb5",
        "9d50f67dcc52",
        "da6b0934c654",
        "d170484d0ea4",
      ]
    `);
  });

  it('keys on the version of the start where it has a budget, and only there', () => {
    const { options } = config.attack;
    const [budgeted] = keys({
      attack: { name: 'learned', options: { ...options, projection: { kind: 'budget' } } },
    });
    // The key above without a budget holds no version of a start.
    expect(budgeted.slice(0, 12)).toMatchInlineSnapshot(`"6014eb2eb2bb"`);
  });

  it('does not key on labels or on the order of target items', () => {
    const relabelled = config.targetSets.map(({ items }, index) => ({
      label: `set ${index}`,
      items: [...items].reverse(),
    }));
    expect(keys({ targetSets: relabelled })).toEqual(keys({}));
  });

  it('keys on everything that changes a number', () => {
    const base = new Set(keys({}));
    const { options } = config.attack;
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
    expect(shared({ fakeUsers: 5 })).toBe(3); // clean victims, the check
    expect(shared({ attack: { name: 'learned', options: { ...options, learningRate: 2 } } })).toBe(3);
  });

  it('keys on the versions of the algorithms', () => {
    const newer = (recommender: number, attack: number) =>
      planAudit(config, {
        recommenders: {
          ...registries.recommenders,
          popularity: { ...registries.recommenders.popularity, version: recommender },
        },
        attacks: { learned: { ...registries.attacks.learned, version: attack } },
      }).tasks.map(({ key }) => key);
    const base = new Set(keys({}));
    expect(newer(1, 3).every((key) => base.has(key))).toBe(true);
    expect(newer(2, 3).filter((key) => base.has(key))).toHaveLength(13);
    expect(newer(1, 4).filter((key) => base.has(key))).toHaveLength(3);
  });

  it.each<[string, Partial<AuditConfig>]>([
    ['no fake user', { fakeUsers: 0 }],
    ['a fraction of a fake user', { fakeUsers: 1.5 }],
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
