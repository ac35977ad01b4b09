/**
 * Recipes: complete, named sets of learned-attack options. `default` is what this project recommends; `tang2020` is
 * what the authors of the paper ran (RecSys '20), reported as uncapped because its projection has no click budget.
 *
 * What it is not: it holds no attack; a recipe is data, and any flag may change one of its values afterwards.
 */

import { recommenderNamed, surrogateNamed } from '../../recommenders/registry.js';
import type { LearnedOptions } from './options.js';

export const RECIPE_NAMES = ['default', 'tang2020'] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

/**
 * `interactions`: values tuned on real interaction data (Gowalla). `synthetic`: values for the small generated data
 * set of the paper's section 3.1, which is also the embedded one.
 */
export type DataSetting = 'interactions' | 'synthetic';

type Rules = Omit<LearnedOptions, 'surrogate'>;

/** Gowalla, surrogate WRMF + Adam. The paper's text unrolls 5 epochs, the authors' code 10. */
const TANG_2020: Rules = {
  recipe: 'tang2020',
  outerSteps: 30,
  estimator: { kind: 'unrolled', epochs: 10 },
  learningRate: 1,
  momentum: 0.95,
  normaliseRows: true,
  projection: { kind: 'threshold', rho: 0.05 },
  forceTargets: false,
  start: 'first-real-users',
  startMaxClicks: 100,
  surrogateSeeds: 'same',
  keepBest: 'same-seed',
  selectionTop: 50,
};

/** Section 3.1: the fake users start as the generator's further rows, and the whole training is unrolled. */
const TANG_2020_SYNTHETIC: Rules = {
  ...TANG_2020,
  outerSteps: 50,
  estimator: { kind: 'exact' },
  momentum: 0.99,
  normaliseRows: false,
  projection: { kind: 'threshold', rho: 0.2 },
  start: 'rows',
  selectionTop: 10,
};

/**
 * What this project changes: a click budget, drawn starting profiles, a new surrogate initialisation at every outer step,
 * the profiles to keep chosen on a seed that gave no gradient, and a rate at which a budgeted profile can change within
 * a few steps. Why: docs/decisions/0003-the-surrogates-seed.md.
 */
const RECAUDIT_RULES = {
  recipe: 'default',
  projection: { kind: 'budget' },
  learningRate: 5,
  start: 'real-users',
  surrogateSeeds: 'fresh',
  keepBest: 'fresh-seed',
} as const satisfies Partial<LearnedOptions>;

const RECIPES: Readonly<Record<RecipeName, Readonly<Record<DataSetting, Rules>>>> = {
  default: {
    interactions: { ...TANG_2020, ...RECAUDIT_RULES },
    synthetic: {
      ...TANG_2020_SYNTHETIC,
      ...RECAUDIT_RULES,
      normaliseRows: true,
      forceTargets: true,
      outerSteps: 20,
    },
  },
  tang2020: { interactions: TANG_2020, synthetic: TANG_2020_SYNTHETIC },
};

/** What the authors changed for other surrogates than WRMF + Adam: unroll steps, threshold, forced targets. */
type SurrogateRules = Partial<Pick<Rules, 'estimator' | 'projection' | 'forceTargets'>>;

const ITEM_AE: SurrogateRules = {
  estimator: { kind: 'unrolled', epochs: 5 },
  projection: { kind: 'threshold', rho: 0.1 },
};
const ITEM_AE_PARTIAL: SurrogateRules = {
  estimator: { kind: 'partial' },
  projection: { kind: 'threshold', rho: 0.05 },
  forceTargets: true,
};
const WRMF_ALS: SurrogateRules = {
  estimator: { kind: 'partial' },
  projection: { kind: 'threshold', rho: 0.1 },
  forceTargets: true,
};
/** Surrogates beyond the paper: as WRMF + Adam, over the 5 epochs of the paper's text. */
const OTHERS: SurrogateRules = { estimator: { kind: 'unrolled', epochs: 5 } };

function surrogateRules(surrogate: string, partial: boolean): SurrogateRules {
  if (surrogate === 'wrmf') return {};
  if (surrogate === 'wrmf-als') return WRMF_ALS;
  if (surrogate === 'item-ae') return partial ? ITEM_AE_PARTIAL : ITEM_AE;
  return OTHERS;
}

export interface RecipeSurrogate {
  /** a recommender with differentiable training; default WRMF with Adam */
  readonly surrogate?: string;
  /** the partial derivative alone was asked for: the authors' ItemAE(PD) has values of its own */
  readonly partial?: boolean;
}

/**
 * The options of a recipe for a kind of data and a surrogate, the surrogate with its own options for such data.
 *
 * @throws RecauditError('config') for a surrogate that cannot be differentiated
 * @example recipe('tang2020', 'interactions').projection // { kind: 'threshold', rho: 0.05 }
 */
export function recipe(
  name: RecipeName,
  setting: DataSetting,
  { surrogate = 'wrmf', partial = false }: RecipeSurrogate = {},
): LearnedOptions {
  const { defaults, presets } = recommenderNamed(surrogate);
  const { estimators } = surrogateNamed(surrogate);
  const rules = RECIPES[name][setting];
  const {
    estimator = rules.estimator,
    projection = rules.projection,
    forceTargets = rules.forceTargets,
  } = surrogateRules(surrogate, partial);
  const synthetic = setting === 'synthetic';
  return {
    ...rules,
    surrogate: { name: surrogate, options: { ...defaults, ...(synthetic ? presets.synthetic : {}) } },
    // On the generated data the whole training is unrolled, with any surrogate that allows it.
    estimator: synthetic && estimators.includes('exact') && !partial ? rules.estimator : estimator,
    projection: rules.projection.kind === 'budget' || synthetic ? rules.projection : projection,
    forceTargets: rules.forceTargets || forceTargets,
  };
}
