/**
 * The documents that `audit --json`, `report --json`, `detect --json` and `explain --json` print; `output.schema.json` is made from
 * these types.
 *
 * An audit's holds what `report.json` holds, a report's one such document a run: one family of schemas. What it is not: the
 * events of `--jsonl`, whose last line is such a document with `event`.
 */

import type { ReportDocument } from '../audit/report-document.js';
import type { RunComparison } from '../audit/verdict/compare-runs.js';
import type { VictimVerdict } from '../audit/verdict/verdict.js';
import type { Gaps } from '../data/gaps.js';
import type { DetectionReport, WhatIfReport } from '../detection/index.js';
import type { ErrorCode } from '../errors.js';
import type { AuditFiles } from '../execution/files/audit-files.js';
import type { DetectionFiles } from '../execution/files/detection-files.js';
import type { RunEstimate } from '../execution/prepare/estimate-run.js';
import type { Explanation } from '../explain/explanation.js';
import type { Figure } from '../report/charts/parts/figure.js';
import type { RunFacts, StoredReport } from '../report/page/document.js';
import type { ToldFailure } from './failure.js';

/** `recaudit audit --json`: `report.json`, with the times of the tasks in `summary.work`. */
export interface AuditOutput extends ReportDocument {
  readonly command: 'audit';
  /** tasks without a result; with their keys, which `failedTasks` does not hold */
  readonly failed: readonly ToldFailure[];
  /** what was written */
  readonly files: AuditFiles;
}

/** A figure without its drawing. */
export type FigureNumbers = Pick<Figure, 'id' | 'title' | 'caption' | 'table'>;

/** One audit as its page tells it. */
export interface ReportedRun {
  readonly name: string;
  readonly headline: string;
  readonly cost: string;
  readonly resistance: readonly string[];
  readonly verdicts: readonly VictimVerdict[];
  /** what its tasks took; null where they were not at hand */
  readonly facts: RunFacts | null;
  readonly figures: readonly FigureNumbers[];
  /** its `report.json` */
  readonly report: StoredReport;
}

/** `recaudit report --json` */
export interface ReportOutput {
  readonly schemaVersion: 1;
  readonly command: 'report';
  readonly title: string;
  readonly headline: string;
  readonly runs: readonly ReportedRun[];
  /** of two audits */
  readonly comparison: RunComparison | null;
  /** what each attack gains on each victim, one for each group of audits on the same data */
  readonly transfer: readonly FigureNumbers[];
  readonly files: {
    /** null: no page was asked for */
    readonly html: string | null;
  };
}

/** `recaudit detect --json` */
export interface DetectOutput extends DetectionReport {
  readonly schemaVersion: 1;
  readonly command: 'detect';
  /** what was read */
  readonly file: string;
  readonly kCore: number | null;
  /** one a recommender of `--what-if`; none where nobody is to be removed */
  readonly whatIf: readonly WhatIfReport[];
  /** what was written */
  readonly files: DetectionFiles;
  /** detectors without a result */
  readonly failed: readonly ToldFailure[];
}

/** `recaudit explain --json` */
export interface ExplainOutput extends Explanation {
  readonly schemaVersion: 1;
  readonly command: 'explain';
  readonly files: {
    /** all users who push the item */
    readonly pushers: string;
    /** what was found, with figures */
    readonly page: string;
  };
}

/** With `--dry-run`, of every command that computes. */
export interface DryRunOutput extends RunEstimate {
  readonly schemaVersion: 1;
  readonly command: string;
  readonly dryRun: true;
  /** absent for commands that split no data, and for `reproduce`, whose data are fixed */
  readonly data?: DryRunData;
}

/** The data, and whom their split leaves without evidence. */
export interface DryRunData {
  readonly name: string;
  /** how the data were read and split, in words by name */
  readonly source: readonly (readonly [name: string, value: string])[];
  readonly users: number;
  readonly items: number;
  readonly gaps: Gaps;
}

/** Of every command that fails; the exit status is not 0 then. */
export interface FailureOutput {
  readonly schemaVersion: 1;
  readonly error: { readonly code: ErrorCode; readonly message: string };
  /** every failed task, where tasks failed and none succeeded */
  readonly failed?: readonly ToldFailure[];
}

export type Output = AuditOutput | ReportOutput | DetectOutput | ExplainOutput | DryRunOutput | FailureOutput;
