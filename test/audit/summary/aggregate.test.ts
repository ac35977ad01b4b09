import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditPlan,
  type AuditReport,
  type AuditSummary,
  aggregateAudit,
  armName,
  isControlArm,
  planAudit,
  type TaskResult,
  type VictimResult,
} from '../../../dist/audit/index.js';
import { markdownReport } from '../../../dist/report/text/markdown.js';
import { terminalSummary } from '../../../dist/report/text/terminal.js';
import { config, controlsOf, registries, withAttack, withOptions } from '../fixtures.js';
import { reportOf, runAll } from '../run-all.js';

let plan: AuditPlan;
let results: Map<string, TaskResult>;
let summary: AuditSummary;
let report: AuditReport;

beforeAll(async () => {
  ({ plan, results } = await runAll());
  const runs = new Map(plan.tasks.map(({ key }) => [key, { seconds: 2, peakResidentBytes: 3e8 }]));
  summary = aggregateAudit(config, plan, results, runs);
  report = reportOf(config, plan, results, runs);
});

const arm = (from: AuditSummary, name: string) => from.victims[0].arms.find((a) => armName(a.arm) === name)!;
const comparison = (from: AuditSummary, against: string, measure: string, of = 'learned') =>
  from.victims[0].comparisons.find(
    (c) => armName(c.arm) === of && armName(c.against) === against && c.measure === measure,
  );

describe('aggregateAudit', () => {
  it('has one value for each unit, in the order seeds x target sets', () => {
    expect(summary.units).toEqual([
      { seed: 1, targetSet: 'rare' },
      { seed: 1, targetSet: 'pair' },
      { seed: 2, targetSet: 'rare' },
      { seed: 2, targetSet: 'pair' },
    ]);
    for (const { measures } of summary.victims[0].arms)
      for (const { values } of Object.values(measures)) expect(values).toHaveLength(4);
  });

  it('takes from the shared clean victim the target set of each unit', () => {
    const clean = plan.victims.filter(({ arm: name }) => name === 'clean');
    const values = clean.flatMap(({ key }) =>
      (results.get(key) as VictimResult).targetSets.map(({ meanRank }) => meanRank),
    );
    expect(arm(summary, 'clean').measures.meanRank.values).toEqual(values);
    expect(new Set(values).size).toBeGreaterThan(1);
  });

  it('pairs differences by unit', () => {
    const learned = arm(summary, 'learned').measures.exposure.values;
    const copied = arm(summary, 'copied').measures.exposure.values;
    expect(comparison(summary, 'copied', 'exposure')?.differences).toEqual(
      learned.map((value, unit) => value! - copied[unit]!),
    );
    expect(comparison(summary, 'clean', 'exposure', 'random')).toBeDefined();
    expect(comparison(summary, 'random', 'exposure', 'copied')).toBeUndefined();
  });

  it('reports measured clicks, invariants, the course of the attacks and the work', () => {
    expect(summary.costs.find(({ arm: name }) => name === 'attack:learned')).toMatchObject({
      clicks: { mean: 2.5, min: 2, max: 3 },
      totalClicks: 10,
      budgeted: false,
    });
    expect(summary.sound).toBe(true);
    expect(summary.invariants.map(({ failed }) => failed)).toEqual(summary.invariants.map(() => 0));
    expect(summary.crafts.map(({ keptStep }) => keptStep)).toEqual([1, 1, 1, 1]);
    expect(summary.work).toMatchObject({
      tasks: 27,
      finished: 27,
      missing: [],
      seconds: { craft: 8, control: 16, victim: 28 },
      peakResidentBytes: 3e8,
    });
    expect(summary.victims[0].users).toEqual({ real: 6, hr: 5, withTestItems: 5, withoutClicks: 0 });
  });

  it('asks for a gain over the clean run too before "clearly better"', () => {
    const withHr = (hrOf: (result: VictimResult, key: string) => number) =>
      new Map(
        [...results].map(([key, result]): [string, TaskResult] => [
          key,
          result.kind !== 'victim'
            ? result
            : { ...result, targetSets: result.targetSets.map((set) => ({ ...set, hr: hrOf(result, key) })) },
        ]),
      );
    const crafted = new Set(plan.tasks.filter(({ kind }) => kind === 'craft').map(({ key }) => key));
    const attacked = new Set(
      plan.tasks
        .filter(({ kind, inputs }) => kind === 'victim' && crafted.has(inputs[0]))
        .map(({ key }) => key),
    );
    const better = (clean: number) =>
      aggregateAudit(
        config,
        plan,
        withHr(({ fakeUsers }, key) => (fakeUsers === 0 ? clean : attacked.has(key) ? 0.5 : 0.2)),
      ).victims[0].leads[0].hr;
    expect(better(0.1)).toBe(true);
    expect(better(0.6)).toBe(false);
  });

  it('leaves gaps where tasks failed, and compares what is left', () => {
    const lost = plan.victims.find(
      ({ arm: name, targetSet }) => name === 'attack:learned' && targetSet === 1,
    )!;
    const fewer = new Map(results);
    fewer.delete(lost.key);
    const partial = aggregateAudit(config, plan, fewer);
    expect(arm(partial, 'learned').measures.hr.values[1]).toBeNull();
    expect(comparison(partial, 'clean', 'hr')).toMatchObject({ units: 3, unitIndices: [0, 2, 3] });
    expect(partial.victims[0].leads).toEqual([{ attack: 'learned', hr: null, hrAuthors: null }]);
    expect(partial.work.missing).toEqual(['victim popularity, learned, seed 1, targets pair']);
    expect(partial.work.seconds).toBeNull();
  });

  it('judges by the controls that an attack has, and finds an audit unsound that misses a run of one', async () => {
    const bare = withAttack({ controls: controlsOf('random') });
    const ran = await runAll(bare);
    const found = aggregateAudit(bare, ran.plan, ran.results);
    expect(found.sound).toBe(true);
    expect(found.invariants.at(-1)).toMatchObject({ checked: 4, failed: 0 });
    expect(found.victims[0].leads).toEqual([{ attack: 'learned', hr: false, hrAuthors: false }]);
    const lost = { ...ran.plan, victims: ran.plan.victims.filter((run) => !isControlArm(run.arm)) };
    const broken = aggregateAudit(bare, lost, ran.results);
    expect(broken.sound).toBe(false);
    expect(broken.invariants.at(-1)).toMatchObject({ checked: 4, failed: 4 });
    expect(broken.invariants.at(-1)?.failures[0]).toBe(
      'popularity, seed 1, targets rare: no control:learned/random run',
    );
  });

  it('says of an attack without controls that it was compared with none', async () => {
    const alone = withAttack({ controls: [] });
    const ran = await runAll(alone);
    const found = aggregateAudit(alone, ran.plan, ran.results);
    expect(found.sound).toBe(true);
    expect(found.victims[0].leads).toEqual([{ attack: 'learned', hr: null, hrAuthors: null }]);
    expect(found.invariants.at(-1)?.name).toBe('a clean run is there to compare with');
    expect(terminalSummary(reportOf(alone, ran.plan, ran.results))).toContain(
      'Without controls at equal cost, this audit cannot say',
    );
  });

  it('finds an audit unsound when one task broke an invariant', () => {
    const broken = new Map(results);
    const [key, result] = [...results].find(([, { kind }]) => kind === 'victim')!;
    const [first, ...rest] = result.invariants;
    broken.set(key, { ...result, invariants: [{ ...first, passed: false, detail: 'seen' }, ...rest] });
    const found = aggregateAudit(config, plan, broken);
    expect(found.sound).toBe(false);
    expect(found.invariants.flatMap(({ failures }) => failures)).toEqual([
      'victim popularity, clean, seed 1: seen',
    ]);
  });
});

describe('the documents', () => {
  it('report.json names schema, configuration, verdicts and every task, and survives JSON', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({ schemaVersion: 3, kind: 'audit', config });
    expect(report.tasks).toHaveLength(27);
    expect(report.verdicts).toHaveLength(1);
  });

  it('hold no profile but those of the small matrices', () => {
    const { matrices, ...evidence } = report.evidence;
    expect(matrices.length).toBeGreaterThan(0);
    const others = JSON.stringify({ ...report, evidence });
    for (const text of [others, markdownReport(report), terminalSummary(report)])
      expect(text).not.toContain('profiles":');
  });

  it('the terminal text says what was spent, what it bought and what it rests on', () => {
    expect(terminalSummary(report)).toMatchInlineSnapshot(`
      "Attacker: 4 fake users (66.67 % of 6 real users), 2.5 clicks each on average (2 to 3), 10 in all, with no click budget.

      run                 hr@2      attack above it  interval                        Recall@2
      clean               0.00 %    +100.00 points   none (no spread between units)  90.00 %
      learned             100.00 %                                                   60.00 %
      random              100.00 %  0.00 points      none (no spread between units)  55.00 %
      copied              100.00 %  0.00 points      none (no spread between units)  75.00 %
      most clicked items                                                             90.00 %

      popularity: hr@2 +100.00 points on every unit alike, no spread for an interval
        Of the 5 or more of 6 real users who had clicked no target in the training data, 100.00 % found one in their top 2 with the attack and 0.00 % without (hr@2, mean of 4 units (2 seeds x 2 target sets)).
        Against the clean run, hr@2 was higher by the same 100.00 points on all 4 units; as the units show no spread, no interval can be given.
        Against the random control, no effect on hr@2 could be shown: it did not differ on any of 4 units; as the units show no spread, no interval can be given.
        Against the copied control, no effect on hr@2 could be shown: it did not differ on any of 4 units; as the units show no spread, no interval can be given.
        The learned attack is not clearly better than both controls: its hr@2 is above the random control on 0 of 4 and above the copied control on 0 of 4 units.
        By the authors' measure (hr-authors@2, over all real users with a test item): 80.00 % with and 0.00 % without (+80.00 points).
        Real users: Recall@2 90.00 % without and 60.00 % with the attack; the most clicked items for everybody would have 90.00 %. Against the clean run, no effect on Recall@2 could be shown (-30.00 points, 95 % interval -85.12 to +25.12); a true effect of 73.71 points would be found in 4 of 5 such audits.

      Each target by itself (hr@2 of the item)
      target   target set  clicks in the training data  users without  hr@2 clean  attacked  change          interval                   best control       median rank clean  attacked
      index 6  pair        1                            5              0.00 %      100.00 %  +100.00 points  none (fewer than 3 units)  100.00 % (random)  3.5                1.0
      index 5  pair        1                            5              0.00 %      80.00 %   +80.00 points   none (fewer than 3 units)  60.00 % (random)   5.0                2.0

      Every user has a click in training; every item has one; 1 user with clicks has no test item.

      All 9 invariants held in 98 checks.
      27 of 27 tasks finished; their times add up to 54 s. At most 300 MB of memory.
      "
    `);
  });

  it('the Markdown has a row for every arm and unit, and names items as asked', () => {
    const text = markdownReport(report, { itemName: (item) => `item-${item}` });
    for (const heading of ['# Injection audit', '## popularity', '## Invariants', '## How to read this'])
      expect(text).toContain(`\n${heading}\n`.slice(heading.startsWith('# ') ? 1 : 0));
    expect(text.match(/^\| (clean|learned|random|copied) \| \d/gm)).toHaveLength(4 + 3);
    expect(text.match(/^\| [12] \| (rare|pair) \|/gm)).toHaveLength(4);
    expect(text).toContain('- pair: items item-6, item-5');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('are the same for the same results', async () => {
    const again = await runAll();
    const second = reportOf(config, again.plan, again.results);
    const first = reportOf(config, plan, results);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it('say so when nothing finished', () => {
    const empty = aggregateAudit(config, planAudit(config, registries), new Map());
    const text = terminalSummary(reportOf(config, plan, new Map()));
    expect(text).toContain('popularity: no result, a task failed');
    expect(text).toContain('0 of 27 tasks finished');
    expect(text).toContain('(66.67 % of 6 real users)');
    expect(text).toContain('No invariant could be checked');
    expect(text).not.toMatch(/invariants? held/);
    expect(empty.sound).toBeNull();
  });

  it('say what they can when every victim failed', () => {
    const profiles = new Map([...results].filter(([, { kind }]) => kind !== 'victim'));
    const text = terminalSummary(reportOf(config, plan, profiles));
    expect(text).toContain('(66.67 % of 6 real users)');
    expect(text).toMatch(
      /\n3 invariants held in \d+ checks; the tasks without a result could not be checked\.\n/,
    );
    expect(text).not.toMatch(/All \d+ invariants/);
  });

  it('say which controls force the targets, and judge by the unforced one too', async () => {
    const controls = controlsOf('random', 'copied', 'copied-unforced');
    const free = withOptions({ forceTargets: false }, withAttack({ controls }));
    const ran = await runAll(free);
    const found = aggregateAudit(free, ran.plan, ran.results);
    expect(found.sound).toBe(true);
    expect(found.costs.map(({ targetsForced }) => targetsForced)).toEqual([false, true, true, false]);
    const text = markdownReport(reportOf(free, ran.plan, ran.results));
    expect(text).toContain('free to leave the targets out');
    expect(text).toMatch(/^\| copied-unforced \| \d/m);
    expect(markdownReport(report)).not.toContain('free to leave the targets out');

    const lost = ran.plan.victims.find(({ arm: name }) => name === 'control:learned/copied-unforced')!;
    const fewer = new Map(ran.results);
    fewer.delete(lost.key);
    const partial = aggregateAudit(free, ran.plan, fewer);
    // A task that failed costs its own unit, not the audit.
    expect(partial.sound).toBe(true);
    const attacked = ran.plan.victims.filter(({ arm: name }) => name === 'attack:learned').length;
    expect(partial.invariants.at(-1)).toMatchObject({ checked: attacked - 1, failures: [] });
    expect(partial.victims[0].leads[0].hr).toBeNull();

    const unplanned = { ...ran.plan, victims: ran.plan.victims.filter((victim) => victim !== lost) };
    const broken = aggregateAudit(free, unplanned, fewer);
    expect(broken.sound).toBe(false);
    expect(broken.invariants.at(-1)?.failures).toEqual([
      'popularity, seed 1, targets rare: no control:learned/copied-unforced run',
    ]);
  });
});
