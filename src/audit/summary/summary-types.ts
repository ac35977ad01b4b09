/** What an audit's results add up to: plain JSON, without any user's row. */

import type { OuterStepRecord } from '../../attacks/history.js';
import type { PairedComparison } from '../../metrics/index.js';
import type { Arm, InjectedArm } from '../arms.js';
import type { PlannedAttack, TaskKind } from '../types.js';
import type { DetectorSummary } from './detection-summary-types.js';
import type { MeasureSummary } from './measure-summary.js';

export type * from './detection-summary-types.js';
export type { MeasureSummary } from './measure-summary.js';

/** `hr`, `hrAuthors`, `exposure` and the ranks belong to the targets; the others to how well real users are served. */
export type Measure =
  | 'hr'
  | 'hrAuthors'
  | 'exposure'
  | 'meanRank'
  | 'medianRank'
  | 'recall'
  | 'ndcg'
  | 'testHitRatio';

export const MEASURES: readonly Measure[] = [
  'hr',
  'hrAuthors',
  'exposure',
  'meanRank',
  'medianRank',
  'recall',
  'ndcg',
  'testHitRatio',
];

/** One replication: a seed and a target set. */
export interface Unit {
  readonly seed: number;
  readonly targetSet: string;
}

export interface ArmSummary {
  readonly arm: Arm;
  readonly measures: Readonly<Record<Measure, MeasureSummary>>;
}

/** `arm` minus `against`, paired by unit. */
export interface Comparison extends PairedComparison {
  readonly arm: Arm;
  readonly against: Arm;
  readonly measure: Measure;
  /** indices of the units that have both values */
  readonly unitIndices: readonly number[];
}

/**
 * Whether an attack is above the clean run and every control at equal cost on every unit; null where one is missing, or where it
 * has no control.
 */
export interface Lead {
  /** label of the attack */
  readonly attack: string;
  readonly hr: boolean | null;
  readonly hrAuthors: boolean | null;
}

/** One target of a set of several, on one victim: means over the set's units that have both runs. */
export interface ItemEffect {
  /** label of the attack */
  readonly attack: string;
  /** index into the config's target sets */
  readonly set: number;
  readonly item: number;
  /** real users who clicked it in the training data */
  readonly clicks: number;
  /** real users that its hit ratio averages over: those who had not */
  readonly users: number;
  readonly clean: ItemRun;
  readonly attacked: ItemRun;
  /** of its hit ratio, attacked minus clean by unit; null where every real user had clicked it */
  readonly change: PairedComparison | null;
  /** the target under each control of the attack that has results; absent in older reports */
  readonly controls?: readonly ItemControl[];
}

/** A target under a control at the attack's cost. */
export interface ItemControl extends ItemRun {
  readonly arm: InjectedArm;
  /** the attack's hit ratio of the target minus the control's, by unit; null where every real user had clicked it */
  readonly lead: PairedComparison | null;
}

/** A target in one run. */
export interface ItemRun {
  readonly hr: number | null;
  readonly medianRank: number | null;
}

/** Fewest users that any of the averages is over, and those who are in none. */
export interface AveragedUsers {
  readonly real: number;
  readonly hr: number;
  readonly withTestItems: number;
  /** real users without a click in training; absent in reports written before they were left out, and counted */
  readonly withoutClicks?: number;
}

export interface VictimSummary {
  readonly victim: string;
  readonly arms: readonly ArmSummary[];
  readonly comparisons: readonly Comparison[];
  /** of each attack, in their order */
  readonly leads: readonly Lead[];
  readonly users: AveragedUsers;
  /** each target of the sets of several items, by attack; absent without such sets and in older reports */
  readonly items?: readonly ItemEffect[];
  /** the command outside recaudit that made its lists; ranks beyond them are not known. Absent for other victims */
  readonly command?: string;
}

/** What an arm's fake users really clicked, over all units. */
export interface CostSummary {
  readonly arm: InjectedArm;
  readonly fakeUsers: number;
  /** clicks of one fake user */
  readonly clicks: { readonly mean: number; readonly min: number; readonly max: number };
  /** clicks of all fake users of one unit together, on average */
  readonly totalClicks: number;
  readonly budgeted: boolean;
  /** whether every profile was made to click the targets, as far as they fit */
  readonly targetsForced: boolean;
  readonly notes: readonly string[];
}

export interface InvariantSummary {
  readonly name: string;
  /** number of tasks that checked it */
  readonly checked: number;
  readonly failed: number;
  /** what the failures said, with the task's label */
  readonly failures: readonly string[];
}

/** The course of an attack that goes in steps, on one unit. */
export interface CraftSummary extends Unit {
  /** label of the attack */
  readonly attack: string;
  readonly keptStep: number | null;
  readonly history: readonly OuterStepRecord[];
}

/** How a result came about; not part of the result. */
export interface TaskRun {
  readonly seconds: number;
  readonly peakResidentBytes: number;
}

/** Computing time by kind of task; `detect` where there are detectors. */
export type KindSeconds = Readonly<Record<Exclude<TaskKind, 'detect'>, number>> & {
  readonly detect?: number;
};

export interface WorkSummary {
  readonly tasks: number;
  readonly finished: number;
  /** labels of tasks without a result */
  readonly missing: readonly string[];
  /** computing time by kind of task, of the runs that are known */
  readonly seconds: KindSeconds | null;
  readonly peakResidentBytes: number | null;
}

export interface AuditSummary {
  readonly top: number;
  readonly realUsers: number;
  readonly attacks: readonly PlannedAttack[];
  readonly units: readonly Unit[];
  readonly seeds: number;
  readonly targetSets: number;
  /** items of the largest target set; absent in reports written before it was told */
  readonly largestTargetSet?: number;
  readonly victims: readonly VictimSummary[];
  readonly costs: readonly CostSummary[];
  readonly invariants: readonly InvariantSummary[];
  /** every check of an invariant passed; null where nothing was checked */
  readonly sound: boolean | null;
  readonly crafts: readonly CraftSummary[];
  /** what each detector saw, in their order; absent where none looked */
  readonly detection?: readonly DetectorSummary[];
  readonly work: WorkSummary;
}
