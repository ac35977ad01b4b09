/**
 * The `Attack` interface: from what the attacker knows, wants and may spend to fake profiles. The types carry the threat model: an
 * attack receives what its knowledge allows and never the victim; its budget is drawn, and enforced, outside of it
 * (`craft-profiles.ts`).
 */

import type { ComputeContext, Cost, TrainingShape } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Described } from '../described.js';
import type { Estimator } from '../hypergradient/hypergradient.js';
import type { DataSetting, ModelChoice } from '../recommenders/model-choice.js';
import type { RecommenderRegistry } from '../recommenders/registry.js';
import type { SeedKey } from '../rng.js';
import type { OuterStepRecord } from './history.js';

/** What the attacker wants. Item and user indices are ascending and distinct. */
export type Goal =
  /** the targets in more lists */
  | { readonly kind: 'push'; readonly targets: Int32Array }
  /** the targets in fewer lists */
  | { readonly kind: 'nuke'; readonly targets: Int32Array }
  /** the targets in more lists of these users */
  | { readonly kind: 'segment'; readonly targets: Int32Array; readonly users: Int32Array }
  /** worse lists for all */
  | { readonly kind: 'untargeted' };

export type GoalKind = Goal['kind'];

/** What an attack looks at: the size of the data alone, also the clicks of each item, or the interactions. */
export type Knowledge = 'nothing' | 'popularity' | 'interactions';

interface KnownByLevel {
  readonly nothing: { readonly users: number; readonly items: number };
  readonly popularity: KnownByLevel['nothing'] & {
    /** clicks of each item by real users */
    readonly popularity: Int32Array;
  };
  readonly interactions: KnownByLevel['popularity'] & {
    /** of the real users */
    readonly interactions: InteractionMatrix;
  };
}

/** What an attack of this knowledge is told of the training data. */
export type Known<K extends Knowledge> = KnownByLevel[K];

/** What the attacker may spend. */
export interface Budget {
  readonly fakeUsers: number;
  /** clicks of each fake user, at most; null: no cap, as the attack's options have none */
  readonly clicks: Int32Array | null;
}

/** Where an attack finds the recommenders that it uses as surrogates. */
export interface AttackRegistries {
  readonly recommenders: RecommenderRegistry;
}

export interface AttackRequest<Options, K extends Knowledge = 'interactions'> {
  readonly known: Known<K>;
  readonly goal: Goal;
  readonly budget: Budget;
  readonly options: Options;
  readonly seed: SeedKey;
  readonly registries: AttackRegistries;
  readonly context: ComputeContext;
  /** profiles from outside, one a fake user at least, for attacks that take them */
  readonly given?: readonly Int32Array[];
  /** held-out interactions of the same users and items: measured at every step, never learned from */
  readonly observedTest?: InteractionMatrix;
}

/** What an attack gives back; who made it, and with what budget, is noted outside. */
export interface Crafted {
  /** item indices of each fake user, ascending */
  readonly profiles: readonly Int32Array[];
  /** the evaluations of an attack that goes in steps */
  readonly history?: readonly OuterStepRecord[];
  /** the step whose profiles these are; absent: the attack has no steps */
  readonly keptStep?: number;
  /** remarks for the report, such as profiles that had to be filled up */
  readonly notes?: readonly string[];
}

/** What the options of an attack are completed from. */
export interface ResolveRequest<Options> {
  /** options that were given; the others are the attack's to choose */
  readonly given: Partial<Options>;
  readonly setting: DataSetting;
  /** of the real training data */
  readonly users: number;
  readonly items: number;
  /** clicks of the real user with the fewest, but for none */
  readonly smallestProfile: number;
  /** length k of the recommended lists */
  readonly top: number;
  readonly registries: AttackRegistries;
}

/** How reports call it; default: its name. */
export interface AttackWords {
  /** as an attack, e.g. `the learned attack` */
  readonly attack?: string;
  /** as a control, e.g. `the copied control` */
  readonly control?: string;
}

export interface Attack<Options extends object, K extends Knowledge = 'interactions'>
  extends Described<Options> {
  readonly goals: readonly GoalKind[];
  /** Decides what its request contains. */
  readonly knowledge: K;
  readonly words?: AttackWords;
  /** Whether every fake user is made to click every target, as far as they fit; default no. */
  forcesTargets?(options: Options): boolean;
  /** Whether the options keep a click budget; default yes. */
  keepsBudget?(options: Options): boolean;
  /** Whether its profiles are parts of real users' clicks by definition, so that no report may show them; default no. */
  readonly copiesRealUsers?: boolean;
  /** Whether the options ask for profiles from outside (`request.given`); default no. */
  takesProfiles?(options: Options): boolean;
  /** The recommenders that it trains: their versions enter the task's key. Default none. */
  uses?(options: Options): readonly ModelChoice[];
  /** What it differentiates, and how, so that an audit can check the gradient; null or absent: nothing. */
  differentiates?(options: Options): Differentiated | null;
  /**
   * All options, where a default depends on the data or on another option; absent: the defaults, changed by what is given.
   *
   * @throws RecauditError('config') naming the option (`learned, unroll: expected ...`) that does not fit
   */
  resolve?(request: ResolveRequest<Options>): Options;
  /**
   * `root`: it draws from the root of the seed tree, in branches of its own name. Only for attacks whose results were
   * published before every attack had a branch.
   */
  readonly seedBranch?: 'root';
  /** Operations and bytes, from sizes alone: the real training data, and fake users with so many clicks together. */
  cost(request: AttackCostRequest<Options>): Cost;
  /**
   * Deterministic in the request.
   *
   * @throws RecauditError `config` for what it cannot do, `numeric` when training diverges, `interrupted`
   */
  craft(request: AttackRequest<Options, K>): Promise<Crafted>;
}

export interface AttackCostRequest<Options> {
  readonly shape: TrainingShape;
  readonly fakeUsers: number;
  /** of all fake users together */
  readonly fakeClicks: number;
  readonly options: Options;
  readonly registries: AttackRegistries;
}

/** A surrogate and how the gradient through it is made. */
export interface Differentiated {
  readonly surrogate: ModelChoice;
  readonly unroll: Estimator;
}

/** Where profiles come from: noted by what ran the attack, never by the attack. */
export interface Provenance {
  readonly attack: string;
  readonly version: number;
  readonly goal: GoalKind;
  readonly targets: readonly number[];
  readonly seed: string;
  /** the step whose profiles were kept; null: the attack has no steps */
  readonly keptStep: number | null;
  /** whether a click budget was enforced */
  readonly budgeted: boolean;
}

/** V fake users: item indices of each profile, ascending. */
export interface FakeProfiles {
  readonly profiles: readonly Int32Array[];
  readonly provenance: Provenance;
  readonly history: readonly OuterStepRecord[];
  readonly notes: readonly string[];
}
