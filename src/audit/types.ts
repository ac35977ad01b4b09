/**
 * The audit as data: what is asked (`AuditConfig`), what is computed (`AuditTask`) and what comes out
 * (`TaskResult`). Every value here is plain JSON, so that tasks and results travel and are stored as they are.
 *
 * What it is not: it computes nothing.
 */

import type { LearnedOptions, SurrogateChoice } from '../attacks/learned/options.js';
import type { OuterStepRecord, Provenance } from '../attacks/types.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Originals } from '../data/originals.js';
import type { Estimator } from '../hypergradient/hypergradient.js';
import type { KernelFlavour } from '../kernels/types.js';
import type { ListsOrigin } from '../recommenders/types.js';
import type { GradientCheck, LatentEvidence } from './task-evidence.js';

/** All cost as much as the attack but `rand-filter-authors` (46 to 48 % of all items). */
export type ControlName = 'random' | 'copied' | 'copied-unforced' | 'rand-filter-authors';

/** What was injected before a victim was trained. */
export type Arm = 'clean' | 'learned' | ControlName;

/** Items pushed together. */
export interface TargetSet {
  readonly label: string;
  /** distinct item indices; the order is of no account */
  readonly items: readonly number[];
}

/** A recommender under attack. */
export interface VictimConfig {
  /** a name of the recommender registry */
  readonly name: string;
  /** resolved options of that recommender, plain JSON */
  readonly options: object;
  /** how the report calls it; default the name, with a number where names repeat */
  readonly label?: string;
}

/** Hex digests of the data that a task reads. */
export interface DataHashes {
  readonly train: string;
  readonly test: string;
  /** digest of the start profiles, where the attack starts from given rows */
  readonly start?: string;
  /** `hashOriginals` of the training data, where a victim reads them */
  readonly originals?: string;
}

/** A resolved audit: nothing is left to a default. */
export interface AuditConfig {
  readonly attack: { readonly name: 'learned'; readonly options: LearnedOptions };
  readonly victims: readonly VictimConfig[];
  /** users of the training data; no part of any key, as the data's hash is */
  readonly realUsers: number;
  /** number of fake users V */
  readonly fakeUsers: number;
  readonly targetSets: readonly TargetSet[];
  /** the replication: units are seeds x target sets */
  readonly seeds: readonly number[];
  /** list length k of every metric */
  readonly top: number;
  readonly controls: readonly ControlName[];
  readonly dataHash: DataHashes;
  readonly kernelFlavour: KernelFlavour;
}

/** What tasks compute with. Real users only; `test` has the same users and items as `train`. */
export interface AuditData {
  readonly train: InteractionMatrix;
  readonly test: InteractionMatrix;
  readonly start?: readonly Int32Array[];
  /** ids, ratings and timestamps of `train`, where a victim reads them */
  readonly originals?: Originals;
}

export interface CraftSpec {
  readonly kind: 'craft';
  readonly attack: string;
  readonly options: LearnedOptions;
  readonly fakeUsers: number;
  /** ascending */
  readonly targets: readonly number[];
  readonly seed: number;
  readonly trainHash: string;
  /** the test data whose hit ratio on the surrogate is recorded at every step; absent: it is not */
  readonly observedTestHash?: string;
}

export interface ControlSpec {
  readonly kind: 'control';
  readonly control: ControlName;
  readonly targets: readonly number[];
  /** threshold of `rand-filter-authors`; null for the others */
  readonly rho: number | null;
  readonly seed: number;
  readonly trainHash: string;
}

export interface VictimSpec {
  readonly kind: 'victim';
  readonly recommender: string;
  readonly options: object;
  readonly arm: Arm;
  /** the target sets to measure: one where fake users were injected, all of the audit's on a clean victim */
  readonly targetSets: readonly (readonly number[])[];
  readonly top: number;
  readonly seed: number;
  readonly trainHash: string;
  readonly testHash: string;
  /** a map of its latent space is wanted too */
  readonly map?: true;
  /** for a recommender that reads original ids, ratings and timestamps */
  readonly originalsHash?: string;
}

/** The attack's gradient against finite differences, on a part of the training data. */
export interface CheckSpec {
  readonly kind: 'check';
  readonly surrogate: SurrogateChoice;
  readonly estimator: Estimator;
  readonly seed: number;
  readonly trainHash: string;
}

export type TaskSpec = CraftSpec | ControlSpec | VictimSpec | CheckSpec;
export type TaskKind = TaskSpec['kind'];

/** One node of the graph: a pure function of its spec, the data its hashes name, and its inputs' results. */
export interface AuditTask {
  /** hex SHA-256 of everything the result depends on */
  readonly key: string;
  readonly kind: TaskKind;
  /** a few words for people; no part of the key */
  readonly label: string;
  /** keys of the tasks whose results it reads */
  readonly inputs: readonly string[];
  readonly spec: TaskSpec;
}

/** Where a victim's result belongs in the comparison. */
export interface PlannedVictim {
  readonly key: string;
  readonly victim: string;
  readonly arm: Arm;
  readonly seed: number;
  /** index into the config's target sets; null: a clean victim, good for all of them */
  readonly targetSet: number | null;
}

/** Where a set of fake profiles belongs. */
export interface PlannedProfiles {
  readonly key: string;
  readonly arm: Exclude<Arm, 'clean'>;
  readonly seed: number;
  readonly targetSet: number;
}

export interface AuditPlan {
  readonly tasks: readonly AuditTask[];
  /** key of the gradient's check; absent where nothing is learned */
  readonly check?: string;
  readonly victims: readonly PlannedVictim[];
  readonly profiles: readonly PlannedProfiles[];
}

/** A rule that keeps the audit sound, as checked in one run. */
export interface Invariant {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** Result of a `craft` or `control` task. */
export interface ProfilesResult {
  readonly kind: 'craft' | 'control';
  /** item indices of each fake user, ascending */
  readonly profiles: readonly (readonly number[])[];
  readonly provenance: Provenance;
  readonly history: readonly OuterStepRecord[];
  /** remarks for the report, such as profiles that had to be filled up */
  readonly notes: readonly string[];
  readonly invariants: readonly Invariant[];
}

/** What the attacker gained on one target set. An average over no user is null. */
export interface TargetMeasures {
  readonly targets: readonly number[];
  readonly hr: number | null;
  /** real users that `hr` averages over */
  readonly hrUsers: number;
  readonly hrAuthors: number | null;
  readonly hrAuthorsUsers: number;
  readonly exposure: number | null;
  readonly meanRank: number | null;
  readonly medianRank: number | null;
}

/** How well real users are served. */
export interface QualityMeasures {
  readonly recall: number | null;
  readonly ndcg: number | null;
  readonly testHitRatio: number | null;
  /** real users with test items */
  readonly users: number;
}

/** Result of a `victim` task. */
export interface VictimResult {
  readonly kind: 'victim';
  readonly arm: Arm;
  readonly realUsers: number;
  readonly fakeUsers: number;
  readonly quality: QualityMeasures;
  readonly targetSets: readonly TargetMeasures[];
  readonly firstLoss: number | null;
  readonly lastLoss: number | null;
  /** where the lists were made outside recaudit; target ranks are null then */
  readonly origin?: ListsOrigin;
  /** present where the spec asks for a map; null for a model that shows no points */
  readonly latent?: LatentEvidence | null;
  readonly invariants: readonly Invariant[];
}

/** Result of the `check` task. */
export interface CheckResult {
  readonly kind: 'check';
  readonly gradientCheck: GradientCheck;
  readonly invariants: readonly Invariant[];
}

export type TaskResult = ProfilesResult | VictimResult | CheckResult;
