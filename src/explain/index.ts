/** `recaudit/explain`: who pushes an item; the pieces below the library's call `explain`. */

export {
  checkPushes,
  EXPLAIN_DEFAULTS,
  type ExplainOptions,
  explain,
  pushTaskOf,
  suspectsOf,
} from './explain.js';
export {
  type CurvePoint,
  type Explanation,
  explanationOf,
  type Found,
  type Pusher,
  pusherRows,
  type Suspects,
  type Usual,
} from './explanation.js';
export {
  type AlikePlan,
  type ArmName,
  type ArmPlan,
  type ProofPlan,
  planProof,
  tasksOf,
} from './proof/plan.js';
export {
  type AlikeLoss,
  LEAST_ALIKE,
  leftOf,
  type Proof,
  type ProofArm,
  type ProofDifference,
  proofOf,
  type Removal,
  type UsualLoss,
  usualLoss,
} from './proof/proof.js';
export { drawnUsers, refit, withoutUsers } from './proof/refit.js';
export { advice, conclusion, proofInWords, type Standing, standingOf } from './proof/words.js';
export { checkExplainable, methodsOf, pushesOf } from './pushes.js';
export { byPush, curveOf, halfOf, largestPushers, positivePush, shareOf } from './spread.js';
export * from './types.js';
export { isUnusual, pushInWords } from './words.js';
