/** `recaudit/attacks`: from what the attacker knows, wants and may spend to fake profiles; and what an attack of your own is made of. */

export { closedFormAttack } from './closed-form/closed-form.js';
export { CLOSED_FORM_DEFAULTS, CLOSED_FORM_OPTIONS, type ClosedFormOptions } from './closed-form/options.js';
export { CLUSTERS_OPTIONS, type ClustersOptions, clustersAttack } from './clusters/clusters.js';
export { copiedAttack, copiedUnforcedAttack } from './copied.js';
export { type BudgetChoice, type CraftRequest, craftProfiles, drawBudget } from './craft-profiles.js';
export {
  type FakeValueRules,
  type FakeValueSources,
  type FakeValuesRequest,
  fakeValues,
  type GivenColumn,
  type GivenDigests,
  hashClickValues,
  RATING_RULES,
  type RatingRule,
  type RealRows,
  TIME_RULES,
  type TimeRule,
  valueSources,
} from './fake-values.js';
export { ascending, drawingCost, startWithTargets, targetsOf } from './fillers.js';
export { type GivenOptions, givenAttack } from './given.js';
export type * from './history.js';
export { learnedAttack } from './learned/learned.js';
export {
  LEARNED_DEFAULTS,
  LEARNED_OPTIONS,
  type LearnedOptions,
  type Projection,
  RECIPE_NAMES,
  type RecipeName,
  type Unroll,
} from './learned/options.js';
export { recipe } from './learned/recipes.js';
export { type RandFilterOptions, randFilterAuthors } from './rand-filter-authors.js';
export { randomAttack } from './random.js';
export { type AnyAttack, ATTACKS, type AttackRegistry, attackNamed } from './registry.js';
export type * from './types.js';
