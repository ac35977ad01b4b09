/** `report.md`: the verdicts first, then the tables they rest on. */

import { evidenceInWords } from '../../audit/data-words.js';
import type { AuditReport, ReportDocument } from '../../audit/report-document.js';
import { workLine } from '../../audit/report-document.js';
import type { VictimSummary } from '../../audit/summary/summary-types.js';
import type { GradientCheck } from '../../audit/task-evidence.js';
import { DEFINITIONS } from '../../audit/verdict/definitions.js';
import { fakeValuesInWords } from '../../audit/verdict/fake-values.js';
import { noticesOf, ruleInWords } from '../../audit/verdict/noticed/words.js';
import { type AttackSummary, ofEachAttack } from '../../audit/verdict/one-attack.js';
import { judgeAudit } from '../../audit/verdict/verdict.js';
import type { Yardstick } from '../../metrics/index.js';
import { shownName, shownNames } from '../../text/names.js';
import { count } from '../../text/numbers.js';
import { alarmTable, DETECTION_COLUMNS, scoreTable } from './detection-tables.js';
import { markdownCode, markdownText } from './markdown-words.js';
import { costTable, invariantTable, type TextTable, victimTables } from './tables.js';
import { type ItemName, itemNames, targetTable } from './target-table.js';
import { victimTable } from './victim-table.js';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const text = (cells: readonly string[]) => line(cells.map(markdownText));
  return [text(head), line(head.map(() => '---')), ...rows.map(text)].join('\n');
}

function outsideLine(command: string, k: number): string {
  return `A recommender outside recaudit, trained and asked by the command\n\n${markdownCode(command)}\n\nIt gives the top ${k} alone, so the targets' ranks below that are not known.`;
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
  return [`${markdownText(title)}:`, table(head, rows), ...(note === null ? [] : [markdownText(note)])];
}

const tableSection = ({ title, head, rows }: TextTable) => [`${markdownText(title)}:`, table(head, rows)];

function victimSection(victim: VictimSummary, summary: AttackSummary, { nameOf, yardstick }: Known): string {
  const [arms, ...others] = victimTables(victim, summary, yardstick);
  return [
    `## ${markdownText(victim.victim)}`,
    ...(victim.command === undefined ? [] : [outsideLine(victim.command, summary.top)]),
    ...tableSection(arms),
    ...targetSection(victim, summary, nameOf),
    ...others.flatMap(tableSection),
  ].join('\n\n');
}

function gradientLine(check: GradientCheck | undefined): string {
  if (check === undefined) return 'The gradient was not checked: the task has no result.';
  const { surrogate, estimator, users, fakeUsers, items, directions, tolerance, note } = check;
  if (note !== null) return `The gradient was not checked. ${markdownText(note)}`;
  const worst = Math.max(...directions.map(({ relativeError }) => relativeError));
  return `The gradient was checked in float64 on a part of the data (${count(users, 'real user')}, ${count(fakeUsers, 'fake user')}, ${count(items, 'item')}): ${markdownText(surrogate)}, ${markdownText(estimator)}. Along ${count(directions.length, 'direction')} it differs from central finite differences by at most ${worst.toExponential(1)} of its size; ${tolerance.toExponential(0)} is allowed.`;
}

/** Of an id that would fill the page the start and the end; `report.json` has it whole. */
const LONGEST_ID = 80;

function targetLines({ config }: AuditReport, { itemName, itemClicks }: MarkdownFacts): string {
  const clicks = (item: number) =>
    itemClicks === undefined ? '' : ` (${count(itemClicks[item], 'click')} in the training data)`;
  const names = (items: readonly number[]) =>
    itemName === undefined
      ? `item indices ${items.join(', ')}`
      : `items ${shownNames(items.map(itemName), LONGEST_ID)
          .map((name, n) => `${markdownText(name)}${clicks(items[n])}`)
          .join(', ')}`;
  return config.targetSets.map(({ label, items }) => `- ${markdownText(label)}: ${names(items)}`).join('\n');
}

/** How the data were split, of a report that says it. */
function dataLines({ evidence, data }: AuditReport & Partial<Pick<ReportDocument, 'data'>>): string[] {
  const lines = evidenceInWords({ ...evidence.data, source: data?.source });
  return lines.length === 0 ? [] : ['## Data', markdownText(lines.join(' '))];
}

/** Of each attack that differentiates something. */
function gradientLines({ summary, evidence }: AuditReport): string[] {
  const checked = summary.attacks.filter(({ check }) => check !== undefined);
  return checked.map(({ label }) => {
    const line = gradientLine(evidence.gradientChecks.find(({ attack }) => attack === label));
    return summary.attacks.length === 1 ? line : `${markdownText(label)}: ${line}`;
  });
}

/** Whether the attack would have been noticed; nothing where no detector looked. */
function noticedSection(summary: AttackSummary): string[] {
  const { detection = [] } = summary;
  if (detection.length === 0) return [];
  const tables = [...detection.map(alarmTable), scoreTable(summary)].filter((found) => found !== null);
  return [
    '## Would it be noticed?',
    ...verdictLines(noticesOf(summary).filter(({ outcome }) => outcome !== 'floor')),
    ...tables.flatMap(tableSection),
    ruleInWords(detection),
    DETECTION_COLUMNS,
  ];
}

const verdictLines = (
  verdicts: readonly { readonly headline: string; readonly sentences: readonly string[] }[],
) =>
  verdicts.map(
    ({ headline, sentences }) => `**${markdownText(headline)}**\n\n${markdownText(sentences.join(' '))}`,
  );

/** One attack: the verdicts, then the tables of each victim. */
function attackSections(summary: AttackSummary, known: Known): string[] {
  const verdicts = judgeAudit(summary, known.yardstick);
  const overview = victimTable(summary, verdicts, known.yardstick);
  return [
    ...(overview.length === 0 ? [] : [table(overview[0], overview.slice(1))]),
    ...verdictLines(verdicts),
    ...summary.victims.map((victim) => victimSection(victim, summary, known)),
    ...noticedSection(summary),
  ];
}

/** What the report itself does not say. */
export interface MarkdownFacts {
  /** the user's own id of an item index; default the indices */
  readonly itemName?: (item: number) => string;
  /** clicks of each item in the training data */
  readonly itemClicks?: ArrayLike<number>;
  /** of the programs that computed the results */
  readonly versions?: Readonly<Record<string, readonly string[]>>;
}

/** What was audited, by what, and the command that does it again. */
function originSection(report: AuditReport & Partial<ReportDocument>, facts: MarkdownFacts): string[] {
  const { config, data, reproduce } = report;
  const rows = [
    ...(data === undefined ? [] : [['data', data.name]]),
    ...(data?.source ?? []),
    ['fingerprint of the training data', config.dataHash.train],
    ['fingerprint of the test data', config.dataHash.test],
    ...Object.entries(facts.versions ?? {}).map(([name, found]) => [`version of ${name}`, found.join(', ')]),
  ];
  const command =
    reproduce === undefined ? [] : [`The command that makes this again:\n\n${markdownCode(reproduce)}`];
  return ['## What this rests on', table(['what', 'value'], rows), ...command];
}

/**
 * The report as Markdown. What comes from outside (ids, labels, paths) is text in it, whatever it holds.
 *
 * @example writeFileSync('report.md', markdownReport(report, { itemName: (item) => ids.items.original(item) }))
 */
export function markdownReport(
  report: AuditReport & Partial<ReportDocument>,
  facts: MarkdownFacts = {},
): string {
  const { summary, cost, config } = report;
  const attacks = ofEachAttack(summary);
  const names = facts.itemName ?? itemNames(report);
  const nameOf = (item: number) => shownName(names(item), LONGEST_ID);
  const known = { nameOf, yardstick: report.evidence.yardstick };
  const [costs, invariants] = [costTable(summary), invariantTable(summary)];
  const values = fakeValuesInWords(config);
  const missing = summary.work.missing.map((label) => `- no result: ${markdownText(label)}`).join('\n');
  return `${[
    '# Injection audit',
    `Attacker: ${markdownText(cost)}`,
    ...attacks.flatMap((attack) => [
      ...(attacks.length === 1 ? [] : [`# Attack ${markdownText(attack.attack.label)}`]),
      ...attackSections(attack, known),
    ]),
    '## What was injected',
    table(costs.head, costs.rows),
    targetLines(report, facts),
    ...(values.length === 0 ? [] : [values.join(' ')]),
    '## Invariants',
    table(invariants.head, invariants.rows),
    ...gradientLines(report),
    ...dataLines(report),
    '## Work',
    workLine(summary),
    ...(missing === '' ? [] : [missing]),
    `Seeds ${config.seeds.join(', ')}; kernels ${config.kernelFlavour}. The attack's and the victims' options are in \`report.json\`.`,
    ...originSection(report, facts),
    '## How to read this',
    DEFINITIONS.map(([term, meaning]) => `- **${markdownText(term)}**: ${markdownText(meaning)}`).join('\n'),
  ].join('\n\n')}\n`;
}
