/** What a page is made of: `report.json`, and what is known of how its results came about. */

import type { AuditReport, Evidence } from '../../audit/index.js';

/** A task that failed, as `report.json` tells it. */
export interface FailedTaskWords {
  readonly label: string;
  readonly code: string;
  readonly message: string;
}

/** `report.json`; what older versions did not write is optional. */
export interface ReportDocument extends AuditReport {
  readonly data?: { readonly name: string; readonly hash: string };
  readonly evidence?: Evidence;
  /** the command that makes the report again, quoted for a POSIX shell */
  readonly reproduce?: string;
  /** the user's own ids of each target set's items, in the order of the configuration */
  readonly targetNames?: readonly (readonly string[])[];
  readonly failedTasks?: readonly FailedTaskWords[];
}

/** Of the stored tasks. No part of a result, and another on every machine. */
export interface RunFacts {
  /** computing time by kind of task */
  readonly seconds: Readonly<Record<string, number>>;
  readonly peakResidentBytes: number;
  /** every version that made one of the results, by program */
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

export interface ReportInput {
  /** what the audit is called beside others; default the data's name */
  readonly name?: string;
  readonly document: ReportDocument;
  readonly facts?: RunFacts;
}
