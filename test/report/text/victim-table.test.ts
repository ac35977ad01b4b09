import { expect, it } from 'vitest';
import { ofEachAttack } from '../../../dist/audit/index.js';
import { markdownReport } from '../../../dist/report/text/markdown.js';
import { terminalSummary } from '../../../dist/report/text/terminal.js';
import { victimTable } from '../../../dist/report/text/victim-table.js';
import { config } from '../../audit/fixtures.js';
import { reportOf as reportOfRun, runAll } from '../../audit/run-all.js';

const [noisy] = config.victims;
const two = { ...config, victims: [noisy, { name: 'popularity', options: { noise: 0 }, label: 'exact' }] };

async function reportOf(audit: typeof config) {
  const { plan, results } = await runAll(audit);
  return reportOfRun(audit, plan, results);
}

it('shows several victims at a glance, and what their verdicts say', async () => {
  const report = await reportOf(two);
  const rows = victimTable(ofEachAttack(report.summary)[0], report.verdicts);
  expect(rows.map(([victim]) => victim)).toEqual(['victim', 'popularity', 'exact']);
  rows.slice(1).forEach((row, n) => {
    const { outcome, hitRatioChange } = report.verdicts[n];
    expect(row).toHaveLength(rows[0].length);
    expect(row[4]).toBe({ raised: 'raised', 'no-spread': 'no spread' }[outcome as string]);
    expect(row[3]).toBe(`+${(100 * (hitRatioChange as number)).toFixed(2)} points`);
  });
  const first = /^popularity +\S+ % +\S+ % +\+\S+ points +(raised|no spread) +(yes|no) +\S+ % +\S+ %$/m;
  expect(terminalSummary(report)).toMatch(first);
  expect(markdownReport(report)).toContain(`| ${rows[2].join(' | ')} |`);
});

it('does not say no where it cannot be known whether the attack is better than its controls', async () => {
  const { summary, verdicts } = await reportOf(two);
  const victims = summary.victims.map((victim, n) =>
    n === 0 ? { ...victim, leads: [{ attack: 'learned', hr: null, hrAuthors: null }] } : victim,
  );
  const judged = verdicts.map((verdict, n) => (n === 0 ? { ...verdict, clearlyBetter: false } : verdict));
  expect(victimTable(ofEachAttack({ ...summary, victims })[0], judged)[1][5]).toBe('not known');
});

it('is left out for a single victim', async () => {
  const report = await reportOf(config);
  expect(victimTable(ofEachAttack(report.summary)[0], report.verdicts)).toEqual([]);
  expect(terminalSummary(report)).not.toContain('clearly better than controls');
});
