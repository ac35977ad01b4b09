/**
 * The documents of a finished audit: `report.json` (data), `report.md` (to read) and the terminal's few lines.
 *
 * None holds a real user's row: aggregates, hashes and keys only. What it is not: it writes no file and knows no colour.
 */

import { courseLines } from './course-words.js';
import type { Evidence } from './evidence-types.js';
import { resistanceInWords } from './headline.js';
import type { AuditSummary } from './summary-types.js';
import type { AuditConfig, AuditPlan } from './types.js';
import { describeCost, judgeAudit, type VictimVerdict } from './verdict.js';
import { armTable, victimTable } from './victim-table.js';
import { bytes, count, duration } from './words.js';

/** 2: with `evidence`. */
export const REPORT_SCHEMA_VERSION = 2;

/** What an audit found, as data. */
export interface AuditReport {
  readonly schemaVersion: number;
  readonly kind: 'audit';
  readonly config: AuditConfig;
  /** what the attacker spent, in words */
  readonly cost: string;
  readonly verdicts: readonly VictimVerdict[];
  readonly summary: AuditSummary;
  readonly evidence: Evidence;
  /** key of every task, by its label: the results lie in the run store under these names */
  readonly tasks: readonly { readonly key: string; readonly kind: string; readonly label: string }[];
}

/** The `report.json` document; `report.schema.json` is made from this type. */
export interface ReportDocument extends AuditReport {
  readonly data: {
    /** how the user called it: a path, or the embedded data */
    readonly name: string;
    /** hex digest of the training interactions with their original ids */
    readonly hash: string;
  };
  /** the command that makes the report again, quoted for a POSIX shell */
  readonly reproduce: string;
  /** the user's own ids of each target set's items, in the order of the configuration */
  readonly targetNames: readonly (readonly string[])[];
  /** tasks without a result, where there are any */
  readonly failedTasks?: readonly FailedTaskWords[];
}

/** A task that failed, as `report.json` tells it. */
export interface FailedTaskWords {
  readonly label: string;
  readonly code: string;
  readonly message: string;
}

/**
 * @example
 * const evidence = collectEvidence(config, plan, results, data);
 * const report = auditReport(config, plan, aggregateAudit(config, plan, results), evidence);
 */
export function auditReport(
  config: AuditConfig,
  plan: AuditPlan,
  summary: AuditSummary,
  evidence: Evidence,
): AuditReport {
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    kind: 'audit',
    config,
    cost: describeCost(summary),
    verdicts: judgeAudit(summary),
    summary,
    evidence,
    tasks: plan.tasks.map(({ key, kind, label }) => ({ key, kind, label })),
  };
}

/** What was checked, and whether it held. */
export function invariantLine({ invariants, sound, work }: AuditSummary): string {
  if (sound === null) return 'No invariant could be checked: no task that checks one has a result.';
  const made = invariants.filter(({ checked }) => checked > 0);
  const checks = made.reduce((sum, { checked }) => sum + checked, 0);
  const failed = invariants.reduce((sum, { failed: broken }) => sum + broken, 0);
  if (!sound) return `NOT SOUND: ${failed} of ${count(checks, 'check')} of invariants failed.`;
  if (work.missing.length === 0) return `All ${made.length} invariants held in ${count(checks, 'check')}.`;
  return `${count(made.length, 'invariant')} held in ${count(checks, 'check')}; the tasks without a result could not be checked.`;
}

/** What was computed and what it took. */
export function workLine({ work }: AuditSummary): string {
  const done = `${work.finished} of ${count(work.tasks, 'task')} finished`;
  if (work.seconds === null || work.peakResidentBytes === null) return `${done}.`;
  const total = Object.values(work.seconds).reduce((sum, seconds) => sum + seconds, 0);
  return `${done}; ${duration(total)} of computing, at most ${bytes(work.peakResidentBytes)} of memory.`;
}

/** Columns padded to one width; nothing for no rows. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c]))
      .join('  ')
      .trimEnd(),
  );
  return [lines.join('\n')];
}

export interface TerminalOptions {
  /** whether the terminal shows the attack's course as a line of blocks; default no */
  readonly blocks?: boolean;
}

/** The terminal's summary: plain text, all results at a glance, the attack's course, then one paragraph a victim. */
export function terminalSummary(
  { cost, verdicts, summary }: Pick<AuditReport, 'cost' | 'verdicts' | 'summary'>,
  { blocks = false }: TerminalOptions = {},
): string {
  const paragraphs = verdicts.map(({ headline, sentences }) =>
    [headline, ...sentences.map((sentence) => `  ${sentence}`)].join('\n'),
  );
  const missing = summary.work.missing.map((label) => `  no result: ${label}`);
  const closing = [invariantLine(summary), workLine(summary), ...missing];
  const overview = [victimTable(summary, verdicts), armTable(summary)].flatMap(aligned);
  const course = courseLines(summary, blocks);
  const parts = [
    `Attacker: ${cost}`,
    ...overview,
    ...(course.length === 0 ? [] : [course.join('\n')]),
    ...paragraphs,
    ...resistanceInWords(summary, verdicts),
    closing.join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}
