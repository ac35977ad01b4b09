/** `recaudit/hypergradient`: hypergradients of any differentiable training step, or of any inner optimum. */

export * from '../autodiff/index.js';
export {
  type Estimator,
  hypergradient,
  type ImplicitEstimator,
  type TrajectoryEstimator,
} from './hypergradient.js';
export { type ImplicitResult, implicitHypergradient } from './implicit.js';
export { IMPLICIT_DEFAULTS, type ImplicitOptions } from './implicit-options.js';
export {
  type Audience,
  createItemObjective,
  ITEM_GOALS,
  type ItemGoal,
  type ItemTarget,
} from './item-objective.js';
export { createPushObjective } from './push-objective.js';
