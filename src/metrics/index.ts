/** Metrics of ranked lists, and statistics over units of replication. */

export {
  type DetectionMeasures,
  type DetectionOptions,
  measureDetection,
  type RecallAtRate,
  type SizeMatched,
} from './detection.js';
export { type Counted, countStep, gini, jensenShannon, kolmogorovSmirnov } from './distributions.js';
export { type Average, ofUsersWithClicks, type RankedLists } from './lists.js';
export { mostClickedQuality, type Yardstick } from './most-clicked.js';
export { ndcgAtK, recallAtK, testHitRatioAtK } from './quality.js';
export {
  clearlyBetter,
  hasSpread,
  type Interval,
  LEAST_UNITS,
  mean,
  minimumDetectableEffect,
  type PairedComparison,
  pairedComparison,
  predictionInterval,
  standardDeviation,
  tInterval,
} from './statistics.js';
export {
  exposure,
  hitRatio,
  hitRatioAuthors,
  itemHitRatios,
  type TargetRanks,
  targetRanks,
} from './targets.js';
