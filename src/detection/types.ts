/** What `detect` reports: what a detector found in the owner's ids, in words and numbers. What it is not: `Findings`, which has rows and columns. */

import type { Findings, ItemFinding, UserFinding } from '../detectors/findings.js';
import type { DetectionMeasures, Interval } from '../metrics/index.js';
import type { WhatIfRun } from './what-if.js';

export interface DetectedItem extends Omit<ItemFinding, 'item' | 'suspects'> {
  readonly item: string;
  /** number of its case, from 1; null where it has none */
  readonly case: number | null;
  /** clickers who are fake more probably than not, the most probable first */
  readonly suspects: readonly string[];
}

export interface DetectedUser extends Omit<UserFinding, 'user' | 'items' | 'linked'> {
  readonly user: string;
  readonly onRemovalList: boolean;
  /** numbers of the cases that the user belongs to */
  readonly cases: readonly number[];
  /** alarmed items that the user clicked, and how probably each of these clicks is a fake's */
  readonly items: readonly { readonly item: string; readonly probability: number }[];
  /** users with more items in common than chance gives, the most surprising first */
  readonly linked: readonly string[];
}

/** Items that look pushed by the same users: most likely one attack. */
export interface DetectedCase {
  /** from 1 */
  readonly number: number;
  readonly items: readonly string[];
  /** users who clicked any of the items */
  readonly clickers: number;
  /** users of the case who are on the removal list */
  readonly users: readonly string[];
  /** other users linked to at least two of them */
  readonly linked: readonly string[];
}

/** What of the data stands in no other part of the report. */
export interface DetectedData {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

/** Scores of a detector that gives nothing else. */
export interface ScoreList {
  readonly detector: string;
  /** a yardstick that is known to fail: no recommendation */
  readonly floor: boolean;
  /** the highest scores first, as many as were asked for, without the known fakes that the detector was told */
  readonly users: readonly ScoredUser[];
  /** what a list at a false-positive rate would hold; null for a detector that estimates none */
  readonly atRates: readonly ListAtRate[] | null;
}

export interface ScoredUser {
  readonly user: string;
  readonly score: number;
  /** estimated share of honest users with a score at least as high, and an upper bound of it; null where none is estimated */
  readonly falsePositiveRate: number | null;
  readonly upperBound: number | null;
}

/** Everybody whose estimated false-positive rate is at most this. */
export interface ListAtRate {
  readonly rate: number;
  /** without the known fakes */
  readonly users: number;
  /** upper bound of the rate at the lowest score that is listed; null where nobody is */
  readonly upperBound: number | null;
  /** share of the known fakes that the others find; null where only one is known */
  readonly recallOfKnown: number | null;
}

/** How well a detector's scores tell labelled fakes from labelled honest users. */
export interface LabelledMeasures extends DetectionMeasures {
  readonly detector: string;
  readonly floor: boolean;
}

/** The removal list against the labels. */
export interface LabelledRemoval {
  readonly flagged: number;
  /** of them labelled fake, labelled honest, and without a label */
  readonly fake: number;
  readonly honest: number;
  readonly unlabelled: number;
}

export interface LabelReport {
  readonly fake: number;
  readonly honest: number;
  /** users of the data without a label, who count in no measure */
  readonly unlabelled: number;
  /** known fakes that detectors were told, who count in no measure */
  readonly told: number;
  readonly measures: readonly LabelledMeasures[];
  /** null where no detector gives a removal list */
  readonly removal: LabelledRemoval | null;
}

export type DetectionVerdict = 'nothing-found' | 'items-look-pushed' | 'too-small' | 'scores-only';

/** What a detector that looks at items has found. */
export interface DetectionDetails
  extends Pick<Findings, 'testedItems' | 'expectedFalseItems' | 'threshold' | 'smallestSeen' | 'power'> {
  readonly detector: string;
  readonly cases: readonly DetectedCase[];
  /** the most suspicious first: all that look pushed, and the next ones up to the number asked for */
  readonly items: readonly DetectedItem[];
  /** the highest scores first: as many as were asked for, and everybody on the removal list */
  readonly users: readonly DetectedUser[];
  /** users to leave out of training */
  readonly removal: readonly string[];
}

/** One recommender, trained with the users of the removal list and without them. */
export interface WhatIfReport {
  readonly recommender: string;
  /** length of the lists */
  readonly top: number;
  /** users on the removal list, and how many of them are labelled honest; null without labels */
  readonly removed: number;
  readonly honestRemoved: number | null;
  /** other clickers of the items who are left out in the run `placebo` */
  readonly placebo: number;
  /** users measured: the same in every run */
  readonly users: number;
  /** of the trainings; the split is the same in all */
  readonly seeds: readonly number[];
  readonly runs: readonly WhatIfRunReport[];
  /** hit ratio: attacked minus defended */
  readonly fall: SeedDifference | null;
  /** hit ratio: attacked minus placebo */
  readonly fallByPlacebo: SeedDifference | null;
  /** Recall: defended minus attacked */
  readonly recallGained: SeedDifference | null;
  /** hit ratio: defended minus clean-defended; null without labels */
  readonly leftOfAttack: SeedDifference | null;
}

/** Means over the seeds that have a value. */
export interface WhatIfRunReport {
  readonly run: WhatIfRun;
  readonly recall: number | null;
  /** mean over the items */
  readonly hitRatio: number | null;
  readonly hitRatios: readonly { readonly item: string; readonly hitRatio: number | null }[];
  readonly bySeed: readonly {
    readonly seed: number;
    readonly recall: number | null;
    readonly hitRatio: number | null;
  }[];
}

/** The mean difference of two runs over the seeds that have both. */
export interface SeedDifference {
  readonly mean: number;
  readonly seeds: number;
  /** 95 %; null below three seeds, and where they show no spread */
  readonly interval: Interval | null;
}

export interface DetectionReport {
  readonly verdict: DetectionVerdict;
  /** the verdict in a sentence or two */
  readonly headline: string;
  /** what to do next, in plain sentences */
  readonly next: readonly string[];
  readonly seed: number;
  readonly data: DetectedData;
  /** null where only detectors were asked for that give scores alone */
  readonly details: DetectionDetails | null;
  /** detectors that give scores alone */
  readonly others: readonly ScoreList[];
  /** null without labels */
  readonly labels: LabelReport | null;
}
