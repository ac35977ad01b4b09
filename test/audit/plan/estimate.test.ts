import { describe, expect, it } from 'vitest';
import type { LearnedOptions } from '../../../dist/attacks/learned/options.js';
import { planAudit } from '../../../dist/audit/index.js';
import { type Estimate, estimateTask } from '../../../dist/audit/plan/estimate.js';
import { IMPLICIT_DEFAULTS } from '../../../dist/hypergradient/implicit-options.js';
import { asRecommender } from '../../../dist/recommenders/as-recommender.js';
import { WRMF_DEFAULTS } from '../../../dist/recommenders/wrmf/options.js';
import { wrmfProducts } from '../../../dist/recommenders/wrmf/wrmf.js';
import { withRecommenders } from '../../../dist/registries.js';
import { config, withAttack, withOptions } from '../fixtures.js';

const GOWALLA = { users: 13149, items: 14007, interactions: 428619 };

describe('wrmfProducts', () => {
  it('counts 2.1 GFLOP for a full-batch epoch on Gowalla and 7.6 in batches of 2,048', () => {
    expect(wrmfProducts(GOWALLA, { ...WRMF_DEFAULTS, batchSize: 0 }) / 1e9).toBeCloseTo(2.1, 1);
    expect(wrmfProducts(GOWALLA, WRMF_DEFAULTS) / 1e9).toBeCloseTo(7.6, 1);
  });
});

describe('estimateTask', () => {
  const surrogate = { name: 'wrmf', options: WRMF_DEFAULTS };
  const victims = [{ name: 'wrmf', options: WRMF_DEFAULTS }];
  const budget = { fakeUsers: 131, clicks: 'drawn' } as const;
  type Known = Record<keyof Estimate, number>;
  const estimates = (changes: Partial<LearnedOptions>, gflops = 20): Known[] => {
    const audit = withOptions({ surrogate, outerSteps: 30, ...changes }, withAttack({ budget }));
    return planAudit({ ...audit, victims }).tasks.map(
      (task) => estimateTask(task, GOWALLA, 131, { gflops }) as Known,
    );
  };
  const craft = (changes: Partial<LearnedOptions>) => estimates(changes)[0];

  it('gives every task a finite time and memory', () => {
    for (const { seconds, bytes, operations } of estimates({}))
      for (const value of [seconds, bytes, operations])
        expect(value > 0 && Number.isFinite(value)).toBe(true);
  });

  it('scales with the rate, the outer steps, the window and keep-best', () => {
    expect(estimates({}, 40)[0].seconds).toBeCloseTo(estimates({}, 20)[0].seconds / 2, 8);
    const tau = (epochs: number) => craft({ unroll: { kind: 'unrolled', epochs } });
    expect(tau(10).seconds).toBeGreaterThan(tau(5).seconds);
    expect(tau(50)).toEqual(craft({ unroll: { kind: 'exact' } }));
    expect(craft({ unroll: { kind: 'partial' } }).operations).toBeCloseTo(
      2 * tau(1).operations - tau(2).operations,
      -3,
    );
    expect(craft({ keepBest: 'fresh-seed' }).seconds).toBeGreaterThan(craft({ keepBest: 'last' }).seconds);
    const steps = (outerSteps: number) => craft({ outerSteps }).operations;
    expect(steps(20) - steps(10)).toBeCloseTo(steps(30) - steps(20), -3);
  });

  it('tells of implicit what all its sweeps and iterations would take', () => {
    const implicit = (changes: Partial<typeof IMPLICIT_DEFAULTS>) =>
      craft({ keepBest: 'fresh-seed', unroll: { kind: 'implicit' }, ...IMPLICIT_DEFAULTS, ...changes });
    const fewer = implicit({ innerSteps: 10, cgIterations: 10 });
    expect(implicit({ innerSteps: 20, cgIterations: 10 }).operations).toBeGreaterThan(fewer.operations);
    expect(implicit({ innerSteps: 10, cgIterations: 20 }).operations).toBeGreaterThan(fewer.operations);
    // 31 evaluations of 10 sweeps, with the second surrogate of keep-best, of 3.5e10 operations and more each.
    expect(fewer.operations).toBeGreaterThan(31 * 2 * 10 * 3.5e10);
    expect(fewer.bytes).toBeGreaterThan(0.9e9);
    expect(implicit({ innerSteps: 500 }).bytes).toBe(fewer.bytes);
  });

  it("gives the gradient's check its own time, whatever the data and the kernels", () => {
    const check = (changes: Partial<LearnedOptions>, gflops: number) =>
      estimates(changes, gflops).at(-1)!.seconds;
    const implicit = { unroll: { kind: 'implicit' }, ...IMPLICIT_DEFAULTS } as const;
    expect(check(implicit, 5)).toBe(check(implicit, 50));
    expect(check(implicit, 5)).toBeGreaterThan(check({ unroll: { kind: 'exact' } }, 5));
  });

  it('keeps the memory of a long window at the square root of its steps', () => {
    const bytes = (epochs: number) => craft({ unroll: { kind: 'unrolled', epochs } }).bytes;
    // From root 2 times as many states to 2 times as many, where a line would double the difference.
    expect(bytes(40) - bytes(20)).toBeLessThan(1.6 * (bytes(20) - bytes(10)));
    expect(bytes(10)).toBeLessThan(2.5e9);
  });

  it('does not guess the cost of a recommender it does not know', () => {
    const task = planAudit({ ...config, victims }).tasks.find(({ kind }) => kind === 'victim')!;
    const other = { ...task, spec: { ...task.spec, recommender: 'oracle' } } as typeof task;
    expect(() => estimateTask(other, GOWALLA, 131, { gflops: 20 })).toThrow(/recommender: expected one of/);
  });

  it('says that the time of a recommender outside is not known', () => {
    const mine = asRecommender({ name: 'mine', fit: () => ({ recommend: () => [] }) });
    const registries = withRecommenders([mine]);
    const task = planAudit({ ...config, victims }).tasks.find(({ kind }) => kind === 'victim')!;
    const other = { ...task, spec: { ...task.spec, recommender: 'mine' } } as typeof task;
    const estimate = estimateTask(other, GOWALLA, 131, { gflops: 20 }, registries);
    expect(estimate).toMatchObject({ operations: null, seconds: null });
    expect(estimate.bytes).toBeGreaterThan(0);
  });
});
