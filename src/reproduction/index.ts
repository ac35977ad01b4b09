/** The reproduction of the paper: what to compute, what came out, and which of its claims hold. */

export { Results } from './cells.js';
export { CLAIMS } from './claims.js';
export { type ReproductionDocument, reproductionDocument, type Seeds } from './document.js';
export { type MeasuredCurves, type UnrollCost, unrollCost } from './experiments/cost.js';
export { type ClaimOutcome, judgeClaims } from './judge-claims.js';
export {
  AUTHORS_POINTS,
  DATA_OF,
  type DataName,
  EXPERIMENTS,
  type Experiment,
  FAKE_USERS,
  PAPER_SEEDS,
  TARGET_SETS,
} from './methods.js';
export { planReproduction, planSearch } from './plan.js';
export {
  parseRecords,
  type RecordLine,
  type Records,
  recordFile,
  recordLines,
  recordResult,
  type TaskRecord,
} from './records.js';
export {
  type ChosenPoints,
  type Ground,
  type GroundData,
  identityText,
  type PlannedRun,
  type ReproductionPlan,
} from './runs.js';
export { searchOutcome } from './search.js';
