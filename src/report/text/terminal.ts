/**
 * The terminal's summary of an audit: plain text, all results at a glance, the attack's course, then one paragraph a victim.
 * What it is not: it knows no colour, and no terminal; the command line says how wide it is.
 */

import { evidenceInWords } from '../../audit/data-words.js';
import {
  type AuditReport,
  invariantLine,
  type ReportDocument,
  workLine,
} from '../../audit/report-document.js';
import type { AuditSummary } from '../../audit/summary/summary-types.js';
import { resistanceInWords } from '../../audit/verdict/headline.js';
import { noticesOf, ruleInWords } from '../../audit/verdict/noticed/words.js';
import { type AttackSummary, ofEachAttack } from '../../audit/verdict/one-attack.js';
import { describeCost, judgeAudit } from '../../audit/verdict/verdict.js';
import type { Yardstick } from '../../metrics/index.js';
import { shownName, shownNames } from '../../text/names.js';
import { padded, widestOf } from '../../text/width.js';
import { courseLines } from './course.js';
import { alarmTable, scoreTable } from './detection-tables.js';
import { type ItemName, itemNames, targetTable } from './target-table.js';
import { armTable, victimTable } from './victim-table.js';

const GAP = '  ';

/**
 * A text on lines of at most `width` columns, broken at spaces; further lines are set in by two more than the first.
 *
 * @example wrapped('one two three', 8) // 'one two\n  three'
 */
export function wrapped(text: string, width: number): string {
  if (widestOf([text]) <= width) return text;
  const indent = text.length - text.trimStart().length;
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let empty = true;
  // A percentage stays whole.
  for (const word of text.trim().split(/ (?!%)/)) {
    if (!empty && widestOf([`${line} ${word}`]) > width) {
      lines.push(line);
      line = ' '.repeat(indent + 2);
      empty = true;
    }
    line = empty ? line + word : `${line} ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}

type Rows = readonly (readonly string[])[];

/** Groups of columns that fit side by side; the first column stands before each. */
function groupsOf(widths: readonly number[], most: number): number[][] {
  const groups = [[0]];
  let taken = widths[0];
  for (let column = 1; column < widths.length; column++) {
    const wanted = GAP.length + widths[column];
    if (groups[groups.length - 1].length > 1 && taken + wanted > most) {
      groups.push([0]);
      taken = widths[0];
    }
    groups[groups.length - 1].push(column);
    taken += wanted;
  }
  return groups;
}

/**
 * Columns padded to one width; columns that no longer fit beside the others follow in a table of their own. Nothing for no
 * rows.
 */
function aligned(rows: Rows, most: number): string[] {
  if (rows.length === 0) return [];
  const widths = rows[0].map((_, c) => widestOf(rows.map((row) => row[c])));
  const lineOf = (row: readonly string[], columns: readonly number[]) =>
    columns
      .map((c) => padded(row[c], widths[c]))
      .join(GAP)
      .trimEnd();
  return groupsOf(widths, most).map((columns) => rows.map((row) => lineOf(row, columns)).join('\n'));
}

/** Target sets under names that fit in a table, and victims under such that tell them apart too. */
function withShownNames(summary: AuditSummary): AuditSummary {
  const names = shownNames(summary.victims.map(({ victim }) => victim));
  return {
    ...summary,
    units: summary.units.map((unit) => ({ ...unit, targetSet: shownName(unit.targetSet) })),
    victims: summary.victims.map((victim, n) => ({ ...victim, victim: names[n] })),
  };
}

export interface TerminalOptions {
  /** whether the terminal shows the attack's course as a line of blocks; default no */
  readonly blocks?: boolean;
  /** columns of a line; default: lines are as long as they come */
  readonly width?: number;
}

/** What tables and sentences say beyond the summary. */
interface Known {
  readonly nameOf: ItemName;
  readonly yardstick: Yardstick | undefined;
}

/** Rows of the table of targets: of many victims each has fewer. */
const ROWS_ALONE = 12;
const ROWS_AMONG_OTHERS = 6;

function targetParts(summary: AttackSummary, n: number, nameOf: ItemName, width: number): string[] {
  const { victims } = summary;
  const most = victims.length === 1 ? ROWS_ALONE : ROWS_AMONG_OTHERS;
  const table = targetTable(victims[n], summary, nameOf, most);
  if (table === null) return [];
  const { title, head, rows, note } = table;
  const [first, ...more] = aligned([head, ...rows], width);
  const heading = wrapped(`${victims.length === 1 ? '' : `${victims[n].victim}: `}${title}`, width);
  const end = note === null ? [] : [wrapped(note, width)];
  return [[heading, first].join('\n'), ...more, ...end];
}

/** One attack: its tables, its course, a paragraph a victim, and who resisted it best. */
function attackParts(
  summary: AttackSummary,
  { nameOf, yardstick }: Known,
  { blocks, width }: Required<TerminalOptions>,
): string[] {
  const verdicts = judgeAudit(summary, yardstick);
  const lines = (texts: readonly string[]) => texts.map((text) => wrapped(text, width)).join('\n');
  const course = courseLines(summary, blocks);
  return [
    ...[victimTable(summary, verdicts, yardstick), armTable(summary, yardstick)].flatMap((rows) =>
      aligned(rows, width),
    ),
    ...(course.length === 0 ? [] : [lines(course)]),
    ...verdicts.flatMap(({ headline, sentences }, n) => [
      lines([headline, ...sentences.map((sentence) => `  ${sentence}`)]),
      ...targetParts(summary, n, nameOf, width),
    ]),
    ...resistanceInWords(summary, verdicts).map((sentence) => wrapped(sentence, width)),
    ...noticedParts(summary, width),
  ];
}

/**
 * Whether the attack would have been noticed; nothing where no detector looked. The report has the scores of the controls too.
 *
 * @example noticedParts(ofEachAttack(summary)[0], 100).join('\n\n')
 */
export function noticedParts(summary: AttackSummary, width: number): string[] {
  const { detection = [] } = summary;
  if (detection.length === 0) return [];
  const tables = [...detection.map(alarmTable), scoreTable(summary, false)].filter((found) => found !== null);
  return [
    'Would it be noticed?',
    ...noticesOf(summary)
      .filter(({ outcome }) => outcome !== 'floor')
      .map(({ headline, sentences }) =>
        [headline, ...sentences.map((sentence) => `  ${sentence}`)]
          .map((text) => wrapped(text, width))
          .join('\n'),
      ),
    ...tables.flatMap(({ title, head, rows }) => {
      const [first, ...more] = aligned([head, ...rows], width);
      return [`${wrapped(title, width)}\n${first}`, ...more];
    }),
    wrapped(ruleInWords(detection), width),
  ];
}

/** `report.json` or what is known of it; targets are named by their index where `targetNames` is absent. */
export type TerminalReport = Pick<AuditReport, 'cost' | 'summary'> &
  Partial<Pick<ReportDocument, 'config' | 'data' | 'evidence' | 'targetNames'>>;

/**
 * @example terminalSummary(report, { blocks: true, width: process.stdout.columns })
 */
export function terminalSummary(
  { cost, summary: given, evidence, data, ...document }: TerminalReport,
  { blocks = false, width = Number.POSITIVE_INFINITY }: TerminalOptions = {},
): string {
  const summary = withShownNames(given);
  const attacks = ofEachAttack(summary);
  const names = itemNames(document);
  const known = { nameOf: (item: number) => shownName(names(item)), yardstick: evidence?.yardstick };
  const lines = (texts: readonly string[]) => texts.map((text) => wrapped(text, width)).join('\n');
  const missing = summary.work.missing.map((label) => `  no result: ${label}`);
  const told = evidence === undefined ? [] : evidenceInWords({ ...evidence.data, source: data?.source });
  const parts = [
    ...(attacks.length === 1 ? [lines([`Attacker: ${cost}`])] : []),
    ...attacks.flatMap((attack) => [
      ...(attacks.length === 1 ? [] : [lines([`Attack ${attack.attack.label}: ${describeCost(attack)}`])]),
      ...attackParts(attack, known, { blocks, width }),
    ]),
    ...(told.length === 0 ? [] : [lines(told)]),
    lines([invariantLine(summary), workLine(summary), ...missing]),
  ];
  return `${parts.join('\n\n')}\n`;
}
