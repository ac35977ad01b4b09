/**
 * What the paper compares, as data: attacks, victims, target sets and unroll lengths, in its names. What it is not: it plans
 * nothing and knows no seed.
 */

import type { LearnedOptions, Unroll } from '../attacks/learned/options.js';
import { recipe } from '../attacks/learned/recipes.js';
import { RecauditError } from '../errors.js';
import type { DataSetting } from '../recommenders/model-choice.js';

/** Figures and tables of the paper, in its order. */
export const EXPERIMENTS = ['fig3', 'fig4a', 'fig4b', 'table1', 'fig5a', 'fig5b', 'fig5c', 'table2'] as const;
export type Experiment = (typeof EXPERIMENTS)[number];

export const EXPERIMENT_TITLES: Readonly<Record<Experiment, string>> = {
  fig3: 'Fig. 3: the exact attack over outer iterations (synthetic data)',
  fig4a: 'Fig. 4a: unroll steps with WRMF (synthetic data)',
  fig4b: 'Fig. 4b: unroll steps with ItemAE (synthetic data)',
  table1: 'Table 1: recommendation without attack (Gowalla)',
  fig5a: 'Fig. 5a: attacks by victims (Gowalla, head targets)',
  fig5b: 'Fig. 5b: popularity of the clicked items (Gowalla)',
  fig5c: 'Fig. 5c: fake users in latent space (Gowalla)',
  table2: 'Table 2: targets of four popularities (Gowalla)',
};

export type DataName = 'synthetic' | 'gowalla';

export const DATA_OF: Readonly<Record<Experiment, DataName>> = {
  fig3: 'synthetic',
  fig4a: 'synthetic',
  fig4b: 'synthetic',
  table1: 'gowalla',
  fig5a: 'gowalla',
  fig5b: 'gowalla',
  fig5c: 'gowalla',
  table2: 'gowalla',
};

/** Seeds of the paper: 5 initialisations on the synthetic data, 4 on Gowalla. */
export const PAPER_SEEDS: Readonly<Record<DataName, number>> = { synthetic: 5, gowalla: 4 };

/** Seed of the hyperparameter search, which no reported cell has. */
export const SEARCH_SEED = 1000;

/** A learned attack. */
export interface Method {
  readonly id: string;
  /** the paper's name, with the unroll length where the paper and its code differ */
  readonly name: string;
  readonly surrogate: string;
  readonly unroll: Unroll;
  /** the method whose hyperparameters it takes; absent: its own */
  readonly tunedAs?: string;
}

/** The learned attacks on Gowalla, cheapest first. WRMF+SGD unrolls 10 epochs in the authors' code, 5 (10 %) in the paper. */
export const GOWALLA_METHODS: readonly Method[] = [
  {
    id: 'wrmf-sgd-10',
    name: 'WRMF+SGD, 10 epochs',
    surrogate: 'wrmf',
    unroll: { kind: 'unrolled', epochs: 10 },
  },
  { id: 'wrmf-als', name: 'WRMF+ALS', surrogate: 'wrmf-als', unroll: { kind: 'partial' } },
  { id: 'item-ae-pd', name: 'ItemAE(PD)', surrogate: 'item-ae', unroll: { kind: 'partial' } },
  { id: 'item-ae', name: 'ItemAE', surrogate: 'item-ae', unroll: { kind: 'unrolled', epochs: 5 } },
  {
    id: 'wrmf-sgd-5',
    name: 'WRMF+SGD, 5 epochs',
    surrogate: 'wrmf',
    unroll: { kind: 'unrolled', epochs: 5 },
    tunedAs: 'wrmf-sgd-10',
  },
];

/** A learned attack on Gowalla; undefined for `clean` and RandFilter. */
export function methodNamedOrUndefined(id: string): Method | undefined {
  return GOWALLA_METHODS.find((method) => method.id === id);
}

export function methodNamed(id: string): Method {
  const found = methodNamedOrUndefined(id);
  if (found !== undefined) return found;
  throw new RecauditError('internal', `reproduction: expected a method of the paper, got "${id}"`);
}

/** The attack of Table 2 and of Fig. 5b and 5c. */
export const MAIN_METHOD = 'wrmf-sgd-10';

/** The authors' heuristic: targets and each item with P(N(0,1) > 0.05), about 48 % of the catalogue. */
export const RAND_FILTER = {
  id: 'rand-filter',
  name: 'RandFilter',
  attack: 'rand-filter-authors',
} as const;

/** The paper's victims, cheapest first, in its names. */
export const VICTIMS = [
  { id: 'wrmf', name: 'WRMF' },
  { id: 'item-ae', name: 'ItemAE' },
  { id: 'item-cf', name: 'ItemCF' },
  { id: 'mult-vae', name: 'Mult-VAE' },
  { id: 'cml', name: 'CML' },
  { id: 'ncf', name: 'NCF' },
] as const;

/** What stands for a victim where its name is not that of a recommender's defaults. */
const MODELS: Readonly<Record<string, { readonly recommender: string; readonly preset?: string }>> = {
  // The authors' code has no hidden layer, whatever Table 1 says (docs/fidelity.md): the paper's figures are of that.
  ncf: { recommender: 'ncf', preset: 'authors' },
  'ncf-hidden': { recommender: 'ncf' },
};

/** The recommender and preset behind a name of `VICTIMS` or `UNATTACKED`. */
export function modelOf(id: string): { readonly recommender: string; readonly preset?: string } {
  return MODELS[id] ?? { recommender: id };
}

/** Models of Table 1 that nothing attacks here. */
export const UNATTACKED = [
  { id: 'wrmf-als', name: 'WRMF+ALS' },
  { id: 'ncf-hidden', name: 'NCF with a hidden layer' },
] as const;

/** Victims that train in seconds. */
export const CHEAP_VICTIMS: readonly string[] = ['wrmf', 'item-ae', 'item-cf', 'wrmf-als'];

/** Victims whose users' points are mapped in Fig. 5c. */
export const MAPPED_VICTIMS: readonly string[] = ['wrmf', 'mult-vae'];

/** Target sets by popularity, the most popular first: keys of the targets file. */
export const TARGET_SETS = ['head', 'upper_torso', 'lower_torso', 'tail'] as const;

export const FAKE_USERS: Readonly<Record<DataName, number>> = { synthetic: 100, gowalla: 131 };

/** Length of the recommended lists. */
export const TOP: Readonly<Record<DataName, number>> = { synthetic: 10, gowalla: 50 };

/** Epochs of the surrogate's training on the synthetic data, L. */
export const SYNTHETIC_EPOCHS = 100;

/** Unroll lengths of Fig. 4; 0 is the partial derivative, which is 0 for WRMF. */
export const UNROLL_STEPS: Readonly<Record<'wrmf' | 'item-ae', readonly number[]>> = {
  wrmf: [1, 2, 5, 10, 20, 40, 60, 80, 100],
  'item-ae': [0, 1, 2, 5, 10, 20, 40, 60, 80, 100],
};

function unrollOf(steps: number): Unroll {
  if (steps === 0) return { kind: 'partial' };
  return steps === SYNTHETIC_EPOCHS ? { kind: 'exact' } : { kind: 'unrolled', epochs: steps };
}

/** The attack of Fig. 4 that unrolls so many steps. */
export function unrolling(surrogate: 'wrmf' | 'item-ae', steps: number): Method {
  const name = `${surrogate === 'wrmf' ? 'WRMF' : 'ItemAE'}, ${steps === 0 ? 'partial derivative' : `${steps} steps`}`;
  return { id: `${surrogate}-tau-${steps}`, name, surrogate, unroll: unrollOf(steps) };
}

/** What the search varies: the two values that differ between the authors' four attacks. */
export type GridPoint = Pick<LearnedOptions, 'projection' | 'forceTargets'>;

/** Four points a method; among them are the authors' values of every method. */
export const GRID: readonly GridPoint[] = [false, true].flatMap((forceTargets) =>
  [0.05, 0.1].map((rho): GridPoint => ({ projection: { kind: 'threshold', rho }, forceTargets })),
);

/**
 * The options of an attack: the authors' recipe for its surrogate, with its unroll length, and the grid point where one is given.
 *
 * @example methodOptions(GOWALLA_METHODS[0], 'interactions', GRID[0]).unroll // { kind: 'unrolled', epochs: 10 }
 */
export function methodOptions(method: Method, setting: DataSetting, point?: GridPoint): LearnedOptions {
  const { surrogate, unroll } = method;
  // On the synthetic data the unroll length alone differs: the partial derivative has no values of its own there.
  const partial = unroll.kind === 'partial' && setting === 'interactions';
  return { ...recipe('tang2020', setting, { surrogate, partial }), unroll, ...point };
}

/** Which grid point has the authors' values. */
export function authorsPoint(method: Method): number {
  const { projection, forceTargets } = methodOptions(method, 'interactions');
  return GRID.findIndex(
    (point) =>
      point.forceTargets === forceTargets &&
      projection.kind === 'threshold' &&
      point.projection.kind === 'threshold' &&
      point.projection.rho === projection.rho,
  );
}

/** The authors' values of every method that is searched for, as indices into the grid. */
export const AUTHORS_POINTS: Readonly<Record<string, number>> = Object.fromEntries(
  GOWALLA_METHODS.filter(({ tunedAs }) => tunedAs === undefined).map((method) => [
    method.id,
    authorsPoint(method),
  ]),
);
