/** The audit protocol: plan, run, aggregate, judge. */

export { aggregateAudit } from './aggregate.js';
export { canonicalJson, digest } from './canonical.js';
export { compareRuns, type EffectDifference, type RunComparison, settingRows } from './compare-runs.js';
export { DEFINITIONS } from './definitions.js';
export { type DataSizes, type Estimate, estimateTask, type Machine } from './estimate.js';
export { collectEvidence } from './evidence.js';
export type * from './evidence-types.js';
export { auditHeadline, resistanceInWords } from './headline.js';
export { markdownReport } from './markdown.js';
export { MATRIX_LIMITS } from './matrices.js';
export { planAudit, victimLabels, withRecommenders } from './plan.js';
export { costTable, invariantTable, type TextTable, victimTables } from './report-tables.js';
export { runTask, type TaskInputs } from './run-task.js';
export {
  type AuditReport,
  auditReport,
  type FailedTaskWords,
  invariantLine,
  REPORT_SCHEMA_VERSION,
  type ReportDocument,
  workLine,
} from './summary.js';
export type * from './summary-types.js';
export { REGISTRIES, type Registries, TASK_SCHEMA_VERSION, TaskBuilder } from './task-builder.js';
export { terminalSummary } from './terminal.js';
export type * from './types.js';
export { validateAuditConfig, validateAuditData } from './validate.js';
export { describeCost, judgeAudit, type Outcome, type VictimVerdict } from './verdict.js';
export { victimTable } from './victim-table.js';
