import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditReport,
  type AuditSummary,
  judgeAudit,
  type VictimResult,
} from '../../../dist/audit/index.js';
import { planAudit } from '../../../dist/audit/plan/plan.js';
import { TaskBuilder } from '../../../dist/audit/plan/task-builder.js';
import { type ItemUnit, itemEffects } from '../../../dist/audit/summary/item-effects.js';
import { markdownReport } from '../../../dist/report/text/markdown.js';
import { itemNames, targetTable } from '../../../dist/report/text/target-table.js';
import { terminalSummary } from '../../../dist/report/text/terminal.js';
import { config, registries } from '../fixtures.js';
import { reportOf, runAll } from '../run-all.js';

// The set `pair` holds items 6 (clicked by user 3) and 5 (clicked by user 3), `rare` item 7 alone.
describe('each target of a set of several', () => {
  let report: AuditReport;
  let results: VictimResult[];
  beforeAll(async () => {
    const ran = await runAll();
    report = reportOf(config, ran.plan, ran.results);
    results = [...ran.results.values()].filter((result) => result.kind === 'victim');
  });

  it('is measured by itself, in the clean run and the attacked one; a single target is its set', () => {
    const [clean] = results.filter(({ fakeUsers }) => fakeUsers === 0);
    const [rare, pair] = clean.targetSets;
    expect(rare.items).toBeUndefined();
    expect(pair.items).toEqual([
      { item: 5, clicks: 1, hr: 0, hrUsers: 5, medianRank: expect.any(Number) },
      { item: 6, clicks: 1, hr: 0, hrUsers: 5, medianRank: expect.any(Number) },
    ]);
  });

  it('has its change over the units of its set, and stands in every report under its own id', () => {
    const items = report.summary.victims[0].items!;
    expect(items.map(({ attack, set, item, change }) => [attack, set, item, change?.units])).toEqual([
      ['learned', 1, 5, 2],
      ['learned', 1, 6, 2],
    ]);
    const names = { targetNames: [['seven'], ['six', 'five']] };
    const text = terminalSummary({ ...report, ...names });
    expect(text).toContain('Each target by itself (hr@2 of the item)\n');
    expect(text).toMatch(/^five +pair +1 +5 +0\.00 % +\d/m);
    expect(markdownReport(report, { itemName: (item) => `item-${item}` })).toMatch(
      /^\| item-5 \| pair \| 1 \| 5 \| 0\.00 % \|/m,
    );
    expect(terminalSummary(report)).toContain('\nindex 5 ');
  });

  it('is asked for in the key of tasks with such a set alone', () => {
    const specs = planAudit(config, registries).tasks.flatMap(({ spec }) =>
      spec.kind === 'victim' ? [spec] : [],
    );
    for (const { targetSets, perItem } of specs)
      expect(perItem).toBe(targetSets.some(({ length }) => length > 1) ? true : undefined);
    const builder = new TaskBuilder(config, registries);
    const request = {
      victim: config.victims[0],
      called: 'v',
      injected: 'clean',
      sets: [[6, 5]],
      top: 2,
      profilesKey: null,
      seed: 1,
    };
    const keys = [builder.victim(request), builder.victim({ ...request, perItem: true })];
    expect(new Set(keys).size).toBe(2);
    expect(builder.tasks[0].spec).not.toHaveProperty('perItem');
  });

  const unit = (before: readonly (number | null)[], after: readonly (number | null)[]) => {
    const run = (values: readonly (number | null)[]) =>
      values.map((hr, item) => ({ item, clicks: 4, hr, hrUsers: hr === null ? 0 : 96, medianRank: 9 }));
    return { clean: run(before), attacked: run(after), controls: [] as ItemUnit['controls'] };
  };
  const summaryWith = (units: ReturnType<typeof unit>[]): AuditSummary => {
    const { summary } = report;
    return {
      ...summary,
      targetSets: 1,
      victims: summary.victims.map((victim) => ({ ...victim, items: itemEffects('learned', 0, units) })),
    };
  };
  const sentenceOf = (units: ReturnType<typeof unit>[]) =>
    judgeAudit(summaryWith(units))[0].sentences.find((sentence) => sentence.includes('of the item'));

  it('says so where the targets of a set moved unlike, and no more than the units show', () => {
    const apart = [0.2, 0.23, 0.21].map((hr) => unit([0.01, 0.05], [hr, 0.05]));
    expect(sentenceOf(apart)).toBe(
      'The 2 targets did not move alike: hr@2 of the item rose for 1 and was not shown to change for 1 (where there is no interval, by the sign on every unit); the table of targets tells which, and the greatest and the least change are 20.33 points apart (95 % interval +16.54 to +24.13).',
    );
    expect(sentenceOf(apart.slice(0, 1))).toContain(
      'That they moved unlike is not shown: the greatest and the least change are 19.00 points apart (interval: none (fewer than 3 units)).',
    );
    expect(sentenceOf([0.2, 0.23, 0.21].map((hr) => unit([0.01, 0.05], [hr, hr + 0.1])))).toBeUndefined();
    expect(sentenceOf([0.2, 0.23, 0.21].map((hr) => unit([0.01, null], [hr, null])))).toContain(
      'cannot be measured for 1, which every real user had clicked',
    );
  });

  it('does not tell targets apart by one interval that ends above 0 and one that does not', () => {
    const close = [0.2, 0.23, 0.21].map((hr, n) => unit([0.01, 0.01], [hr, [0.02, 0.5, 0.11][n]]));
    expect(sentenceOf(close)).toMatch(
      /^Of the 2 targets, hr@2 of the item rose for 1 and was not shown to change for 1;.* That they moved unlike is not shown: /,
    );
  });

  it('stands beside the same target under each control, by unit', () => {
    const items = report.summary.victims[0].items!;
    for (const { attacked, change, clean, controls } of items) {
      expect(controls!.map(({ arm }) => arm)).toEqual(
        report.summary.attacks[0].controls.map(({ arm }) => arm),
      );
      // The change to the clean run is the lead over a control and the control's own change.
      for (const { hr, lead } of controls!)
        expect(lead!.mean + hr! - clean.hr!).toBeCloseTo(change!.mean, 12);
      expect(attacked.hr! - clean.hr!).toBeCloseTo(change!.mean, 12);
    }
    const control = (hr: number, arm: 'control:learned/random' | 'control:learned/copied') => ({
      arm,
      items: [{ item: 0, clicks: 4, hr, hrUsers: 96, medianRank: 9 }],
    });
    const units = [0.1, 0.2].map((hr) => ({
      ...unit([0], [hr]),
      controls: [control(hr / 2, 'control:learned/random'), control(0.04, 'control:learned/copied')],
    }));
    const summary = summaryWith(units);
    expect(summary.victims[0].items![0].controls!.map(({ lead }) => lead!.differences)).toEqual([
      [0.05, 0.1],
      [0.1 - 0.04, 0.2 - 0.04],
    ]);
    const { head, rows } = targetTable(summary.victims[0], summary, String)!;
    expect(rows[0][head.indexOf('best control')]).toBe('7.50 % (random)');
  });

  it('has no controls over units that lack them', () => {
    const none = { arm: 'control:learned/random' as const, items: undefined };
    expect(itemEffects('learned', 0, [{ ...unit([0], [0.1]), controls: [none] }])[0].controls).toEqual([]);
  });

  it('has a bounded table that says how many more there are', () => {
    const many = Array.from({ length: 40 }, (_, item) => item / 100);
    const units = [0.2, 0.23, 0.21].map((more) =>
      unit(
        many,
        many.map((hr) => hr * (1 + more)),
      ),
    );
    const summary = summaryWith(units);
    const table = targetTable(summary.victims[0], summary, itemNames({ config }), 6)!;
    expect(table.rows.map(([name]) => name)).toEqual([39, 38, 37, 2, 1, 0].map((item) => `index ${item}`));
    expect(table.note).toBe('34 more targets with changes between these: report.json has all.');
  });

  it('is absent where no set has several, and in older results', () => {
    const victims = report.summary.victims.map(({ items: _, ...victim }) => victim);
    const { summary } = report;
    expect(targetTable(victims[0], summary, String)).toBeNull();
    expect(itemEffects('learned', 0, [{ clean: undefined, attacked: undefined, controls: [] }])).toEqual([]);
    expect(terminalSummary({ ...report, summary: { ...summary, victims } })).not.toContain('by itself');
  });
});
