/**
 * The audit as data: what is asked (`AuditConfig`), what is computed (`AuditTask`); what comes out
 * is in `result-types.ts`. Every value here is plain JSON, so that tasks and results travel and are stored as they are.
 *
 * What it is not: it computes nothing.
 */

import type { BudgetChoice } from '../attacks/craft-profiles.js';
import type { FakeValueRules, GivenDigests } from '../attacks/fake-values.js';
import type { Differentiated } from '../attacks/types.js';
import type { ClickValues } from '../data/fake-rows.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Originals } from '../data/originals.js';
import type { KernelFlavour } from '../kernels/types.js';
import type { Arm, AttackArm, ControlArm, InjectedArm } from './arms.js';
import type { DetectorConfig, DetectSpec, PlannedDetection, PlannedDetector } from './detection-types.js';
import type { FakeValuesSpec, GoalSpec } from './spec-parts.js';

export type * from './detection-types.js';
export type * from './result-types.js';
export type * from './spec-parts.js';

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

/** An attack that serves as a control: it takes its budget from the attack that it is a control of. */
export interface ControlConfig {
  /** a name of the attack registry */
  readonly name: string;
  /** complete options of that attack, plain JSON */
  readonly options: object;
}

/** An attack to measure, with its controls. */
export interface AttackConfig {
  /** a name of the attack registry */
  readonly name: string;
  /** complete options of that attack, plain JSON */
  readonly options: object;
  /** how the report calls it; default the name, with a number where names repeat. No `/` */
  readonly label?: string;
  readonly budget: BudgetChoice;
  readonly controls: readonly ControlConfig[];
  /** digest of the profiles from outside that it takes: `hashProfiles` */
  readonly given?: string;
  /** of the ratings and timestamps that those came with, where the data have such columns: `hashClickValues` */
  readonly givenValues?: GivenDigests;
}

/** Hex digests of the data that a task reads. */
export interface DataHashes {
  readonly train: string;
  readonly test: string;
  /** `hashOriginals` of the training data, where a victim reads them */
  readonly originals?: string;
  /** the training data leave a user or an item without a click: the keys of tasks say so (decision 21) */
  readonly coldStart?: true;
}

/** A resolved audit: nothing is left to a default. */
export interface AuditConfig {
  readonly attacks: readonly AttackConfig[];
  readonly victims: readonly VictimConfig[];
  /** users of the training data; no part of any key, as the data's hash is */
  readonly realUsers: number;
  readonly targetSets: readonly TargetSet[];
  /** the replication: units are seeds x target sets */
  readonly seeds: readonly number[];
  /** list length k of every metric */
  readonly top: number;
  readonly dataHash: DataHashes;
  readonly kernelFlavour: KernelFlavour;
  /** where ratings and timestamps of fake clicks come from, for columns that the data have; absent: the data have none */
  readonly fakeValues?: FakeValueRules;
  /** whether maps of the victims' latent spaces are made; default yes */
  readonly maps?: boolean;
  /** which detectors look at the training data of every arm; absent: none */
  readonly detectors?: readonly DetectorConfig[];
}

/** What tasks compute with. Real users only; `test` has the same users and items as `train`. */
export interface AuditData {
  readonly train: InteractionMatrix;
  readonly test: InteractionMatrix;
  /** profiles from outside, by their digest */
  readonly given?: Readonly<Record<string, readonly Int32Array[]>>;
  /** columns that such profiles came with, by their digests */
  readonly givenValues?: Readonly<Record<string, ClickValues>>;
  /** ids, ratings and timestamps of `train`, where a victim reads them */
  readonly originals?: Originals;
}

/** What an attack and a control have in common. */
interface CraftingSpec {
  readonly attack: string;
  readonly options: object;
  readonly goal: GoalSpec;
  readonly seed: number;
  readonly trainHash: string;
}

export interface CraftSpec extends CraftingSpec {
  readonly kind: 'craft';
  readonly budget: BudgetChoice;
  /** digest of the profiles from outside that it takes */
  readonly givenHash?: string;
  /** users or items without clicks are there, and a surrogate is trained: users without any take no part in what it optimises */
  readonly coldStart?: true;
  /** the test data whose hit ratio on the surrogate is recorded at every step; absent: it is not */
  readonly observedTestHash?: string;
}

/** An attack that takes its budget from its input's profiles. */
export interface ControlSpec extends CraftingSpec {
  readonly kind: 'control';
}

export interface VictimSpec {
  readonly kind: 'victim';
  readonly recommender: string;
  readonly options: object;
  /** the target sets to measure: one where fake users were injected, all of the audit's on a clean victim */
  readonly targetSets: readonly (readonly number[])[];
  readonly top: number;
  readonly seed: number;
  readonly trainHash: string;
  readonly testHash: string;
  /** users or items without clicks are there: such users take no part in averages, and get the items by popularity */
  readonly coldStart?: true;
  /** a map of its latent space is wanted too */
  readonly map?: true;
  /** each target of a set of several is measured by itself too */
  readonly perItem?: true;
  /** for a recommender that reads original ids, ratings and timestamps */
  readonly originalsHash?: string;
  /** what such a recommender reads of fake clicks, where the data have ratings or timestamps */
  readonly fakeValues?: FakeValuesSpec;
}

/** An attack's gradient against finite differences, on a part of the training data. */
export interface CheckSpec extends Differentiated {
  readonly kind: 'check';
  readonly seed: number;
  readonly trainHash: string;
}

export type TaskSpec = CraftSpec | ControlSpec | VictimSpec | CheckSpec | DetectSpec;
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
  readonly arm: InjectedArm;
  readonly seed: number;
  readonly targetSet: number;
}

/** A control as reports need it. */
export interface PlannedControl {
  readonly arm: ControlArm;
  /** in a sentence, e.g. `the copied control` */
  readonly words: string;
  /** it costs what its attack costs */
  readonly costMatched: boolean;
  readonly forcesTargets: boolean;
  /** its profiles are parts of real users' clicks: no report shows them */
  readonly copiesRealUsers: boolean;
}

/** An attack as reports need it. */
export interface PlannedAttack {
  readonly label: string;
  readonly arm: AttackArm;
  /** in a sentence, e.g. `the learned attack` */
  readonly words: string;
  readonly fakeUsers: number;
  readonly budgeted: boolean;
  readonly forcesTargets: boolean;
  readonly copiesRealUsers: boolean;
  readonly controls: readonly PlannedControl[];
  /** key of the check of its gradient; absent where it has none */
  readonly check?: string;
}

export interface AuditPlan {
  readonly tasks: readonly AuditTask[];
  readonly attacks: readonly PlannedAttack[];
  readonly victims: readonly PlannedVictim[];
  readonly profiles: readonly PlannedProfiles[];
  readonly detectors: readonly PlannedDetector[];
  readonly detections: readonly PlannedDetection[];
}
