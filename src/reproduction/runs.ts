/**
 * What a reproduction computes, as plain data: the facts of the data sets, and what each task stands for. What it is not: it
 * plans nothing.
 */

import type { AuditTask } from '../audit/index.js';
import type { KernelFlavour } from '../kernels/types.js';
import type { DataName } from './methods.js';

/** Items pushed together, with the clicks that each has in training. */
export interface GroundTargets {
  readonly label: string;
  readonly items: readonly number[];
  readonly popularity: readonly number[];
}

/** What plan and page know of a data set: no row of it. */
export interface GroundData {
  readonly trainHash: string;
  readonly testHash: string;
  /** digest of the rows where the attack starts, on generated data */
  readonly startHash?: string;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly testInteractions: number;
  readonly targetSets: readonly GroundTargets[];
  /** clicks of 500 drawn real users by the popularity of the item, in the steps of `countStep`: [popularity, clicks] */
  readonly normalPopularity: readonly (readonly [number, number])[];
}

/** The data that the results stand on, and the kernels that computed them. */
export interface Ground {
  readonly kernelFlavour: KernelFlavour;
  readonly data: Readonly<Partial<Record<DataName, GroundData>>>;
}

/** What was injected: nothing, an attack's profiles, or those of a control of that attack. */
export type Role = 'clean' | 'attack' | 'random' | 'copied' | 'copied-unforced';

/** What a task stands for. */
export interface RunIdentity {
  readonly data: DataName;
  /** index into `GRID` where the task is of the search; null: of the figures */
  readonly point: number | null;
  /** id of the method; `clean` */
  readonly method: string;
  readonly role: Role;
  /** null: the profiles themselves */
  readonly victim: string | null;
  /** label of the target set; null: a clean victim, measured on all */
  readonly set: string | null;
  readonly seed: number;
}

export interface PlannedRun extends RunIdentity {
  readonly key: string;
}

export interface ReproductionPlan {
  /** in the order to run, each after its inputs */
  readonly tasks: readonly AuditTask[];
  readonly runs: readonly PlannedRun[];
}

/** Grid points in use by method id. */
export type ChosenPoints = Readonly<Record<string, number>>;

/** Equal for the same run, whatever its key. */
export function identityText({ data, point, method, role, victim, set, seed }: RunIdentity): string {
  return [data, point ?? '', method, role, victim ?? 'profiles', set ?? '', seed].join(' ');
}

/** The controls at equal cost; the third only where the attack does not force its targets. */
export const CONTROLS = ['random', 'copied', 'copied-unforced'] as const;

export type ControlRole = (typeof CONTROLS)[number];

/** The controls at equal cost; the third only where the attack does not force its targets. */
export function controlsOf(forced: boolean): readonly ControlRole[] {
  return forced ? ['random', 'copied'] : CONTROLS;
}
