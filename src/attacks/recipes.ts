/**
 * Recipes: complete, named sets of learned-attack options. `default` is what this project recommends; `tang2020` is
 * what the authors of the paper ran (RecSys '20), reported as uncapped because its projection has no click budget.
 *
 * What it is not: it holds no attack; a recipe is data, and any flag may change one of its values afterwards.
 */

import { WRMF_DEFAULTS, WRMF_SYNTHETIC } from '../recommenders/wrmf-options.js';
import type { LearnedOptions } from './learned-options.js';

export const RECIPE_NAMES = ['default', 'tang2020'] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

/**
 * `interactions`: values tuned on real interaction data (Gowalla). `synthetic`: values for the small generated data
 * set of the paper's section 3.1, which is also the embedded one.
 */
export type DataSetting = 'interactions' | 'synthetic';

/** Gowalla, surrogate WRMF + Adam. The paper's text unrolls 5 epochs, the authors' code 10. */
const TANG_2020: LearnedOptions = {
  recipe: 'tang2020',
  surrogate: { name: 'wrmf', options: WRMF_DEFAULTS },
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
const TANG_2020_SYNTHETIC: LearnedOptions = {
  ...TANG_2020,
  surrogate: { name: 'wrmf', options: WRMF_SYNTHETIC },
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

const RECIPES: Readonly<Record<RecipeName, Readonly<Record<DataSetting, LearnedOptions>>>> = {
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

/**
 * The options of a recipe for a kind of data.
 *
 * @example recipe('tang2020', 'interactions').projection // { kind: 'threshold', rho: 0.05 }
 */
export function recipe(name: RecipeName, setting: DataSetting): LearnedOptions {
  return RECIPES[name][setting];
}
