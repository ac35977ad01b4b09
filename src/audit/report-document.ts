/**
 * The document of a finished audit, `report.json`, and the lines that every form of a report has. `report.md` (to read) is
 * `markdown.ts`, the terminal's summary `terminal.ts`.
 *
 * It holds no real user's row: aggregates, hashes and keys only. What it is not: it writes no file and knows no colour.
 */

import { bytes, count, duration } from '../text/numbers.js';
import type { Evidence } from './summary/evidence-types.js';
import type { AuditSummary } from './summary/summary-types.js';
import type { AuditConfig, AuditPlan } from './types.js';
import { judgeDetection, type NoticeVerdict } from './verdict/noticed/words.js';
import { describeCost, judgeAudit, type VictimVerdict } from './verdict/verdict.js';

/** 2: with `evidence`. 3: several attacks; arms are `attack:LABEL` and `control:LABEL/NAME`. */
export const REPORT_SCHEMA_VERSION = 3;

/** What an audit found, as data. */
export interface AuditReport {
  readonly schemaVersion: number;
  readonly kind: 'audit';
  readonly config: AuditConfig;
  /** what the attacker spent, in words */
  readonly cost: string;
  readonly verdicts: readonly VictimVerdict[];
  /** whether each attack would have been noticed, one a detector; absent where none looked */
  readonly notices?: readonly NoticeVerdict[];
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
    /** how the data were read and split, in words by name; absent in reports written before it was told */
    readonly source?: readonly (readonly [name: string, value: string])[];
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
    verdicts: judgeAudit(summary, evidence.yardstick),
    ...(summary.detection && { notices: judgeDetection(summary) }),
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
  // Tasks share the cores: less has passed on the clock, or more where some were done before.
  return `${done}; their times add up to ${duration(total)}. At most ${bytes(work.peakResidentBytes)} of memory.`;
}
