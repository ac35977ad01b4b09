/** What detectors saw of the attacks of an audit, added up over its units: plain JSON, without any user or item that is no target. */

import type { InjectedArm } from '../arms.js';
import type { PlannedDetector } from '../detection-types.js';
import type { MeasureSummary } from './measure-summary.js';

/**
 * Of the scores: `auc`, `averagePrecision`, recall at false-positive rates of 1 % and 0.1 %, and the AUC of each fake user against
 * real ones with about as many clicks; ties count against the detector. Of the items: how many are alarmed, how many of them are
 * targets, are targets that the same detector does not alarm without an attack (`newTargets`), and are none (`otherItems`); places of the
 * most and the least suspicious target, null where it is not among the items listed. Of the removal list: the share of the fake users
 * on it, the share of it that is fake (null where it is empty), and how many real users it holds.
 */
export type DetectionMeasure = (typeof DETECTION_MEASURES)[number];

export const DETECTION_MEASURES = [
  'auc',
  'averagePrecision',
  'recallAt1Percent',
  'recallAt01Percent',
  'sizeMatchedAuc',
  'alarmedItems',
  'alarmedTargets',
  'newTargets',
  'otherItems',
  'bestRank',
  'worstRank',
  'removalRecall',
  'removalPrecision',
  'realUsersFlagged',
] as const;

export interface DetectionArm {
  readonly arm: InjectedArm;
  /** mean share of fake users among all: the average precision of a random score */
  readonly fakeShare: number | null;
  /** units whose task has a result; the values of others are null */
  readonly finished: readonly boolean[];
  readonly measures: Readonly<Record<DetectionMeasure, MeasureSummary>>;
}

/** Without an attack, by seed. */
export interface CleanDetection {
  readonly alarmedItems: MeasureSummary;
  readonly usersFlagged: MeasureSummary;
}

export interface DetectorSummary extends PlannedDetector {
  /** items that it may alarm in data without fakes, on average; null of one that gives scores alone, or without a result */
  readonly expectedFalseItems: number | null;
  /** items that it lists at most, beside those alarmed; null as above */
  readonly listedItems: number | null;
  /** units, of any arm, whose data are too few to test anything in */
  readonly tooSmall: boolean;
  /** null of a detector that gives scores alone */
  readonly clean: CleanDetection | null;
  readonly arms: readonly DetectionArm[];
}
