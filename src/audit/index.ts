/** The audit protocol: plan, run, aggregate, judge. */

export { canonicalJson, digest } from '../canonical-json.js';
export type { Yardstick } from '../metrics/index.js';
export * from './arms.js';
export { type DataFacts, evidenceInWords, gapsInWords } from './data-words.js';
export { hashProfiles } from './given.js';
export { chooseDetectors, type DetectionChoices } from './plan/choose-detectors.js';
export { type DataSizes, type Estimate, estimateTask, type Machine } from './plan/estimate.js';
export { attackLabels, planAudit, victimLabels } from './plan/plan.js';
export { TaskBuilder } from './plan/task-builder.js';
export { validateAuditConfig, validateAuditData } from './plan/validate.js';
export { TASK_SCHEMA_VERSION } from './plan/versions.js';
export {
  type AuditReport,
  auditReport,
  type FailedTaskWords,
  invariantLine,
  REPORT_SCHEMA_VERSION,
  type ReportDocument,
  workLine,
} from './report-document.js';
export { runTask, type TaskInputs } from './run/run-task.js';
export { aggregateAudit } from './summary/aggregate.js';
export { DETECTION_MEASURES } from './summary/detection-summary-types.js';
export { collectEvidence } from './summary/evidence.js';
export type * from './summary/evidence-types.js';
export { MATRIX_LIMITS } from './summary/matrices.js';
export type * from './summary/summary-types.js';
export type * from './task-evidence.js';
export type * from './types.js';
export {
  compareRuns,
  type EffectDifference,
  type RunComparison,
  settingRows,
} from './verdict/compare-runs.js';
export { DEFINITIONS } from './verdict/definitions.js';
export { fakeValuesInWords } from './verdict/fake-values.js';
export { auditHeadline, resistanceInWords } from './verdict/headline.js';
export { allowedItems, type Noticed, noticedOf } from './verdict/noticed/rule.js';
export {
  judgeDetection,
  type NoticeOutcome,
  type NoticeVerdict,
  noticesOf,
  ruleInWords,
} from './verdict/noticed/words.js';
export { type AttackSummary, ofEachAttack } from './verdict/one-attack.js';
export { describeCost, judgeAudit, type Outcome, type VictimVerdict } from './verdict/verdict.js';
