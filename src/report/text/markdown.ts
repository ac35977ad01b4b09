/** `report.md`: the verdicts first, then the tables they rest on. */

import type { AuditReport } from '../../audit/report-document.js';
import { workLine } from '../../audit/report-document.js';
import type { VictimSummary } from '../../audit/summary/summary-types.js';
import type { GradientCheck } from '../../audit/task-evidence.js';
import { DEFINITIONS } from '../../audit/verdict/definitions.js';
import { type AttackSummary, ofEachAttack } from '../../audit/verdict/one-attack.js';
import { judgeAudit } from '../../audit/verdict/verdict.js';
import type { Yardstick } from '../../metrics/index.js';
import { count } from '../../text/numbers.js';
import { costTable, invariantTable, type TextTable, victimTables } from './tables.js';
import { type ItemName, itemNames, targetTable } from './target-table.js';
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

/** What sections say beyond the summary. */
interface Known {
  readonly nameOf: ItemName;
  readonly yardstick: Yardstick | undefined;
}

function targetSection(victim: VictimSummary, summary: AttackSummary, nameOf: ItemName): string[] {
  const found = targetTable(victim, summary, nameOf);
  if (found === null) return [];
  const { title, head, rows, note } = found;
  return [`${title}:`, table(head, rows), ...(note === null ? [] : [note])];
}

function victimSection(victim: VictimSummary, summary: AttackSummary, { nameOf, yardstick }: Known): string {
  const [arms, ...others] = victimTables(victim, summary, yardstick);
  const section = ({ title, head, rows }: TextTable) => [`${title}:`, table(head, rows)];
  return [
    `## ${victim.victim}`,
    ...(victim.command === undefined ? [] : [outsideLine(victim.command, summary.top)]),
    ...section(arms),
    ...targetSection(victim, summary, nameOf),
    ...others.flatMap(section),
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

/** Of each attack that differentiates something. */
function gradientLines({ summary, evidence }: AuditReport): string[] {
  const checked = summary.attacks.filter(({ check }) => check !== undefined);
  return checked.map(({ label }) => {
    const line = gradientLine(evidence.gradientChecks.find(({ attack }) => attack === label));
    return summary.attacks.length === 1 ? line : `${label}: ${line}`;
  });
}

/** One attack: the verdicts, then the tables of each victim. */
function attackSections(summary: AttackSummary, known: Known): string[] {
  const verdicts = judgeAudit(summary, known.yardstick);
  const overview = victimTable(summary, verdicts, known.yardstick);
  return [
    ...(overview.length === 0 ? [] : [table(overview[0], overview.slice(1))]),
    ...verdicts.map(({ headline, sentences }) => `**${headline}**\n\n${sentences.join(' ')}`),
    ...summary.victims.map((victim) => victimSection(victim, summary, known)),
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
  const known = { nameOf: itemName ?? itemNames(report), yardstick: report.evidence.yardstick };
  const [costs, invariants] = [costTable(summary), invariantTable(summary)];
  const missing = summary.work.missing.map((label) => `- no result: ${label}`).join('\n');
  return `${[
    '# Injection audit',
    `Attacker: ${cost}`,
    ...attacks.flatMap((attack) => [
      ...(attacks.length === 1 ? [] : [`# Attack ${attack.attack.label}`]),
      ...attackSections(attack, known),
    ]),
    '## What was injected',
    table(costs.head, costs.rows),
    targetLines(report, itemName),
    '## Invariants',
    table(invariants.head, invariants.rows),
    ...gradientLines(report),
    '## Work',
    workLine(summary),
    ...(missing === '' ? [] : [missing]),
    `Seeds ${config.seeds.join(', ')}; kernels ${config.kernelFlavour}; training data ${config.dataHash.train.slice(0, 16)}, test data ${config.dataHash.test.slice(0, 16)}. The attack's and the victims' options are in \`report.json\`.`,
    '## How to read this',
    DEFINITIONS.map(([term, meaning]) => `- **${term}**: ${meaning}`).join('\n'),
  ].join('\n\n')}\n`;
}
