/**
 * The `Attack` interface: from what the attacker knows to fake profiles. The type carries the threat model: an
 * attack receives interactions, targets and a budget, and never the victim.
 */

import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { SeedKey } from '../rng.js';

/** One evaluation of the current fake profiles inside a learned attack. */
export interface OuterStepRecord {
  /** 0: the start, before any gradient step */
  readonly step: number;
  /** L_adv on the surrogate that gives the gradient */
  readonly adversarialLoss: number;
  /** L_adv is an estimate from this many real users, other ones at every step; absent: it is that of all */
  readonly adversarialLossUsers?: number;
  /** target HR@k over real users that decides keep-best (on the fresh or the same seed) */
  readonly selectionHitRatio: number;
  /** the hit ratio is that of this many real users, the same at every step; absent: it is that of all */
  readonly selectionUsers?: number;
  readonly gradientNorm: number;
  /** clicks of all fake users together */
  readonly clicks: number;
  /** test HR@k of the real users on the surrogate that gives the gradient, where the request observes it */
  readonly testHitRatio?: number;
  readonly implicit?: ImplicitRecord;
}

/** How the estimator `implicit` came to its gradient. */
export interface ImplicitRecord {
  /** steps towards the inner optimum */
  readonly innerSteps: number;
  /** |grad f| at the end, relative to where training starts */
  readonly relativeGradient: number;
  /** whether that is within the tolerance: else the gradient is not that of an optimum */
  readonly converged: boolean;
  /** null where no gradient was asked for */
  readonly linear: {
    readonly stop: 'residual' | 'iterations' | 'curvature';
    readonly iterations: number;
    /** relative to the right side */
    readonly residual: number;
    readonly damping: number;
  } | null;
}

export interface Provenance {
  readonly attack: string;
  readonly version: number;
  readonly recipe: string | null;
  readonly targets: readonly number[];
  readonly seed: string;
  /** the outer step whose profiles were kept (learned attacks) */
  readonly keptStep: number | null;
  /** whether a click budget was enforced */
  readonly budgeted: boolean;
}

/** V fake users: item indices of each profile, ascending. */
export interface FakeProfiles {
  readonly profiles: readonly Int32Array[];
  readonly provenance: Provenance;
  readonly history: readonly OuterStepRecord[];
}

export interface AttackRequest<Options> {
  /** the attacker's knowledge of the training data */
  readonly interactions: InteractionMatrix;
  /** distinct item indices to push, ascending */
  readonly targets: Int32Array;
  readonly fakeUsers: number;
  /** held-out interactions of the same users and items: measured at every step, never learned from */
  readonly observedTest?: InteractionMatrix;
  /** profiles to start from, for attacks whose options ask for them */
  readonly startProfiles?: readonly Int32Array[];
  readonly options: Options;
  readonly seed: SeedKey;
  readonly context: ComputeContext;
}

export interface Attack<Options> {
  readonly name: string;
  readonly version: number;
  craft(request: AttackRequest<Options>): Promise<FakeProfiles>;
}
