/** The audit protocol: plan, run, aggregate, judge. */

export { aggregateAudit } from './aggregate.js';
export { canonicalJson, digest } from './canonical.js';
export { type DataSizes, type Estimate, estimateTask, type Machine } from './estimate.js';
export { collectEvidence } from './evidence.js';
export type * from './evidence-types.js';
export { markdownReport } from './markdown.js';
export { MATRIX_LIMITS } from './matrices.js';
export {
  planAudit,
  REGISTRIES,
  type Registries,
  TASK_SCHEMA_VERSION,
  victimLabels,
  withRecommenders,
} from './plan.js';
export { runTask, type TaskInputs } from './run-task.js';
export {
  type AuditReport,
  auditReport,
  REPORT_SCHEMA_VERSION,
  type ReportDocument,
  terminalSummary,
} from './summary.js';
export type * from './summary-types.js';
export type * from './types.js';
export { validateAuditConfig, validateAuditData } from './validate.js';
export { judgeAudit, type Outcome, type VictimVerdict } from './verdict.js';
