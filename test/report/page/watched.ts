import {
  DETECTION_MEASURES,
  type DetectionArm,
  type DetectionMeasure,
  type DetectorSummary,
  type InjectedArm,
  judgeDetection,
} from '../../../dist/audit/index.js';
import { summarise } from '../../../dist/audit/summary/measure-summary.js';
import type { StoredReport } from '../../../dist/report/page/index.js';
import { documentOf, type Shape } from './fixtures.js';

// The invented audit with what three detectors saw: one that alarms, one that gives scores alone, and a floor.

type Values = Partial<Record<DetectionMeasure, readonly (number | null)[]>>;

const armOf = (arm: InjectedArm, values: Values): DetectionArm => ({
  arm,
  fakeShare: 9 / 909,
  finished: [true, true, true],
  measures: Object.fromEntries(
    DETECTION_MEASURES.map((name) => [name, summarise(values[name] ?? [null, null, null])]),
  ) as unknown as DetectionArm['measures'],
});

const scores = (auc: number): Values => ({
  auc: [auc, auc - 0.02, auc + 0.01],
  averagePrecision: [0.3, 0.2, 0.4],
  recallAt1Percent: [0.5, 0.4, 0.6],
  recallAt01Percent: [0.1, 0, 0.2],
  sizeMatchedAuc: [auc - 0.1, auc - 0.1, auc - 0.1],
});

const alarms = (noticed: readonly boolean[]): Values => ({
  alarmedItems: noticed.map((seen) => (seen ? 2 : 0)),
  alarmedTargets: noticed.map((seen) => (seen ? 2 : 0)),
  newTargets: noticed.map((seen) => (seen ? 2 : 0)),
  otherItems: [0, 0, 0],
  bestRank: [1, 1, 3],
  worstRank: noticed.map((seen) => (seen ? 2 : null)),
  removalRecall: noticed.map((seen) => (seen ? 8 / 9 : 0)),
  removalPrecision: noticed.map((seen) => (seen ? 0.8 : null)),
  realUsersFlagged: noticed.map((seen) => (seen ? 2 : 0)),
});

/** @param noticed by unit, of the learned attack */
export function watchedDocument(noticed: readonly boolean[], shape: Shape = {}): StoredReport {
  const document = documentOf(shape);
  const runs = document.summary.attacks.flatMap(({ arm, controls }) => [arm, ...controls.map((c) => c.arm)]);
  const arms = (auc: number, of: (n: number) => Values = () => ({})) =>
    runs.map((arm, n) => armOf(arm, { ...scores(auc), ...of(n) }));
  const silent = { expectedFalseItems: null, listedItems: null, tooSmall: false, clean: null };
  const detection: DetectorSummary[] = [
    {
      ...{ detector: 'calibrated', floor: false, alarms: true },
      ...{ expectedFalseItems: 0.2, listedItems: 60, tooSmall: false },
      clean: { alarmedItems: summarise([0, 1, 0]), usersFlagged: summarise([0, 0, 0]) },
      arms: arms(0.97, (n) => alarms(n === 0 ? noticed : [true, true, true])),
    },
    { detector: 'spectral-residual', floor: false, alarms: false, ...silent, arms: arms(0.8) },
    { detector: 'click-count', floor: true, alarms: false, ...silent, arms: arms(0.6) },
  ];
  const summary = { ...document.summary, detection };
  return { ...document, summary, notices: judgeDetection(summary) };
}
