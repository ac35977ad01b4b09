/** What detectors saw, from task results to means over units. What it is not: who would have noticed (`verdict/noticed/rule.ts`). */

import { mean } from '../../metrics/index.js';
import type { Arm, InjectedArm } from '../arms.js';
import type { DetectResult, PlannedDetector } from '../detection-types.js';
import type { AuditConfig, AuditPlan, TaskResult } from '../types.js';
import { injectedArms } from './collect.js';
import {
  DETECTION_MEASURES,
  type DetectionArm,
  type DetectionMeasure,
  type DetectorSummary,
} from './detection-summary-types.js';
import { summarise } from './measure-summary.js';

type Results = ReadonlyMap<string, TaskResult>;
type Found = DetectResult | undefined;

/** Whoever looks for one detector's result. */
type Lookup = (arm: Arm, seed: number, set: number | null) => Found;

function lookupOf({ detections }: AuditPlan, results: Results, detector: string): Lookup {
  return (arm, seed, set) => {
    const planned = detections.find(
      (one) => one.detector === detector && one.arm === arm && one.seed === seed && one.targetSet === set,
    );
    const result = planned && results.get(planned.key);
    return result?.kind === 'detect' ? result : undefined;
  };
}

/** Null where any is: a place below the list is larger than any number here. */
const greatest = (ranks: readonly (number | null)[]) =>
  ranks.includes(null) || ranks.length === 0 ? null : Math.max(...ranks.map(Number));

function least(ranks: readonly (number | null)[]): number | null {
  const known = ranks.filter((rank) => rank !== null);
  return known.length === 0 ? null : Math.min(...known);
}

type Values = Readonly<Record<DetectionMeasure, number | null>>;

/** @param clean the same detector's result without an attack @param targets items that are pushed */
function valuesOf(found: Found, clean: Found, targets: readonly number[]): Values {
  const scores = found?.scores ?? null;
  const alarms = found?.alarms ?? null;
  const recallAt = (rate: number) =>
    scores?.recallAt.find(({ falsePositiveRate }) => falsePositiveRate === rate)?.recall ?? null;
  const alarmed = alarms && targets.filter((item) => alarms.alarmedItems.includes(item));
  const before = clean?.alarms?.alarmedItems;
  const { fakeUsers = 0, realUsers = 0 } = alarms?.removal ?? {};
  return {
    auc: scores?.auc ?? null,
    averagePrecision: scores?.averagePrecision ?? null,
    recallAt1Percent: recallAt(0.01),
    recallAt01Percent: recallAt(0.001),
    sizeMatchedAuc: scores?.sizeMatched?.auc ?? null,
    alarmedItems: alarms?.alarmedItems.length ?? null,
    alarmedTargets: alarmed?.length ?? null,
    newTargets: alarmed && before ? alarmed.filter((item) => !before.includes(item)).length : null,
    otherItems: alarms && alarmed && alarms.alarmedItems.length - alarmed.length,
    bestRank: least(alarms?.targetRanks ?? []),
    worstRank: greatest(alarms?.targetRanks ?? []),
    removalRecall: alarms && found ? fakeUsers / found.fakeUsers : null,
    removalPrecision: fakeUsers + realUsers === 0 ? null : fakeUsers / (fakeUsers + realUsers),
    realUsersFlagged: alarms && realUsers,
  };
}

function armOf(config: AuditConfig, arm: InjectedArm, lookup: Lookup): DetectionArm {
  const units = config.seeds.flatMap((seed) =>
    config.targetSets.map(({ items }, set) => ({ found: lookup(arm, seed, set), seed, items })),
  );
  const values = units.map(({ found, seed, items }) => valuesOf(found, lookup('clean', seed, null), items));
  const shares = units.flatMap(({ found }) =>
    found === undefined ? [] : [found.fakeUsers / (found.fakeUsers + found.realUsers)],
  );
  return {
    arm,
    fakeShare: shares.length === 0 ? null : mean(shares),
    finished: units.map(({ found }) => found !== undefined),
    measures: Object.fromEntries(
      DETECTION_MEASURES.map((measure) => [measure, summarise(values.map((value) => value[measure]))]),
    ) as DetectionArm['measures'],
  };
}

function summaryOf(
  config: AuditConfig,
  plan: AuditPlan,
  results: Results,
  planned: PlannedDetector,
): DetectorSummary {
  const lookup = lookupOf(plan, results, planned.detector);
  const clean = config.seeds.map((seed) => lookup('clean', seed, null)?.alarms);
  const alarms = plan.detections.flatMap(({ key, detector }) => {
    const result = results.get(key);
    return detector === planned.detector && result?.kind === 'detect' && result.alarms ? [result.alarms] : [];
  });
  return {
    ...planned,
    expectedFalseItems: alarms[0]?.expectedFalseItems ?? null,
    listedItems: alarms.length === 0 ? null : Math.min(...alarms.map(({ listedItems }) => listedItems)),
    tooSmall: alarms.some(({ verdict }) => verdict === 'too-small'),
    clean: planned.alarms
      ? {
          alarmedItems: summarise(clean.map((found) => found?.alarmedItems.length ?? null)),
          usersFlagged: summarise(clean.map((found) => found?.removal.realUsers ?? null)),
        }
      : null,
    arms: injectedArms(plan).map((arm) => armOf(config, arm, lookup)),
  };
}

/** One a detector, in their order. @example detectorSummaries(config, plan, results)[0].arms[0].measures.auc.mean */
export function detectorSummaries(config: AuditConfig, plan: AuditPlan, results: Results): DetectorSummary[] {
  return plan.detectors.map((planned) => summaryOf(config, plan, results, planned));
}
