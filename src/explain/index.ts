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
  type Explanation,
  explanationOf,
  type Found,
  type Proof,
  type ProofArm,
  type ProofDifference,
  type Pusher,
  proofOf,
  pusherRows,
  type Refits,
  type Suspects,
  type Usual,
} from './explanation.js';
export { type ProofPlan, type ProofTasks, planProof } from './plan.js';
export { checkExplainable, methodsOf, pushesOf } from './pushes.js';
export { randomClickers, refit, withoutUsers } from './refit.js';
export { byPush, halfOf, positivePush, shareOf } from './spread.js';
export * from './types.js';
export { advice, proofInWords, pushInWords } from './words.js';
