/**
 * Planned runs and their records as numbers by seed. What it is not: it draws no conclusion (`claims.ts`) and arranges no table
 * (`experiments.ts`).
 */

import type { TargetMeasures, VictimResult } from '../audit/types.js';
import { type Interval, mean, standardDeviation, tInterval } from '../metrics/index.js';
import type { RecordedProfiles, Records, TaskRecord } from './records.js';
import { identityText, type PlannedRun, type ReproductionPlan, type Role, type RunIdentity } from './runs.js';

export type TargetMeasure = 'hr' | 'hrAuthors' | 'exposure' | 'meanRank' | 'medianRank';
export type QualityMeasure = 'recall' | 'ndcg' | 'testHitRatio';

/** One number a seed, null where its task has no result. */
export interface CellValues {
  readonly values: readonly (number | null)[];
  readonly n: number;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** 95 % t-interval of the mean; null below 3 values */
  readonly interval: Interval | null;
}

/** Adds up one number a seed. */
export function cellOf(values: readonly (number | null)[]): CellValues {
  const present = values.filter((value) => value !== null);
  return {
    values,
    n: present.length,
    mean: present.length === 0 ? null : mean(present),
    standardDeviation: standardDeviation(present),
    interval: tInterval(present),
  };
}

type Wanted = Pick<RunIdentity, 'data' | 'method' | 'role' | 'seed'> &
  Partial<Pick<RunIdentity, 'point' | 'victim' | 'set'>>;

/** Finds results by what they stand for. */
export class Results {
  readonly #keys: ReadonlyMap<string, PlannedRun>;
  readonly #records: Records;

  constructor({ runs }: Pick<ReproductionPlan, 'runs'>, records: Records) {
    this.#keys = new Map(runs.map((run) => [identityText(run), run]));
    this.#records = records;
  }

  record(wanted: Wanted): TaskRecord | undefined {
    const identity = { point: null, victim: null, set: null, ...wanted };
    const run = this.#keys.get(identityText(identity));
    return run && this.#records.get(run.key);
  }

  profiles(wanted: Wanted): RecordedProfiles | undefined {
    const result = this.record(wanted)?.result;
    return result?.kind === 'profiles' ? result : undefined;
  }

  victim(wanted: Wanted): VictimResult | undefined {
    const result = this.record(wanted)?.result;
    return result?.kind === 'victim' ? result : undefined;
  }

  /**
   * What was gained on one target set.
   *
   * @param setIndex which of a clean victim's target sets it is
   */
  gained(
    { role, ...wanted }: Wanted & { readonly role: Role; readonly set: string },
    setIndex: number,
    measure: TargetMeasure,
  ): number | null {
    const clean = role === 'clean';
    const result = this.victim({ ...wanted, role, ...(clean && { set: null }) });
    const found: TargetMeasures | undefined = result?.targetSets[clean ? setIndex : 0];
    return found?.[measure] ?? null;
  }
}
