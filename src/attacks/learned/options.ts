/** Options of the learned attack (Algorithm 1 of the paper): one table, from which flags, help and errors derive. */

import type { Estimator, TrajectoryEstimator } from '../../hypergradient/hypergradient.js';
import {
  IMPLICIT_DEFAULTS,
  IMPLICIT_OPTIONS,
  type ImplicitOptions,
} from '../../hypergradient/implicit-options.js';
import { defaultsOf, type OptionTable, type ValueSpec } from '../../options.js';
import type { ModelChoice } from '../../recommenders/model-choice.js';

export const RECIPE_NAMES = ['default', 'tang2020'] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

/** How the gradient is made: back-propagation through the last epochs of the surrogate's training, or at its optimum. */
export type Unroll = TrajectoryEstimator | { readonly kind: 'implicit' };

/** How the relaxed fake matrix returns to {0, 1} after a gradient step. */
export type Projection =
  /** every profile keeps exactly its budget's largest entries */
  | { readonly kind: 'budget' }
  /** an entry above rho becomes 1, others 0; no cap on clicks (the authors' rule) */
  | { readonly kind: 'threshold'; readonly rho: number };

/** The options of `implicit` are there with `unroll` implicit alone: elsewhere they would change nothing. */
export interface LearnedOptions extends Partial<ImplicitOptions> {
  readonly recipe: RecipeName;
  readonly surrogate: ModelChoice;
  readonly outerSteps: number;
  readonly unroll: Unroll;
  /** outer SGD */
  readonly learningRate: number;
  readonly momentum: number;
  /** divide each fake user's gradient row by its L2 norm (a row of norm 0 stays 0) */
  readonly normaliseRows: boolean;
  readonly projection: Projection;
  /** every fake user clicks every target and those columns get no gradient */
  readonly forceTargets: boolean;
  /**
   * `real-users`: copies of real users drawn by the seed, trimmed to the budget where there is one;
   * `first-real-users`: the first that qualify (the authors' rule); `rows`: profiles the caller gives; `empty`.
   */
  readonly start: 'real-users' | 'first-real-users' | 'rows' | 'empty';
  /** without a budget, only real profiles of at most this many clicks are copied */
  readonly startMaxClicks: number;
  /** the surrogate's seed at each outer step: one for all (a deterministic objective), or a new one */
  readonly surrogateSeeds: 'same' | 'fresh';
  /** which surrogate scores the profiles of each step */
  readonly keepBest: 'fresh-seed' | 'same-seed' | 'last';
  /** list length k of the selection's hit ratio */
  readonly selectionTop: number;
  /** L_adv and its gradient are estimated on this many real users, drawn afresh at every outer step; absent: on all */
  readonly objectiveUsers?: number;
  /** the selection's hit ratio is that of this many real users, drawn once for all steps; absent: of all */
  readonly selectionUsers?: number;
}

const wholeFrom1 = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;

const surrogate: ValueSpec<ModelChoice> = {
  type: 'value',
  default: { name: 'wrmf', options: {} },
  form: '<model[:preset]>',
  expected: 'a model that can be a surrogate',
  example: 'wrmf',
  help: 'recommender whose training the attack differentiates; recaudit models lists which can be',
  read: (text) => (text === '' ? undefined : { name: text, options: {} }),
  show: ({ name }) => name,
  fits: (value) => typeof (value as ModelChoice | null)?.name === 'string',
};

const unroll: ValueSpec<Unroll> = {
  type: 'value',
  default: { kind: 'unrolled', epochs: 10 },
  form: '<n|exact|partial|implicit>',
  expected: 'a whole number of at least 1, exact, partial, or implicit',
  example: '10',
  unit: 'epochs',
  help: 'back-propagate through the last n epochs of the surrogate, through all, or through none; implicit: differentiate its optimum',
  read(text) {
    if (text === 'exact' || text === 'partial' || text === 'implicit') return { kind: text };
    return text === '' ? undefined : { kind: 'unrolled', epochs: Number(text) };
  },
  show: (value) => (value.kind === 'unrolled' ? String(value.epochs) : value.kind),
  fits(value) {
    const { kind, epochs } = (value ?? {}) as { readonly kind?: string; readonly epochs?: number };
    if (kind === 'unrolled') return wholeFrom1(epochs);
    return kind === 'exact' || kind === 'partial' || kind === 'implicit';
  },
};

const projection: ValueSpec<Projection> = {
  type: 'value',
  default: { kind: 'budget' },
  form: '<budget|threshold:RHO>',
  expected: 'budget, or threshold:RHO with RHO between 0 and 1',
  example: 'threshold:0.05',
  help: 'how a step returns to clicks: budget (real profile sizes) or threshold:RHO (no cap)',
  read(text) {
    if (text === 'budget') return { kind: 'budget' };
    const rho = /^threshold:(.+)$/.exec(text)?.[1];
    return rho === undefined ? undefined : { kind: 'threshold', rho: Number(rho) };
  },
  show: (value) => (value.kind === 'budget' ? 'budget' : `threshold:${value.rho}`),
  fits(value) {
    const { kind, rho = Number.NaN } = (value ?? {}) as { readonly kind?: string; readonly rho?: number };
    return kind === 'budget' || (kind === 'threshold' && rho > 0 && rho < 1);
  },
};

/** The table of `implicit` with each option optional. */
const implicit = Object.fromEntries(
  Object.entries(IMPLICIT_OPTIONS).map(([name, spec]) => [
    name,
    { ...spec, optional: true, help: `with unroll implicit, ${spec.help}` },
  ]),
) as unknown as OptionTable<ImplicitOptions>;

/** The defaults are those of the recipe `default` on real interactions with surrogate wrmf; `recipes.ts` has the others. */
export const LEARNED_OPTIONS: OptionTable<LearnedOptions> = {
  recipe: {
    type: 'choice',
    choices: RECIPE_NAMES,
    default: 'default',
    help: "attack options: default keeps a click budget, tang2020 is the paper authors' (no budget)",
  },
  surrogate,
  outerSteps: {
    type: 'integer',
    default: 30,
    min: 1,
    unit: 'steps',
    help: 'gradient steps on the fake profiles',
  },
  unroll,
  ...implicit,
  learningRate: { type: 'number', default: 5, above: 0, help: 'learning rate on the fake profiles' },
  momentum: { type: 'number', default: 0.95, min: 0, below: 1, help: 'momentum on the fake profiles' },
  projection,
  normaliseRows: { type: 'flag', default: true, help: "divide each fake user's gradient by its length" },
  forceTargets: { type: 'flag', default: false, help: 'every fake user clicks every target' },
  start: {
    type: 'choice',
    choices: ['real-users', 'first-real-users', 'rows', 'empty'],
    default: 'real-users',
    help: 'first fake profiles: drawn real users, the first real users, further rows of the generator, nothing',
  },
  startMaxClicks: {
    type: 'integer',
    default: 100,
    min: 1,
    unit: 'clicks',
    help: 'copy only real users with at most n clicks; for a projection threshold:RHO alone',
  },
  surrogateSeeds: {
    type: 'choice',
    choices: ['same', 'fresh'],
    default: 'fresh',
    help: "the surrogate's first values at each step: the same, or drawn anew",
  },
  keepBest: {
    type: 'choice',
    choices: ['fresh-seed', 'same-seed', 'last'],
    default: 'fresh-seed',
    help: 'choose the profiles to keep on a surrogate with another seed, the same seed, or take the last',
  },
  selectionTop: {
    type: 'integer',
    default: 50,
    min: 1,
    unit: 'items',
    help: 'list length k of the hit ratio that chooses the profiles to keep',
  },
  objectiveUsers: {
    type: 'integer',
    default: 0,
    min: 0,
    optional: true,
    unit: 'users',
    help: 'estimate the objective L_adv, and its gradient, on n real users drawn afresh at each step: for large data; 0 is all',
  },
  selectionUsers: {
    type: 'integer',
    default: 0,
    min: 0,
    optional: true,
    unit: 'users',
    help: 'choose the profiles to keep by the hit ratio of n real users, drawn once; 0 is all',
  },
};

export const LEARNED_DEFAULTS: LearnedOptions = defaultsOf(LEARNED_OPTIONS);

export const IMPLICIT_NAMES = Object.keys(IMPLICIT_OPTIONS) as (keyof ImplicitOptions)[];

/** The estimator that the options ask for. @example estimatorOf(options).kind */
export function estimatorOf(options: Pick<LearnedOptions, 'unroll'> & Partial<ImplicitOptions>): Estimator {
  const { unroll: asked } = options;
  if (asked.kind !== 'implicit') return asked;
  const given = IMPLICIT_NAMES.filter((name) => options[name] !== undefined);
  return {
    kind: 'implicit',
    ...IMPLICIT_DEFAULTS,
    ...Object.fromEntries(given.map((name) => [name, options[name]])),
  };
}
