import type { Estimator } from '../../hypergradient/hypergradient.js';

/** How the relaxed fake matrix returns to {0, 1} after a gradient step. */
export type Projection =
  /** every profile keeps exactly its B_v largest entries; B_v = `clicks`, or drawn from the real profile sizes */
  | { readonly kind: 'budget'; readonly clicks?: number }
  /** an entry above rho becomes 1, others 0; no cap on clicks (the authors' rule) */
  | { readonly kind: 'threshold'; readonly rho: number };

/** A recommender of the registry that can be differentiated, with its resolved options. */
export interface SurrogateChoice {
  readonly name: string;
  readonly options: object;
}

/** Options of the learned attack (Algorithm 1 of the paper). */
export interface LearnedOptions {
  readonly recipe: string | null;
  readonly surrogate: SurrogateChoice;
  readonly outerSteps: number;
  readonly estimator: Estimator;
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
  /** list length k of the selection's target HR@k */
  readonly selectionTop: number;
  /** L_adv and its gradient are estimated on this many real users, drawn afresh at every outer step; absent: on all */
  readonly objectiveUsers?: number;
  /** the selection's target HR@k is that of this many real users, drawn once for all steps; absent: of all */
  readonly selectionUsers?: number;
}
