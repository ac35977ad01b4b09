/** `report.md`: the verdicts first, then the tables they rest on. */

import type { AuditReport } from '../../audit/report-document.js';
import { workLine } from '../../audit/report-document.js';
import type { VictimSummary } from '../../audit/summary/summary-types.js';
import type { GradientCheck } from '../../audit/task-evidence.js';
import { DEFINITIONS } from '../../audit/verdict/definitions.js';
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

function victimSection(victim: VictimSummary, { summary }: AuditReport): string {
  const [arms, differences, units] = victimTables(victim, summary);
  return [
    `## ${victim.victim}`,
    ...(victim.command === undefined ? [] : [outsideLine(victim.command, summary.top)]),
    ...[arms, differences, units].flatMap(({ title, head, rows }) => [`${title}:`, table(head, rows)]),
  ].join('\n\n');
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
  const [costs, invariants] = [costTable(summary), invariantTable(summary)];
  const missing = summary.work.missing.map((label) => `- no result: ${label}`).join('\n');
  return `${[
    '# Injection audit',
    `Attacker: ${cost}`,
    ...(overview.length === 0 ? [] : [table(overview[0], overview.slice(1))]),
    ...said,
    ...summary.victims.map((victim) => victimSection(victim, report)),
    '## What was injected',
    table(costs.head, costs.rows),
    targetLines(report, itemName),
    '## Invariants',
    table(invariants.head, invariants.rows),
    gradientLine(report.evidence.gradientCheck),
    '## Work',
    workLine(summary),
    ...(missing === '' ? [] : [missing]),
    `Seeds ${config.seeds.join(', ')}; kernels ${config.kernelFlavour}; training data ${config.dataHash.train.slice(0, 16)}, test data ${config.dataHash.test.slice(0, 16)}. The attack's and the victims' options are in \`report.json\`.`,
    '## How to read this',
    DEFINITIONS.map(([term, meaning]) => `- **${term}**: ${meaning}`).join('\n'),
  ].join('\n\n')}\n`;
}
