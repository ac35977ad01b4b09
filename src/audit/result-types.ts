/** What the tasks of an audit give, as plain JSON. What it is not: what a detector gives (`detection-types.ts`). */

import type { OuterStepRecord } from '../attacks/history.js';
import type { Provenance } from '../attacks/types.js';
import type { ListsOrigin } from '../recommenders/types.js';
import type { DetectResult } from './detection-types.js';
import type { Invariant } from './spec-parts.js';
import type { GradientCheck, LatentEvidence } from './task-evidence.js';

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
  /** real users that `hr` averages over, of those with clicks in training */
  readonly hrUsers: number;
  readonly hrAuthors: number | null;
  readonly hrAuthorsUsers: number;
  readonly exposure: number | null;
  readonly meanRank: number | null;
  readonly medianRank: number | null;
  /** each target by itself, where the spec asks for it; of sets of several items */
  readonly items?: readonly ItemMeasures[];
}

/** What the attacker gained on one target of a set. */
export interface ItemMeasures {
  readonly item: number;
  /** real users who clicked it in the training data */
  readonly clicks: number;
  readonly hr: number | null;
  /** real users that `hr` averages over: those who had not clicked this item in the training data */
  readonly hrUsers: number;
  readonly medianRank: number | null;
}

/** How well real users are served. */
export interface QualityMeasures {
  readonly recall: number | null;
  readonly ndcg: number | null;
  readonly testHitRatio: number | null;
  /** real users with test items, of those with clicks in training */
  readonly users: number;
}

/** Result of a `victim` task. */
export interface VictimResult {
  readonly kind: 'victim';
  readonly realUsers: number;
  readonly fakeUsers: number;
  /** real users without a training row, who take no part in any average; absent where all have one */
  readonly withoutClicks?: number;
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

export type TaskResult = ProfilesResult | VictimResult | CheckResult | DetectResult;
