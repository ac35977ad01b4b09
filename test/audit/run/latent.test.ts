import { describe, expect, it } from 'vitest';
import { latentEvidence, MOST_POINTS } from '../../../dist/audit/run/latent.js';
import { collectEvidence } from '../../../dist/audit/summary/evidence.js';
import type { AuditConfig, VictimResult } from '../../../dist/audit/types.js';
import { wrmf } from '../../../dist/recommenders/wrmf/wrmf.js';
import { SeedKey } from '../../../dist/rng.js';
import { config, registries, test, train } from '../fixtures.js';
import { runAll } from '../run-all.js';

const request = { realUsers: 900, fakeUsers: 20, targets: [3], seed: SeedKey.root(1).child('latent') };

/** Real users around 0, fake ones around 5 in the first coordinate; item i at i. */
const model = (users: Int32Array, items: Int32Array) => {
  const place = (row: number) => {
    const stream = SeedKey.root(2).child(row).stream();
    return [(row >= 900 ? 5 : 0) + 0.02 * stream.normal(), 0.02 * stream.normal(), 0.02 * stream.normal()];
  };
  return {
    dimensions: 3,
    users: Float32Array.from([...users].flatMap(place)),
    items: Float32Array.from([...items].flatMap((item) => [item, 0, 0])),
  };
};

describe('latentEvidence', () => {
  it('draws real users, takes all fake ones, and tells that they are apart', () => {
    const map = latentEvidence({ points: model }, request)!;
    const number = (kind: string) => map.points.filter((point) => point.kind === kind).length;
    expect([number('real'), number('fake'), number('target')]).toEqual([MOST_POINTS, 20, 1]);
    expect(map).toMatchObject({ realUsers: 900, dimensions: 3, separationAuc: 1 });
    expect(map.silhouette).toBeGreaterThan(0.9);
    expect(map.explained[0]).toBeGreaterThan(0.9);
    const mean = (kind: string) => {
      const xs = map.points.filter((point) => point.kind === kind).map(({ x }) => x);
      return xs.reduce((sum, x) => sum + x, 0) / xs.length;
    };
    expect(mean('fake') - mean('real')).toBeCloseTo(5, 1);
    expect(mean('target') - mean('real')).toBeCloseTo(3, 1);
    expect(latentEvidence({ points: model }, request)).toEqual(map);
  });

  it('does not tell by their order who the real users are', () => {
    const { points } = latentEvidence({ points: model }, { ...request, realUsers: 50 })!;
    const xs = points.filter(({ kind }) => kind === 'real').map(({ x }) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
  });

  it('is null for a model without points, and has no target where items lie elsewhere', () => {
    expect(latentEvidence({}, request)).toBeNull();
    const elsewhere = (users: Int32Array, items: Int32Array) => ({ ...model(users, items), items: null });
    const map = latentEvidence({ points: elsewhere }, request)!;
    expect(map.points.some(({ kind }) => kind === 'target')).toBe(false);
  });
});

describe('maps of an audit', () => {
  it('are of the first unit and every arm but the clean one, of victims that show points', async () => {
    const options = { ...wrmf.defaults, factors: 3, epochs: 2 };
    const audit: AuditConfig = { ...config, victims: [...config.victims, { name: 'als', options }] };
    const real = { ...registries.recommenders, als: wrmf } as never;
    const { plan, results } = await runAll(audit, { ...registries, recommenders: real });
    const { latent } = collectEvidence(audit, plan, results, { train, test });
    expect(latent.map(({ victim, arm, unit }) => [victim, arm, unit.seed, unit.targetSet])).toEqual(
      ['attack:learned', 'control:learned/random', 'control:learned/copied'].map((arm) => [
        'als',
        arm,
        1,
        'rare',
      ]),
    );
    for (const { points } of latent) expect(points).toHaveLength(6 + 4 + 1);
    const withMap = [...results.values()].filter((result) => (result as VictimResult).latent !== undefined);
    expect(withMap).toHaveLength(6);
  });
});
