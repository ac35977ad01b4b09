/** What a page is made of: `report.json`, and what is known of how its results came about. */

import type { AuditReport, ReportDocument } from '../../audit/index.js';

/** `report.json`; what older versions did not write is optional. */
export type StoredReport = Omit<AuditReport, 'evidence'> &
  Partial<Pick<ReportDocument, 'evidence' | 'data' | 'reproduce' | 'targetNames' | 'failedTasks'>>;

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
  readonly document: StoredReport;
  readonly facts?: RunFacts;
}
