import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditConfig,
  type AuditPlan,
  type AuditReport,
  chooseDetectors,
  type DetectResult,
  estimateTask,
  planAudit,
  type TaskResult,
  validateAuditConfig,
} from '../../../dist/audit/index.js';
import { DETECTORS } from '../../../dist/detectors/index.js';
import { markdownReport } from '../../../dist/report/text/markdown.js';
import { terminalSummary } from '../../../dist/report/text/terminal.js';
import { config } from '../fixtures.js';
import { reportOf, runAll } from '../run-all.js';
import { CROWDED, FLOOR, registries } from './detectors.js';

const detectors = [CROWDED, { name: 'late-rows', options: {} }, FLOOR];
const watched: AuditConfig = { ...config, detectors };
const keysOf = (plan: AuditPlan) => plan.tasks.map(({ key }) => key);
const detections = (plan: AuditPlan) => plan.tasks.filter(({ kind }) => kind === 'detect');

describe('the plan of an audit with detectors', () => {
  const plan = planAudit(watched, registries);

  it('adds tasks, and changes none of those that are there without', () => {
    const without = planAudit(config, registries);
    const others = plan.tasks.filter(({ kind }) => kind !== 'detect');
    expect(others).toEqual(without.tasks);
    expect(detections(without)).toEqual([]);
    expect(planAudit({ ...config, detectors: [] }, registries)).toEqual(without);
  });

  it('looks at every attack and control, and without an attack only for what alarms', () => {
    // 2 seeds x 2 target sets x 3 arms x 3 detectors, and 2 seeds of the one with items.
    expect(detections(plan)).toHaveLength(36 + 2);
    const labels = detections(plan).map(({ label }) => label);
    expect(labels).toContain('detector crowded, clean, seed 1');
    expect(labels).toContain('detector click-count, learned/random, seed 2, targets pair');
    expect(labels.filter((label) => label.includes('clean'))).toHaveLength(2);
    for (const { inputs, spec } of detections(plan)) {
      expect(spec).not.toHaveProperty('profiles');
      for (const key of inputs) expect(plan.profiles.map((planned) => planned.key)).toContain(key);
    }
  });

  it('keys a task by the detector, its options and its version', () => {
    const other = { name: 'crowded', options: { least: 6, expectedFalseItems: 0.2 } };
    const changed = planAudit({ ...config, detectors: [other] }, registries);
    const raised = { ...registries.detectors, crowded: { ...registries.detectors.crowded, version: 2 } };
    const later = planAudit({ ...config, detectors: [CROWDED] }, { ...registries, detectors: raised });
    const keys = new Set(detections(plan).map(({ key }) => key));
    for (const { key } of [...detections(changed), ...detections(later)]) expect(keys.has(key)).toBe(false);
    expect(detections(planAudit({ ...config, detectors: [CROWDED] }, registries)).length).toBe(14);
    for (const key of keysOf(planAudit({ ...config, detectors: [CROWDED] }, registries)))
      expect(keysOf(plan)).toContain(key);
  });

  it('estimates its tasks by the cost of the detector', () => {
    const sizes = { users: 1000, items: 500, interactions: 20_000 };
    const estimates = detections(plan).map((task) =>
      estimateTask(task, sizes, 10, { gflops: 20 }, registries),
    );
    for (const { seconds, bytes } of estimates) {
      expect(seconds).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThan(8 * 1010);
      expect(bytes).toBeLessThan(500e6);
    }
  });

  it('refuses detectors that it cannot use', () => {
    const choose = (detector: string, expectedFalseItems?: number) =>
      chooseDetectors({ detectors: [detector], expectedFalseItems }, DETECTORS);
    expect(() => choose('calibrate')).toThrow(/got "calibrate"\. Did you mean "?calibrated"?\?/);
    expect(() => choose('known-fakes')).toThrow(/told nothing of who is fake, got known-fakes/);
    expect(() => choose('random', 1)).toThrow(/--expected-false-items: expected a detector that has such/);
    expect(choose('calibrated', 1)[0].options).toMatchObject({ expectedFalseItems: 1 });
    expect(() => chooseDetectors({ detectors: ['random', 'random'] }, DETECTORS)).toThrow(/random twice/);
    const wrong = (name: string, options: object) => () =>
      validateAuditConfig({ ...config, detectors: [{ name, options }] }, registries);
    expect(wrong('known-fakes', DETECTORS['known-fakes'].defaults)).toThrow(/starts from known fakes/);
    expect(wrong('crowded', { least: 0, expectedFalseItems: 0.2 })).toThrow(/least/);
  });
});

describe('the report of an audit with detectors', () => {
  let plan: AuditPlan;
  let results: Map<string, TaskResult>;
  let report: AuditReport;
  beforeAll(async () => {
    ({ plan, results } = await runAll(watched, registries));
    report = reportOf(watched, plan, results);
  });
  const summaryOf = (name: string) => report.summary.detection!.find(({ detector }) => detector === name)!;
  const measures = (name: string) => summaryOf(name).arms[0].measures;

  it('is the report without them where none was asked for', async () => {
    const without = await runAll(config, registries);
    const plain = reportOf(config, without.plan, without.results);
    expect(plain).not.toHaveProperty('notices');
    expect(plain.summary).not.toHaveProperty('detection');
    expect(plain.config).not.toHaveProperty('detectors');
    const { notices: _, ...rest } = report;
    const { detection: __, invariants, work, ...summary } = rest.summary;
    expect({ ...rest, summary, config: plain.config, tasks: plain.tasks }).toEqual({
      ...plain,
      summary: { ...plain.summary, invariants: undefined, work: undefined },
    });
    const own = ({ name }: { name: string }) => !name.startsWith('every fake profile reaches the detector');
    expect(invariants.filter(own)).toEqual(plain.summary.invariants);
    expect(markdownReport(plain)).not.toContain('noticed');
    expect(terminalSummary(plain)).not.toContain('noticed');
  });

  it('measures what the detector alarms', () => {
    // Each of 4 fake users clicks the targets and item 0, which has 4 clicks already: 8, and the targets have 5 each.
    expect(summaryOf('crowded')).toMatchObject({ alarms: true, floor: false, expectedFalseItems: 0.2 });
    const found = measures('crowded');
    const values = (of: keyof typeof found) => found[of].values;
    expect(values('alarmedItems')).toEqual([2, 3, 2, 3]);
    expect(values('alarmedTargets')).toEqual([1, 2, 1, 2]);
    expect(values('newTargets')).toEqual([1, 2, 1, 2]);
    expect(values('otherItems')).toEqual([1, 1, 1, 1]);
    // Two targets with as many clicks: ties count against the detector.
    expect(values('bestRank')).toEqual([2, 3, 2, 3]);
    expect(values('worstRank')).toEqual([2, 3, 2, 3]);
    expect(values('removalRecall')).toEqual([1, 1, 1, 1]);
    expect(values('removalPrecision')).toEqual([1, 1, 1, 1]);
    expect(values('realUsersFlagged')).toEqual([0, 0, 0, 0]);
    expect(values('auc')).toEqual([1, 1, 1, 1]);
    expect(found.auc).toMatchObject({ mean: 1, standardDeviation: 0, interval: null });
    expect(summaryOf('crowded').arms[0].fakeShare).toBeCloseTo(4 / 10);
    expect(summaryOf('crowded').clean).toMatchObject({
      alarmedItems: { values: [0, 0], mean: 0 },
      usersFlagged: { values: [0, 0], mean: 0 },
    });
  });

  it('tells nothing by the place of a user', () => {
    // Were fake users appended, who comes late would be fake with certainty.
    const { values, mean } = measures('late-rows').auc;
    expect(mean).toBeLessThan(0.9);
    expect(new Set(values).size).toBeGreaterThan(1);
    expect(measures('late-rows').alarmedItems.values).toEqual([null, null, null, null]);
    expect(summaryOf('late-rows').clean).toBeNull();
  });

  it('has a verdict of what alarms, and of nothing else', () => {
    expect(report.notices!.map(({ detector, outcome, noticed }) => [detector, outcome, noticed])).toEqual([
      ['crowded', 'noticed', { units: 4, of: 4 }],
      ['late-rows', 'scores-only', null],
      ['click-count', 'floor', null],
    ]);
    const [{ headline, sentences }] = report.notices!;
    expect(headline).toBe('crowded: the learned attack would have been noticed (on all 4 units)');
    expect(sentences[0]).toMatch(/^It alarms 1\.5 pushed items and 1 other item; its removal list holds 100/);
    expect(sentences.join(' ')).toMatch(/Without an attack it alarms no items, where it aims at 0\.2/);
  });

  it('shows verdict, rule, alarms, and scores beside floors and chance', () => {
    for (const text of [markdownReport(report), terminalSummary(report)]) {
      expect(text).toContain('Would it be noticed?');
      expect(text).toContain('crowded: the learned attack would have been noticed');
      expect(text).toContain('The rule, fixed beforehand');
      expect(text).toContain('What crowded alarms');
      expect(text).toMatch(/click-count \(floor\)/);
      expect(text).toMatch(/chance/);
      expect(text).not.toContain('click-count: ');
    }
  });

  it('has gaps, and says so, where a task failed', () => {
    const lost = plan.detections.filter(
      ({ detector, arm, seed }) => detector === 'crowded' && arm === 'attack:learned' && seed === 1,
    );
    const rest = new Map([...results].filter(([key]) => !lost.some((one) => one.key === key)));
    const partial = reportOf(watched, plan, rest);
    expect(partial.notices![0].noticed).toEqual({ units: 2, of: 2 });
    expect(partial.summary.detection![0].arms[0].finished).toEqual([false, false, true, true]);
    const none = new Map([...results].filter(([, { kind }]) => kind !== 'detect'));
    expect(reportOf(watched, plan, none).notices![0].outcome).toBe('no-result');
  });

  it('checks that every fake profile was there to be found', () => {
    const invariant = report.summary.invariants.find(({ name }) => name.includes('reaches the detector'))!;
    expect(invariant).toMatchObject({ checked: 38, failed: 0 });
    const result = results.get(plan.detections.at(-1)!.key) as DetectResult;
    expect(result.invariants[0].detail).toBe('4 of 4 profiles present, among 6 of 6 real users');
  });
});
