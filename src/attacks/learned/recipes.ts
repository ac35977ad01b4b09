/**
 * Recipes: complete, named sets of learned-attack options. `default` is what this project recommends; `tang2020` is
 * what the authors of the paper ran (RecSys '20), reported as uncapped because its projection has no click budget.
 *
 * What it is not: it holds no attack; a recipe is data, and any flag may change one of its values afterwards.
 */

import { completeModel, type DataSetting } from '../../recommenders/model-choice.js';
import { type RecommenderRegistry, surrogateNamed } from '../../recommenders/registry.js';
import type { LearnedOptions, RecipeName } from './options.js';

type Rules = Omit<LearnedOptions, 'surrogate'>;

/** Gowalla, surrogate WRMF + Adam. The paper's text unrolls 5 epochs, the authors' code 10. */
const TANG_2020: Rules = {
  recipe: 'tang2020',
  outerSteps: 30,
  unroll: { kind: 'unrolled', epochs: 10 },
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
  unroll: { kind: 'exact' },
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
type SurrogateRules = Partial<Pick<Rules, 'unroll' | 'projection' | 'forceTargets'>>;

const ITEM_AE: SurrogateRules = {
  unroll: { kind: 'unrolled', epochs: 5 },
  projection: { kind: 'threshold', rho: 0.1 },
};
const ITEM_AE_PARTIAL: SurrogateRules = {
  unroll: { kind: 'partial' },
  projection: { kind: 'threshold', rho: 0.05 },
  forceTargets: true,
};
const WRMF_ALS: SurrogateRules = {
  unroll: { kind: 'partial' },
  projection: { kind: 'threshold', rho: 0.1 },
  forceTargets: true,
};
/** Surrogates beyond the paper: as WRMF + Adam, over the 5 epochs of the paper's text. */
const OTHERS: SurrogateRules = { unroll: { kind: 'unrolled', epochs: 5 } };

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
  readonly recommenders?: RecommenderRegistry;
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
  { surrogate = 'wrmf', partial = false, recommenders }: RecipeSurrogate = {},
): LearnedOptions {
  const { estimators } = surrogateNamed(surrogate, recommenders);
  const rules = RECIPES[name][setting];
  const {
    unroll = rules.unroll,
    projection = rules.projection,
    forceTargets = rules.forceTargets,
  } = surrogateRules(surrogate, partial);
  const synthetic = setting === 'synthetic';
  return {
    ...rules,
    surrogate: completeModel({ name: surrogate, options: {} }, setting, recommenders),
    // On the generated data the whole training is unrolled, with any surrogate that allows it.
    unroll: synthetic && estimators.includes('exact') && !partial ? rules.unroll : unroll,
    projection: rules.projection.kind === 'budget' || synthetic ? rules.projection : projection,
    forceTargets: rules.forceTargets || forceTargets,
  };
}
