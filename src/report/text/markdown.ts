/** `report.md`: the verdicts first, then the tables they rest on. */

import { splitInWords } from '../../audit/data-words.js';
import type { AuditReport, ReportDocument } from '../../audit/report-document.js';
import { workLine } from '../../audit/report-document.js';
import type { VictimSummary } from '../../audit/summary/summary-types.js';
import type { GradientCheck } from '../../audit/task-evidence.js';
import { DEFINITIONS } from '../../audit/verdict/definitions.js';
import { type AttackSummary, ofEachAttack } from '../../audit/verdict/one-attack.js';
import { judgeAudit } from '../../audit/verdict/verdict.js';
import { count } from '../../text/numbers.js';
import { costTable, invariantTable, victimTables } from './tables.js';
import { victimTable } from './victim-table.js';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function outsideLine(command: string, k: number): string {
  const text = command.replaceAll(/\s+/g, ' ');
  return `A recommender outside recaudit, trained and asked by the command\n\n    ${text}\n\nIt gives the top ${k} alone, so the targets' ranks below that are not known.`;
}

function victimSection(victim: VictimSummary, summary: AttackSummary): string {
  const [arms, differences, units] = victimTables(victim, summary);
  return [
    `## ${victim.victim}`,
    ...(victim.command === undefined ? [] : [outsideLine(victim.command, summary.top)]),
    ...[arms, differences, units].flatMap(({ title, head, rows }) => [`${title}:`, table(head, rows)]),
  ].join('\n\n');
}

function gradientLine(check: GradientCheck | undefined): string {
  if (check === undefined) return 'The gradient was not checked: the task has no result.';
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

/** How the data were split, of a report that says it. */
function dataLines({ evidence, data }: AuditReport & Partial<Pick<ReportDocument, 'data'>>): string[] {
  const lines = splitInWords({ ...evidence.data, split: data?.split });
  return lines.length === 0 ? [] : ['## Data', lines.join(' ')];
}

/** Of each attack that differentiates something. */
function gradientLines({ summary, evidence }: AuditReport): string[] {
  const checked = summary.attacks.filter(({ check }) => check !== undefined);
  return checked.map(({ label }) => {
    const line = gradientLine(evidence.gradientChecks.find(({ attack }) => attack === label));
    return summary.attacks.length === 1 ? line : `${label}: ${line}`;
  });
}

/** One attack: the verdicts, then the tables of each victim. */
function attackSections(summary: AttackSummary): string[] {
  const verdicts = judgeAudit(summary);
  const overview = victimTable(summary, verdicts);
  return [
    ...(overview.length === 0 ? [] : [table(overview[0], overview.slice(1))]),
    ...verdicts.map(({ headline, sentences }) => `**${headline}**\n\n${sentences.join(' ')}`),
    ...summary.victims.map((victim) => victimSection(victim, summary)),
  ];
}

/**
 * The report as Markdown.
 *
 * @param itemName the user's own id of an item index; default the indices
 * @example writeFileSync('report.md', markdownReport(report, (item) => ids.items.original(item)))
 */
export function markdownReport(report: AuditReport, itemName?: (item: number) => string): string {
  const { summary, cost, config } = report;
  const attacks = ofEachAttack(summary);
  const [costs, invariants] = [costTable(summary), invariantTable(summary)];
  const missing = summary.work.missing.map((label) => `- no result: ${label}`).join('\n');
  return `${[
    '# Injection audit',
    `Attacker: ${cost}`,
    ...attacks.flatMap((attack) => [
      ...(attacks.length === 1 ? [] : [`# Attack ${attack.attack.label}`]),
      ...attackSections(attack),
    ]),
    '## What was injected',
    table(costs.head, costs.rows),
    targetLines(report, itemName),
    '## Invariants',
    table(invariants.head, invariants.rows),
    ...gradientLines(report),
    ...dataLines(report),
    '## Work',
    workLine(summary),
    ...(missing === '' ? [] : [missing]),
    `Seeds ${config.seeds.join(', ')}; kernels ${config.kernelFlavour}; training data ${config.dataHash.train.slice(0, 16)}, test data ${config.dataHash.test.slice(0, 16)}. The attack's and the victims' options are in \`report.json\`.`,
    '## How to read this',
    DEFINITIONS.map(([term, meaning]) => `- **${term}**: ${meaning}`).join('\n'),
  ].join('\n\n')}\n`;
}
