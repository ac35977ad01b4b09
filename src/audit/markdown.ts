/** `report.md`: the verdicts first, then the tables they rest on. */

import { detectable } from './comparison-words.js';
import type { GradientCheck } from './evidence-types.js';
import type { AuditReport } from './summary.js';
import { workLine } from './summary.js';
import type { ArmSummary, Comparison, Measure, MeasureSummary, VictimSummary } from './summary-types.js';
import { victimTable } from './victim-table.js';
import { count, integer, intervalOver, percent, points, pointsSize } from './words.js';

const SHARES: readonly (readonly [Measure, string])[] = [
  ['hr', 'hr'],
  ['hrAuthors', 'hr-authors'],
  ['exposure', 'exposure'],
  ['recall', 'Recall'],
  ['ndcg', 'NDCG'],
  ['testHitRatio', 'test HR'],
];

const DEFINITIONS = `- **hr@k**: share of the real users who clicked none of the targets in training that find a target in their top k.
- **hr-authors@k**: share of all real users with a test item that find a target in their top k; a target that a user has clicked cannot be a hit for that user.
- **exposure**: share of all recommended slots (k for each real user) that hold a target.
- **Recall, NDCG, test HR**: over real users with test items.
- **Rank**: over pairs of a real user and a target that the user has not clicked; 1 is best.
- The unit is a seed with a target set, never a user. Differences are paired by unit; intervals are t-intervals at 95 %, one for each comparison and not corrected for their number. The smallest detectable effect is the true difference that a two-sided paired t-test at 5 % finds with a probability of 80 %, from the measured spread and the number of units; a smaller one is found less often. Where all units differ by the same there is no spread to measure, and no interval, p or smallest effect is given.
- **clearly better**: above the clean run and every control at equal cost on every unit. \`random\` (random items), \`copied\` and \`copied-unforced\` (parts of real users' profiles) have the attack's profile sizes. The first two are made to click the targets, as far as they fit; \`copied-unforced\` clicks one only where the copied user did (or by chance where a profile had to be filled up).`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function share({ mean, standardDeviation }: MeasureSummary): string {
  if (mean === null) return 'none';
  return standardDeviation === null ? percent(mean) : `${percent(mean)} ± ${percent(standardDeviation)}`;
}

function rank({ mean }: MeasureSummary): string {
  return mean === null ? 'none' : mean.toFixed(1);
}

function armRows(arms: readonly ArmSummary[]): string[][] {
  return arms.map(({ arm, measures }) => [
    arm,
    ...SHARES.map(([measure]) => share(measures[measure])),
    rank(measures.meanRank),
    rank(measures.medianRank),
  ]);
}

function comparisonRow(comparison: Comparison): string[] {
  const { arm, against, measure, mean, interval, p } = comparison;
  const least = detectable(comparison, 0);
  const name = SHARES.find(([key]) => key === measure)?.[1] ?? measure;
  const above = comparison.differences.filter((difference) => difference > 0).length;
  return [
    name,
    `${arm} - ${against}`,
    points(mean),
    intervalOver(interval, comparison.units, 'unit'),
    p === null ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3),
    least === null ? '' : pointsSize(least),
    `${above} of ${comparison.units}`,
  ];
}

function unitRows(victim: VictimSummary, { summary }: AuditReport): string[][] {
  return summary.units.map(({ seed, targetSet }, unit) => [
    `${seed}`,
    targetSet,
    ...victim.arms.map(({ measures }) => {
      const value = measures.hr.values[unit];
      return value === null ? 'none' : percent(value);
    }),
  ]);
}

function outsideLine(command: string, k: number): string {
  const text = command.replaceAll(/\s+/g, ' ');
  return `A recommender outside recaudit, trained and asked by the command\n\n    ${text}\n\nIt gives the top ${k} alone, so the targets' ranks below that are not known.`;
}

function victimSection(victim: VictimSummary, report: AuditReport): string {
  const k = report.summary.top;
  const compared = victim.comparisons.filter(({ measure }) => SHARES.some(([key]) => key === measure));
  const names = SHARES.map(([measure, name]) => (measure === 'exposure' ? name : `${name}@${k}`));
  return [
    `## ${victim.victim}`,
    ...(victim.command === undefined ? [] : [outsideLine(victim.command, k)]),
    'Mean ± standard deviation over units:',
    table(['run', ...names, 'mean rank', 'median rank'], armRows(victim.arms)),
    'Paired differences:',
    table(
      ['measure', 'difference', 'mean', 'interval', 'p', 'found in 4 of 5 such audits', 'units above 0'],
      compared.map(comparisonRow),
    ),
    `hr@${k} of every unit:`,
    table(['seed', 'target set', ...victim.arms.map(({ arm }) => arm)], unitRows(victim, report)),
  ].join('\n\n');
}

function costTable({ summary }: AuditReport): string {
  return table(
    [
      'profiles',
      'fake users',
      'clicks each',
      'fewest',
      'most',
      'clicks in all',
      'click budget',
      'targets forced',
      'remarks',
    ],
    summary.costs.map(({ arm, fakeUsers, clicks, totalClicks, budgeted, targetsForced, notes }) => [
      arm,
      integer(fakeUsers),
      clicks.mean.toFixed(1),
      integer(clicks.min),
      integer(clicks.max),
      integer(totalClicks),
      budgeted ? 'yes' : 'no',
      targetsForced ? 'yes' : 'no',
      notes.join('; '),
    ]),
  );
}

function invariantTable({ summary }: AuditReport): string {
  return table(
    ['invariant', 'checked', 'failed', 'first failure'],
    summary.invariants.map(({ name, checked, failed, failures }) => [
      name,
      integer(checked),
      integer(failed),
      failures[0] ?? '',
    ]),
  );
}

function gradientLine(check: GradientCheck | null): string {
  if (check === null) return 'The gradient was not checked: the task has no result.';
  const { surrogate, estimator, users, fakeUsers, items, directions, tolerance, note } = check;
  if (note !== null) return `The gradient was not checked. ${note}`;
  const worst = Math.max(...directions.map(({ relativeError }) => relativeError));
  return `The gradient was checked in float64 on a part of the data (${count(users, 'real user')}, ${count(fakeUsers, 'fake user')}, ${count(items, 'item')}): ${surrogate}, ${estimator}. Along ${count(directions.length, 'direction')} it differs from central finite differences by at most ${worst.toExponential(1)} of its size; ${tolerance.toExponential(0)} is allowed.`;
}

function targetLines({ config }: AuditReport, itemName?: (item: number) => string): string {
  const names = (items: readonly number[]) =>
    itemName === undefined ? `item indices ${items.join(', ')}` : `items ${items.map(itemName).join(', ')}`;
  return config.targetSets.map(({ label, items }) => `- ${label}: ${names(items)}`).join('\n');
}

/**
 * The report as Markdown.
 *
 * @param itemName the user's own id of an item index; default the indices
 * @example writeFileSync('report.md', markdownReport(report, (item) => ids.items.original(item)))
 */
export function markdownReport(report: AuditReport, itemName?: (item: number) => string): string {
  const { verdicts, summary, cost, config } = report;
  const said = verdicts.map(({ headline, sentences }) => `**${headline}**\n\n${sentences.join(' ')}`);
  const overview = victimTable(summary, verdicts);
  const missing = summary.work.missing.map((label) => `- no result: ${label}`).join('\n');
  return `${[
    '# Injection audit',
    `Attacker: ${cost}`,
    ...(overview.length === 0 ? [] : [table(overview[0], overview.slice(1))]),
    ...said,
    ...summary.victims.map((victim) => victimSection(victim, report)),
    '## What was injected',
    costTable(report),
    targetLines(report, itemName),
    '## Invariants',
    invariantTable(report),
    gradientLine(report.evidence.gradientCheck),
    '## Work',
    workLine(summary),
    ...(missing === '' ? [] : [missing]),
    `Seeds ${config.seeds.join(', ')}; kernels ${config.kernelFlavour}; training data ${config.dataHash.train.slice(0, 16)}, test data ${config.dataHash.test.slice(0, 16)}. The attack's and the victims' options are in \`report.json\`.`,
    '## How to read this',
    DEFINITIONS,
  ].join('\n\n')}\n`;
}
