import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Arm,
  type AuditConfig,
  type AuditPlan,
  type AuditReport,
  aggregateAudit,
  armName,
  attackArm,
  attackOf,
  compareRuns,
  controlArm,
  hashProfiles,
  isAttackArm,
  ofEachAttack,
  type ProfilesResult,
  planAudit,
  runTask,
  type TaskResult,
  validateAuditData,
  victimLabels,
} from '../../dist/audit/index.js';
import { markdownReport } from '../../dist/report/text/markdown.js';
import { terminalSummary } from '../../dist/report/text/terminal.js';
import { config, context, controlsOf, registries, test, train, withAttack, withOptions } from './fixtures.js';
import { reportOf, runAll } from './run-all.js';

const copies: AuditConfig['attacks'][number] = {
  name: 'copied',
  label: 'copies',
  options: {},
  budget: { fakeUsers: 3, clicks: 'drawn' },
  controls: controlsOf('random', 'copied-unforced'),
};
const both: AuditConfig = { ...config, attacks: [config.attacks[0], copies] };
const only = (n: number): AuditConfig => ({ ...both, attacks: [both.attacks[n]] });

describe('an audit of two attacks with controls of their own', () => {
  let plan: AuditPlan;
  let results: Map<string, TaskResult>;
  let report: AuditReport;
  beforeAll(async () => {
    ({ plan, results } = await runAll(both));
    report = reportOf(both, plan, results);
  });

  it('is planned as two audits that share their clean victims', () => {
    const alone = [0, 1].map((n) => planAudit(only(n), registries).tasks.map(({ key }) => key));
    expect(new Set(plan.tasks.map(({ key }) => key))).toEqual(new Set(alone.flat()));
    expect(alone[0].filter((key) => alone[1].includes(key))).toHaveLength(2);
    const labels = plan.tasks.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels).toContain('control random of copies, seed 1, targets rare');
    expect(labels).toContain('gradient check of learned, seed 1');
    expect(plan.attacks.map(({ arm, controls }) => [arm, ...controls.map((control) => control.arm)])).toEqual(
      [
        [attackArm('learned'), controlArm('learned', 'random'), controlArm('learned', 'copied')],
        [attackArm('copies'), controlArm('copies', 'random'), controlArm('copies', 'copied-unforced')],
      ],
    );
  });

  it('gives each control the clicks of its own attack', () => {
    expect(report.summary.sound).toBe(true);
    for (const { label, arm, controls } of plan.attacks) {
      const costOf = (wanted: string) => report.summary.costs.find((cost) => cost.arm === wanted)!;
      for (const control of controls) {
        const { fakeUsers, clicks, totalClicks } = costOf(control.arm);
        expect({ fakeUsers, clicks, totalClicks }, label).toEqual({
          fakeUsers: costOf(arm).fakeUsers,
          clicks: costOf(arm).clicks,
          totalClicks: costOf(arm).totalClicks,
        });
      }
    }
    const [first, second] = plan.attacks.map(
      ({ arm }) => report.summary.costs.find((cost) => cost.arm === arm)!,
    );
    expect([first.fakeUsers, second.fakeUsers]).toEqual([4, 3]);
    expect(first.totalClicks).not.toBe(second.totalClicks);
  });

  it('compares within an attack alone, and says of each whether it leads', () => {
    const [victim] = report.summary.victims;
    for (const { arm, against } of victim.comparisons) {
      if (against === 'clean') continue;
      expect(isAttackArm(arm)).toBe(true);
      expect(attackOf(against)).toBe(attackOf(arm));
    }
    const against = victim.comparisons.filter((c) => c.measure === 'hr' && c.arm === attackArm('copies'));
    expect(against.map((c) => armName(c.against))).toEqual(['clean', 'random', 'copied-unforced']);
    expect(victim.leads.map(({ attack }) => attack)).toEqual(['learned', 'copies']);
  });

  it('finds and says of each attack what an audit of it alone does', async () => {
    for (const n of [0, 1]) {
      const ran = await runAll(only(n));
      const alone = reportOf(only(n), ran.plan, ran.results);
      const mine = ofEachAttack(report.summary)[n];
      for (const part of ['victims', 'costs', 'crafts', 'units'] as const)
        expect(mine[part]).toEqual(alone.summary[part]);
      expect(report.verdicts[n]).toEqual(alone.verdicts[0]);
      const { label } = mine.attack;
      const rowsOf = ({ evidence }: AuditReport) =>
        [evidence.popularity, evidence.profileSizes, evidence.discrepancies, evidence.matrices].map((rows) =>
          rows.filter(({ arm }: { readonly arm: Arm | null }) => arm !== null && attackOf(arm) === label),
        );
      expect(rowsOf(alone).map(({ length }) => length)).not.toContain(0);
      expect(rowsOf(report)).toEqual(rowsOf(alone));
    }
    expect(report.evidence.gradientChecks.map(({ attack }) => attack)).toEqual(['learned']);
  });

  it('names the right attack in its words', () => {
    const [first, second] = report.verdicts.map(({ sentences }) => sentences.join('\n'));
    expect(report.verdicts.map(({ attack }) => attack)).toEqual(['learned', 'copies']);
    expect(first).toMatch(/The learned attack is not clearly better than both controls/);
    expect(first).not.toContain('copies');
    expect(second).toMatch(/[Tt]he attack copies/);
    expect(second).not.toContain('learned');
    expect(report.cost).toMatch(/^learned: 4 fake users .* copies: 3 fake users /);
    for (const text of [markdownReport(report), terminalSummary(report)])
      expect(text.indexOf('The learned attack')).toBeLessThan(text.search(/[Tt]he attack copies/));
    const markdown = markdownReport(report);
    expect(markdown).toMatch(/\n# Attack learned\n[\s\S]*\n# Attack copies\n/);
    for (const row of ['learned', 'random of learned', 'copied of learned', 'copies', 'random of copies'])
      expect(markdown).toMatch(new RegExp(`^\\| ${row} \\| [34] \\| `, 'm'));
    expect(markdown).toMatch(/\nlearned: The gradient /);
  });

  it('says which attack a lost task was of', () => {
    const lost = plan.victims.find(({ arm, seed }) => arm === controlArm('copies', 'random') && seed === 1)!;
    const fewer = new Map(results);
    fewer.delete(lost.key);
    const { summary } = reportOf(both, plan, fewer);
    expect(summary.work.missing).toEqual(['victim popularity, copies/random, seed 1, targets rare']);
    const [learned, copied] = summary.victims[0].leads;
    expect([learned.hr, copied.hr]).toEqual([false, null]);
  });
});

describe('two attacks of one name', () => {
  const twice = (learningRate: number): AuditConfig => ({
    ...config,
    attacks: [1, learningRate].map((rate) => ({
      ...config.attacks[0],
      options: { ...config.attacks[0].options, learningRate: rate },
    })),
  });
  const none = (audit: AuditConfig) => ({
    config: audit,
    summary: aggregateAudit(audit, planAudit(audit, registries), new Map()),
  });

  it('are told apart by their labels, also where two audits are compared', () => {
    expect(planAudit(twice(2), registries).attacks.map(({ label }) => label)).toEqual([
      'learned',
      'learned-2',
    ]);
    const { settings } = compareRuns(none(twice(2)), none(twice(3)));
    expect(settings).toEqual([{ setting: 'attacks.learned-2.options.learningRate', values: ['2', '3'] }]);
    const one = compareRuns(none(config), none(twice(3))).settings.map(({ setting }) => setting);
    expect(one).toContain('attacks.learned-2.options.learningRate');
    expect(one.filter((setting) => setting.startsWith('attacks.learned.'))).toEqual([]);
  });

  it('share the check of a gradient that both have', () => {
    const { tasks, attacks } = planAudit(twice(2), registries);
    const checks = tasks.filter(({ kind }) => kind === 'check').map(({ key }) => key);
    expect(attacks.map(({ check }) => check)).toEqual([checks[0], checks[0]]);
    expect(checks).toHaveLength(1);
  });
});

describe('an attack that is called as a control is', () => {
  it('is told from it in tables', async () => {
    const random = { name: 'random', options: {}, budget: { fakeUsers: 3, clicks: 4 } } as const;
    const audit = { ...config, attacks: [{ ...random, controls: controlsOf('random', 'copied') }] };
    const { plan, results } = await runAll(audit);
    const report = reportOf(audit, plan, results);
    expect(report.summary.sound).toBe(true);
    const rows = ['random (attack)', 'random', 'copied'];
    for (const row of rows) {
      expect(
        markdownReport(report)
          .split('\n')
          .filter((line) => line.startsWith(`| ${row} | `)),
      ).toHaveLength(2);
      expect(
        terminalSummary(report)
          .split('\n')
          .filter((line) => line.startsWith(`${row}  `)),
      ).toHaveLength(1);
    }
    expect(markdownReport(report)).toContain('| random (attack) - random |');
    // As control and as attack it draws from branches of its own.
    const seeds = plan.profiles.map(({ key }) => (results.get(key) as ProfilesResult).provenance.seed);
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});

describe('a budget that cannot be had', () => {
  const budgeted = (clicks: 'drawn' | number, items = [5, 6]) =>
    withOptions(
      { projection: { kind: 'budget' } },
      withAttack({ budget: { fakeUsers: 4, clicks } }, { ...config, targetSets: [{ label: 'a', items }] }),
    );
  const check = (audit: AuditConfig) => validateAuditData(audit, { train, test }, registries);

  it('is refused before anything is computed', () => {
    for (const good of [budgeted('drawn'), budgeted(2), budgeted(8), config]) check(good);
    for (const clicks of [0, 1, 9, 2.5])
      expect(() => check(budgeted(clicks))).toThrow(/^click budget: expected/);
    expect(() => check(budgeted('drawn', [0, 1, 2, 3, 4]))).toThrow(
      /^click budget: expected a real user with at least 5 clicks/,
    );
  });
});

describe('labels', () => {
  it('number what has one name, and leave to each what it is called by itself', () => {
    const named = (...labels: (string | undefined)[]) =>
      victimLabels({
        ...config,
        victims: labels.map((label, noise) => ({
          name: 'popularity',
          options: { noise },
          ...(label !== undefined && { label }),
        })),
      });
    expect(named(undefined, undefined, undefined)).toEqual(['popularity', 'popularity-2', 'popularity-3']);
    expect(named('a', 'a-2', 'a')).toEqual(['a', 'a-2', 'a-3']);
    expect(named('a', 'a', 'a-2', 'a')).toEqual(['a', 'a-3', 'a-2', 'a-4']);
  });
});

describe('given profiles as an attack', () => {
  const rows = [[0, 7], [], [1, 2, 3, 6, 7]].map((row) => Int32Array.from(row));
  const given = (file: string, profiles = rows): AuditConfig['attacks'][number] => ({
    name: 'given',
    options: { file },
    budget: { fakeUsers: profiles.length, clicks: 'drawn' },
    controls: controlsOf('random', 'copied', 'copied-unforced'),
    given: hashProfiles(profiles),
  });
  const audit = (...attacks: AuditConfig['attacks']): AuditConfig => ({ ...config, attacks });
  const data = { train, test, given: { [hashProfiles(rows)]: rows } };
  const keysOf = (attack: AuditConfig['attacks'][number]) =>
    planAudit(audit(attack), registries).tasks.map(({ key }) => key);

  it('are injected as they are, and their controls have their sizes', async () => {
    const asked = audit(given('fake.csv'));
    const { plan, results } = await runAll(asked, registries, data);
    const crafted = plan.profiles.filter(({ arm }) => isAttackArm(arm));
    expect(crafted).toHaveLength(4);
    for (const { key } of plan.profiles) {
      const { profiles } = results.get(key) as ProfilesResult;
      expect(profiles.map(({ length }) => length)).toEqual([2, 0, 5]);
    }
    for (const { key } of crafted)
      expect(results.get(key)).toMatchObject({
        profiles: rows.map((row) => Array.from(row)),
        provenance: { attack: 'given', budgeted: false, keptStep: null },
      });
    const report = reportOf(asked, plan, results, new Map(), data);
    expect(report.summary.sound).toBe(true);
    expect(report.verdicts[0].sentences.join('\n')).toMatch(/[Tt]he given profiles/);
    expect(report.evidence.gradientChecks).toEqual([]);
    expect(report.summary.crafts).toEqual([]);
    expect(markdownReport(report)).not.toContain('The gradient');
  });

  it('are known by what is in them, not by their file', () => {
    expect(keysOf(given('other.csv'))).toEqual(keysOf(given('fake.csv')));
    const changed = [...rows.slice(0, 2), Int32Array.of(1, 2, 3, 6)];
    const shared = keysOf(given('fake.csv', changed)).filter((key) =>
      keysOf(given('fake.csv')).includes(key),
    );
    expect(shared).toHaveLength(2);
  });

  it('are in no key of an attack that does not take them', () => {
    expect(keysOf({ ...config.attacks[0], given: 'ab' })).toEqual(keysOf(config.attacks[0]));
  });

  it('stand beside a learned attack', async () => {
    const asked = audit(config.attacks[0], given('fake.csv'));
    const { plan, results } = await runAll(asked, registries, data);
    const { summary, verdicts } = reportOf(asked, plan, results, new Map(), data);
    expect(summary.sound).toBe(true);
    expect(verdicts.map(({ attack }) => attack)).toEqual(['learned', 'given']);
  });

  it('are refused where they are not there, or not those that the key names', async () => {
    const asked = audit(given('fake.csv'));
    const { given: _, ...without } = given('fake.csv');
    expect(() => planAudit(audit(without), registries)).toThrow(
      /expected the profiles that its options ask for/,
    );
    expect(() => validateAuditData(asked, { train, test }, registries)).toThrow(/expected 3 profiles, got 0/);
    validateAuditData(asked, data, registries);
    const [task] = planAudit(asked, registries).tasks;
    const other = { [hashProfiles(rows)]: [...rows].reverse() };
    for (const wrong of [
      { train, test },
      { train, test, given: other },
    ])
      await expect(runTask(task, {}, wrong, context(), registries)).rejects.toMatchObject({
        code: 'internal',
        message: expect.stringMatching(/^given profiles: expected those of hash/),
      });
  });

  it('are no control, as they take no budget', () => {
    const asked = withAttack({ controls: [{ name: 'given', options: { file: 'fake.csv' } }] });
    expect(() => planAudit(asked, registries)).toThrow(
      'control given of learned: expected one that makes its profiles, got one that takes them from outside.',
    );
  });
});
