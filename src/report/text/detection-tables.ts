/**
 * What detectors saw of one attack, as text in rows: for every report that shows it. What it is not: the verdicts
 * (`audit/verdict/noticed/words.ts`).
 */

import {
  type AttackSummary,
  type DetectionArm,
  type DetectorSummary,
  isAttackArm,
  type MeasureSummary,
  noticedOf,
} from '../../audit/index.js';
import { count } from '../../text/numbers.js';
import { shownArm } from '../shown-arm.js';
import type { TextTable } from './tables.js';

/** Mean and interval of a share, else spread. @example showShare(measures.auc) // '0.981 (0.962 to 0.999)' */
function showShare({ mean, interval, standardDeviation }: MeasureSummary): string {
  if (mean === null) return 'none';
  const text = mean.toFixed(3);
  if (interval !== null) {
    const [low, high] = [Math.max(0, interval.low), Math.min(1, interval.high)];
    return `${text} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  }
  const spread = (standardDeviation ?? 0).toFixed(3);
  return Number(spread) === 0 ? text : `${text} ± ${spread}`;
}

/** A mean count, with its interval or spread. */
function showCount({ mean, interval, standardDeviation }: MeasureSummary): string {
  if (mean === null) return 'none';
  const short = (value: number) => Number(value.toFixed(2)).toString();
  if (interval !== null)
    return `${short(mean)} (${short(Math.max(0, interval.low))} to ${short(interval.high)})`;
  return standardDeviation === null || standardDeviation === 0
    ? short(mean)
    : `${short(mean)} ± ${short(standardDeviation)}`;
}

/** From the best place on any unit to the worst; a mean would hide the units where a target is below the list. */
function showRanks({ measures, finished }: DetectionArm, listed: number | null): string {
  const there = [...finished.keys()].filter((unit) => finished[unit]);
  if (there.length === 0) return 'none';
  const beyond = `below ${listed ?? 0}`;
  const best = there.map((unit) => measures.bestRank.values[unit]).filter((rank) => rank !== null);
  const worst = there.map((unit) => measures.worstRank.values[unit]);
  const last = worst.includes(null) ? beyond : String(Math.max(...worst.map(Number)));
  const first = best.length === 0 ? beyond : String(Math.min(...best));
  return first === last ? first : `${first} to ${last}`;
}

function noticedCell(detector: DetectorSummary, arm: DetectionArm): string {
  const noticed = noticedOf(detector, arm);
  if (noticed === null) return 'no verdict';
  return noticed.of === 0 ? 'no result' : `${noticed.units} of ${count(noticed.of, 'unit')}`;
}

/**
 * Items and users that a detector acts on, a run each; null for one that gives scores alone.
 *
 * @example alarmTable(summary.detection[0])?.rows
 */
export function alarmTable(detector: DetectorSummary): TextTable | null {
  const { clean, arms, listedItems } = detector;
  if (clean === null) return null;
  return {
    title: `What ${shownDetector(detector)} alarms, run by run`,
    head: [
      'run',
      'noticed on',
      'pushed items alarmed',
      'other items alarmed',
      'place of the pushed items',
      'fakes on the removal list',
      'list that is fake',
      'real users on the list',
    ],
    rows: [
      ['no attack', '', '', showCount(clean.alarmedItems), '', '', '', showCount(clean.usersFlagged)],
      ...arms.map((arm) => [
        shownArm(arm.arm),
        noticedCell(detector, arm),
        showCount(arm.measures.alarmedTargets),
        showCount(arm.measures.otherItems),
        showRanks(arm, listedItems),
        showShare(arm.measures.removalRecall),
        showShare(arm.measures.removalPrecision),
        showCount(arm.measures.realUsersFlagged),
      ]),
    ],
  };
}

/** @example shownDetector({ detector: 'random', floor: true }) // 'random (floor)' */
export const shownDetector = ({ detector, floor }: Pick<DetectorSummary, 'detector' | 'floor'>): string =>
  floor ? `${detector} (floor)` : detector;

/**
 * How well the scores of each detector tell fake users from real ones, floors after the others and chance last; run by run.
 *
 * @param controls whether the controls have rows too
 */
export function scoreTable({ detection = [], attack }: AttackSummary, controls = true): TextTable {
  const ordered = [...detection].sort((a, b) => Number(a.floor) - Number(b.floor));
  const runs = [attack.arm, ...attack.controls.map(({ arm }) => arm)].filter(
    (arm) => controls || isAttackArm(arm),
  );
  const shares = ordered.flatMap(({ arms }) =>
    arms.flatMap(({ fakeShare }) => (fakeShare === null ? [] : [fakeShare])),
  );
  return {
    title: 'How well scores tell fake users from real ones',
    head: [
      'run',
      'detector',
      'AUC',
      'AUC at like size',
      'average precision',
      'recall at 1 % false positives',
      'recall at 0.1 %',
    ],
    rows: [
      ...runs.flatMap((run) =>
        ordered.map((detector) => {
          const measures = detector.arms.find(({ arm }) => arm === run)?.measures;
          const cell = (measure: MeasureSummary | undefined) => (measure ? showShare(measure) : 'none');
          return [
            shownArm(run),
            shownDetector(detector),
            cell(measures?.auc),
            cell(measures?.sizeMatchedAuc),
            cell(measures?.averagePrecision),
            cell(measures?.recallAt1Percent),
            cell(measures?.recallAt01Percent),
          ];
        }),
      ),
      [
        'any',
        'chance',
        '0.500',
        '0.500',
        shares.length === 0 ? 'none' : Math.max(...shares).toFixed(3),
        '0.010',
        '0.001',
      ],
    ],
  };
}

/** What the columns of both tables mean, for every report that shows them. */
export const DETECTION_COLUMNS =
  'Means over the units, with a 95 % interval in brackets where there are three units or more that differ, else ± one standard deviation. AUC is the probability that a fake user has a higher score than a real one; at like size, than a real one with about as many clicks (within 10 %). Recall is the share of the fake users above all but so many of the real ones. Ties count against a detector. Floors are yardsticks that are known to fail: a detector that is no better has seen nothing.';
