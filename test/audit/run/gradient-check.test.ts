import { describe, expect, it } from 'vitest';
import { checkedData, gradientCheck, gradientInvariants } from '../../../dist/audit/run/gradient-check.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { powerLawInteractions } from '../../../dist/data/power-law.js';
import type { Estimator } from '../../../dist/hypergradient/hypergradient.js';
import { IMPLICIT_DEFAULTS } from '../../../dist/hypergradient/implicit-options.js';
import { type AnyRecommender, RECOMMENDERS } from '../../../dist/recommenders/registry.js';
import { SeedKey } from '../../../dist/rng.js';

const data = powerLawInteractions({
  users: 300,
  items: 120,
  interactions: 6000,
  userExponent: 0.5,
  itemExponent: 0.5,
  seed: SeedKey.root(1),
});
const ESTIMATORS: Record<string, Estimator> = {
  partial: { kind: 'partial' },
  unrolled: { kind: 'unrolled', epochs: 10 },
  exact: { kind: 'exact' },
  implicit: { kind: 'implicit', ...IMPLICIT_DEFAULTS },
};
const specOf = ({ name, defaults, presets }: AnyRecommender, unroll: Estimator) => ({
  kind: 'check' as const,
  surrogate: { name, options: { ...defaults, ...presets.synthetic } },
  unroll,
  seed: 1,
  trainHash: data.hash,
});

const CASES = Object.values(RECOMMENDERS).flatMap((recommender) =>
  (recommender.surrogate?.estimators ?? []).map((kind) => [recommender.name, kind] as const),
);

describe('the gradient check of every surrogate and estimator', () => {
  it.each(CASES)('%s, %s: passes', { timeout: 60_000 }, async (name, kind) => {
    const recommender = RECOMMENDERS[name];
    const check = await gradientCheck(specOf(recommender, ESTIMATORS[kind]), data, recommender);
    expect(check).toMatchObject({ surrogate: name, users: 60, fakeUsers: 4, passed: true, note: null });
    expect(check.directions).toHaveLength(3);
    for (const { gradient, relativeError } of check.directions) {
      expect(gradient).not.toBe(0);
      expect(relativeError).toBeLessThan(1e-5);
    }
    expect(gradientInvariants(check)).toMatchObject([
      { name: 'the gradient matches finite differences', passed: true },
    ]);
  });
});

describe('a gradient that is wrong', () => {
  const { wrmf } = RECOMMENDERS;
  const { surrogate } = wrmf;
  const broken = (check: object): AnyRecommender =>
    ({ ...wrmf, surrogate: { ...surrogate, check: { ...surrogate?.check, ...check } } }) as AnyRecommender;

  it('fails the check and with it the audit', async () => {
    const other = broken({
      objective: (request: never, kind: never) => {
        const right = surrogate!.check!.objective(request, kind);
        return (relaxed: number[][]) => 1.001 * right(relaxed);
      },
    });
    const check = await gradientCheck(specOf(wrmf, ESTIMATORS.exact), data, other);
    expect(check.passed).toBe(false);
    for (const { relativeError } of check.directions) expect(relativeError).toBeCloseTo(0.001, 5);
    expect(gradientInvariants(check)[0].passed).toBe(false);
  });

  it('is not what the whole run gives, where the estimator has a window', async () => {
    const whole = broken({
      objective: (request: { options: { epochs: number } }, kind: never) =>
        surrogate!.check!.objective({ ...request, unrolled: request.options.epochs } as never, kind),
    });
    const check = await gradientCheck(specOf(wrmf, ESTIMATORS.unrolled), data, whole);
    expect(check).toMatchObject({ passed: false, estimator: 'unrolled over the last 2 of 4 epochs' });
  });
});

describe('where it cannot be made', () => {
  it('says why, and is no invariant', async () => {
    const { wrmf, popularity } = RECOMMENDERS;
    const bare = await gradientCheck(specOf(wrmf, ESTIMATORS.exact), data, popularity);
    expect(bare).toMatchObject({
      passed: null,
      directions: [],
      note: expect.stringMatching(/no dense reference/),
    });
    const single = InteractionMatrix.fromRows(4, [[0], [1], [2]]);
    const few = await gradientCheck(specOf(wrmf, ESTIMATORS.exact), single, wrmf);
    expect(few).toMatchObject({ passed: null, users: 0, note: expect.stringMatching(/Too few users/) });
    const options = { ...wrmf.defaults, learningRate: 1e200 };
    const wild = { ...specOf(wrmf, ESTIMATORS.exact), surrogate: { name: 'wrmf', options } };
    const diverged = await gradientCheck(wild, data, wrmf);
    expect(diverged).toMatchObject({ passed: null, note: expect.stringMatching(/expected a finite/) });
    for (const check of [bare, few, diverged]) expect(gradientInvariants(check)).toEqual([]);
  });
});

describe('checkedData', () => {
  it('has a real click in every row and column, and is drawn by the seed alone', () => {
    const { interactions, realUsers, targets } = checkedData(data, SeedKey.root(3))!;
    const real = InteractionMatrix.fromRows(
      interactions.items,
      Array.from({ length: realUsers }, (_, user) => interactions.row(user)),
    );
    expect(Math.min(...real.userDegrees())).toBeGreaterThanOrEqual(2);
    expect(Math.min(...real.itemDegrees())).toBeGreaterThanOrEqual(1);
    expect(interactions.users).toBe(realUsers + 4);
    expect(targets).toHaveLength(2);
    expect(checkedData(data, SeedKey.root(3))!.interactions.hash).toBe(interactions.hash);
    expect(checkedData(data, SeedKey.root(4))!.interactions.hash).not.toBe(interactions.hash);
  });
});
