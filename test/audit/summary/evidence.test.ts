import { beforeAll, describe, expect, it } from 'vitest';
import { planAudit } from '../../../dist/audit/plan/plan.js';
import { collectEvidence } from '../../../dist/audit/summary/evidence.js';
import type { Evidence } from '../../../dist/audit/summary/evidence-types.js';
import { copiesOfReal, MATRIX_LIMITS, matrixEvidence } from '../../../dist/audit/summary/matrices.js';
import type { AuditConfig, AuditPlan, ProfilesResult, TaskResult } from '../../../dist/audit/types.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { powerLawInteractions } from '../../../dist/data/power-law.js';
import { SeedKey } from '../../../dist/rng.js';
import { config, registries, test, train, withAttack } from '../fixtures.js';
import { runAll } from '../run-all.js';

const unit = { seed: 1, targetSet: 'rare' };

describe('collectEvidence', () => {
  let plan: AuditPlan;
  let results: Map<string, TaskResult>;
  let evidence: Evidence;
  beforeAll(async () => {
    ({ plan, results } = await runAll());
    evidence = collectEvidence(config, plan, results, { train, test });
  });
  const rows = <T extends { arm: string | null }>(list: readonly T[], arm: string | null) =>
    list.filter((row) => row.arm === arm).map(({ arm: _, ...rest }) => rest);

  it('has the statistics that can be counted by hand', () => {
    // Items are clicked 4, 4, 3, 2, 2, 1, 1, 1 times, users click 3, 3, 3, 4, 2, 3.
    expect(evidence.data).toEqual({
      users: 6,
      items: 8,
      interactions: 18,
      density: 18 / 48,
      userClicks: { least: 2, median: 3, mean: 3, most: 4 },
      itemClicks: { least: 1, median: 2, mean: 18 / 8, most: 4 },
      popularityGini: expect.closeTo(
        (2 * (1 + 2 + 3 + 2 * 4 + 2 * 5 + 3 * 6 + 4 * 7 + 4 * 8)) / (8 * 18) - 9 / 8,
      ),
      testInteractions: 6,
      gaps: { usersWithoutClicks: 0, itemsWithoutClicks: 0, testOnlyItems: 0, usersWithoutTestItems: 1 },
    });
  });

  it('counts clicks by popularity, real ones once and fake ones over all units', () => {
    expect(rows(evidence.popularity, null)).toEqual([
      { popularity: 1, clicks: 3 },
      { popularity: 2, clicks: 4 },
      { popularity: 3, clicks: 3 },
      { popularity: 4, clicks: 8 },
    ]);
    // In 2 seeds 4 fake users click 7 and 0, and 4 click 5, 6 and 0: items of 1, 4 and 1, 1, 4 clicks.
    expect(rows(evidence.popularity, 'attack:learned')).toEqual([
      { popularity: 1, clicks: 2 * (4 + 8) },
      { popularity: 4, clicks: 2 * (4 + 4) },
    ]);
    expect(rows(evidence.profileSizes, null)).toEqual([
      { size: 2, users: 1 },
      { size: 3, users: 4 },
      { size: 4, users: 1 },
    ]);
    expect(rows(evidence.profileSizes, 'attack:learned')).toEqual([
      { size: 2, users: 8 },
      { size: 3, users: 8 },
    ]);
    // Cumulative shares of clicks: real 3/18, 7/18, 10/18, 1 against learned 24/40, 24/40, 24/40, 1.
    const [popularity, sizes] = rows(evidence.discrepancies, 'attack:learned');
    expect(popularity).toMatchObject({ of: 'popularity', kolmogorovSmirnov: 24 / 40 - 3 / 18 });
    // 1/6, 5/6, 1 against 1/2, 1.
    expect(sizes).toMatchObject({ of: 'profile size' });
    expect(sizes.kolmogorovSmirnov).toBeCloseTo(1 / 3, 14);
  });

  it('has a matrix of the first unit for every arm, and no row of a copy', () => {
    expect(evidence.matrices.map(({ arm }) => arm)).toEqual([
      'attack:learned',
      'control:learned/random',
      'control:learned/copied',
    ]);
    for (const { unit: of, profiles, withheld } of evidence.matrices) {
      expect(of).toEqual(unit);
      expect(profiles.length + withheld).toBe(4);
    }
    // Item 0 alone, beside the target, is a part of a real user's clicks.
    expect(evidence.matrices[0]).toMatchObject({ profiles: [], withheld: 4, items: [], catalogue: 8 });
    expect(evidence.matrices[2]).toMatchObject({ profiles: [], withheld: 4 });
  });

  it('has what there is where tasks failed', () => {
    const none = collectEvidence(config, plan, new Map(), { train, test });
    expect(none.popularity.every(({ arm }) => arm === null)).toBe(true);
    expect(none).toMatchObject({ discrepancies: [], matrices: [], latent: [], data: evidence.data });
  });
});

describe('a matrix', () => {
  const source = (profiles: number[][], copies = false) => ({
    arm: 'attack:learned' as const,
    copies,
    unit,
    profiles,
    targets: [7],
  });

  it('holds its items with their popularity', () => {
    expect(
      matrixEvidence(
        train,
        source([
          [0, 5, 7],
          [3, 4, 7],
        ]),
      ),
    ).toEqual({
      arm: 'attack:learned',
      unit,
      profiles: [
        [0, 5, 7],
        [3, 4, 7],
      ],
      withheld: 0,
      targets: [7],
      items: [0, 3, 4, 5, 7],
      popularity: [4, 2, 2, 1, 1],
      catalogue: 8,
    });
    expect(matrixEvidence(train, source([[0, 5, 7]], true))).toMatchObject({ profiles: [], withheld: 1 });
  });

  it('is none above the limits', () => {
    const users = Array.from({ length: MATRIX_LIMITS.users + 1 }, () => [0, 5]);
    expect(matrixEvidence(train, source(users))).toBeNull();
    expect(matrixEvidence(train, source(users.slice(1)))).not.toBeNull();
    const wide = InteractionMatrix.fromRows(500, [[0], [499]]);
    const items = Array.from({ length: MATRIX_LIMITS.items + 1 }, (_, item) => item);
    expect(matrixEvidence(wide, source([items]))).toBeNull();
  });

  it('withholds parts of a real row, and whole ones with no more beside them', () => {
    const data = InteractionMatrix.fromRows(12, [[0, 1, 2], [3], [4, 5, 9]]);
    const copies = (profile: number[]) => copiesOfReal(data, [profile], [9])[0];
    expect(copies([0, 2, 9])).toBe(true);
    expect(copies([0, 1, 2])).toBe(true);
    expect(copies([0, 1, 2, 6, 7, 8, 9])).toBe(true);
    expect(copies([0, 1, 2, 6, 7, 8, 10])).toBe(false);
    expect(copies([0, 1, 4])).toBe(false);
    expect(copies([3, 6, 7])).toBe(false);
    expect(copies([3, 6])).toBe(true);
    expect(copies([4, 5])).toBe(true);
    expect(copies([9])).toBe(false);
  });
});

describe('the size of the evidence', () => {
  it('is bounded at the sizes of Gowalla', () => {
    const shape = { users: 13_149, items: 14_007, interactions: 428_619 };
    const large = powerLawInteractions({
      ...shape,
      userExponent: 0.5,
      itemExponent: 0.5,
      seed: SeedKey.root(1),
    });
    const profiles = Array.from({ length: 131 }, (_, v) => Array.from(large.row(v)));
    const audit: AuditConfig = {
      ...withAttack({ budget: { fakeUsers: profiles.length, clicks: 'drawn' } }),
      realUsers: large.users,
      dataHash: { train: large.hash, test: large.hash },
    };
    const plan = planAudit(audit, registries);
    const results = new Map(
      plan.profiles.map(({ key }) => [key, { kind: 'control', profiles } as unknown as ProfilesResult]),
    );
    const evidence = collectEvidence(audit, plan, results, { train: large, test: large });
    expect(evidence.matrices).toEqual([]);
    expect(evidence.popularity.filter(({ arm }) => arm === null).length).toBeLessThan(300);
    expect(JSON.stringify(evidence).length).toBeLessThan(150_000);
    const clicks = evidence.popularity.filter(({ arm }) => arm === null);
    expect(clicks.reduce((sum, row) => sum + row.clicks, 0)).toBe(large.nonZeros);
  });
});
