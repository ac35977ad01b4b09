/** Whether each attack would have been noticed, in plain words: one verdict an attack and detector. */

import { count, integer, listed, percent } from '../../../text/numbers.js';
import { isAttackArm } from '../../arms.js';
import type { DetectionArm, DetectorSummary } from '../../summary/detection-summary-types.js';
import type { AuditSummary, MeasureSummary } from '../../summary/summary-types.js';
import { type AttackSummary, armWords, ofEachAttack } from '../one-attack.js';
import { allowedItems, type Noticed, noticedOf } from './rule.js';

/**
 * `noticed`, `sometimes`, `not-noticed`: on all, some or none of the units. The others are no verdict: `floor`, `scores-only`,
 * `too-small` (nothing was tested), `no-result` (a task failed), `unsound` (an invariant failed).
 */
export type NoticeOutcome =
  | 'noticed'
  | 'sometimes'
  | 'not-noticed'
  | 'floor'
  | 'scores-only'
  | 'too-small'
  | 'no-result'
  | 'unsound';

export interface NoticeVerdict {
  /** label of the attack */
  readonly attack: string;
  readonly detector: string;
  readonly outcome: NoticeOutcome;
  /** units on which the attack would have been noticed, of those with a result; null where there is no verdict */
  readonly noticed: Noticed | null;
  /** one line */
  readonly headline: string;
  readonly sentences: readonly string[];
}

const mean = (value: number | null) => (value === null ? 'none' : Number(value.toFixed(2)).toString());

/** `on all 3 units`, `on 1 of 3 units`, `on none of 3 units`. */
function onUnits({ units, of }: Noticed): string {
  if (of === 1) return 'on the only unit';
  if (units === of) return `on all ${of} units`;
  return units === 0 ? `on none of ${of} units` : `on ${units} of ${of} units`;
}

function outcomeOf(
  { floor, alarms, tooSmall }: DetectorSummary,
  noticed: Noticed | null,
  { sound }: AuditSummary,
): NoticeOutcome {
  if (floor) return 'floor';
  if (!alarms) return 'scores-only';
  if (sound !== true) return 'unsound';
  if (tooSmall) return 'too-small';
  if (noticed === null || noticed.of === 0) return 'no-result';
  if (noticed.units === noticed.of) return 'noticed';
  return noticed.units === 0 ? 'not-noticed' : 'sometimes';
}

function headlineOf(
  detector: string,
  attack: string,
  outcome: NoticeOutcome,
  noticed: Noticed | null,
): string {
  const on = noticed === null ? '' : noticed.of === 1 ? ' (one unit)' : ` (${onUnits(noticed)})`;
  switch (outcome) {
    case 'noticed':
      return `${detector}: ${attack} would have been noticed${on}`;
    case 'sometimes':
      return `${detector}: ${attack} would have been noticed ${noticed === null ? '' : onUnits(noticed)}`;
    case 'not-noticed':
      return `${detector}: ${attack} would not have been noticed${on}`;
    case 'floor':
      return `${detector}: a yardstick that is known to fail, so it has no verdict`;
    case 'scores-only':
      return `${detector}: it ranks users and raises no alarm, so it has no verdict`;
    case 'too-small':
      return `${detector}: nothing was tested, these data are too few to simulate attacks in`;
    case 'no-result':
      return `${detector}: no result, a task failed`;
    case 'unsound':
      return `${detector}: NOT SOUND, do not use these figures`;
    default:
      return outcome satisfies never;
  }
}

/** @example [0, 1, 1.5].map((number) => some(number, 'item')) // no items, 1 item, 1.5 items */
const some = (value: number | null, noun: string) =>
  `${value === 0 ? 'no' : mean(value)} ${value === 1 ? noun : `${noun}s`}`;

/** Where the targets stand by suspicion: nothing where none is known. */
function placesInWords({ measures }: DetectionArm, { listedItems }: DetectorSummary): string[] {
  const places = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const best = places(measures.bestRank.values);
  const worst = places(measures.worstRank.values);
  if (best.length === 0 || listedItems === null) return [];
  const first = Math.min(...best);
  const last = Math.max(...best, ...worst);
  const hidden = measures.alarmedItems.values.some(
    (alarmed, unit) => alarmed !== null && measures.worstRank.values[unit] === null,
  );
  const range = first === last ? `at place ${first}` : `at places ${first} to ${last}`;
  const below = hidden ? `, or below the first ${listedItems}` : '';
  return [`Ranked by suspicion among all items, the pushed ones are ${range}${below}.`];
}

/** `the pushed item on 1 of 3 units`, `1.5 pushed items`. */
function targetsInWords(
  { values, mean: number }: MeasureSummary,
  largestTargetSet: number | undefined,
): string {
  if (largestTargetSet !== 1) return some(number, 'pushed item');
  const known = values.filter((value) => value !== null);
  const seen = known.filter((value) => value === 1).length;
  if (known.length === 1) return seen === 1 ? 'the pushed item' : 'no pushed item';
  return `the pushed item on ${integer(seen)} of ${count(known.length, 'unit')}`;
}

function alarmsInWords(
  arm: DetectionArm,
  detector: DetectorSummary,
  { largestTargetSet }: AuditSummary,
): string[] {
  const { alarmedTargets, otherItems, removalRecall, removalPrecision, realUsersFlagged } = arm.measures;
  const list =
    removalPrecision.mean === null
      ? 'its removal list is empty'
      : `its removal list holds ${percent(removalRecall.mean ?? 0)} of the fake users and ${some(realUsersFlagged.mean, 'real user')}`;
  const means = [alarmedTargets, otherItems, removalRecall, realUsersFlagged];
  const per = means.some(({ standardDeviation }) => (standardDeviation ?? 0) > 0)
    ? ' (means over the units)'
    : '';
  return [
    `It alarms ${targetsInWords(alarmedTargets, largestTargetSet)} and ${some(otherItems.mean, 'other item')}; ${list}${per}.`,
    ...placesInWords(arm, detector),
  ];
}

function cleanInWords({ clean, expectedFalseItems }: DetectorSummary): string[] {
  if (clean === null || clean.alarmedItems.mean === null || expectedFalseItems === null) return [];
  const alarmed = clean.alarmedItems.mean;
  const seeds = clean.alarmedItems.values.filter((value) => value !== null).length;
  const doubt =
    alarmed > allowedItems(expectedFalseItems) ? ' So an alarm of it says little on these data.' : '';
  return [
    `Without an attack it alarms ${some(alarmed, 'item')}, where it aims at ${mean(expectedFalseItems)}, and puts ${some(clean.usersFlagged.mean, 'real user')} on its removal list (${seeds === 1 ? 'one seed' : `mean of ${seeds} seeds`}).${doubt}`,
  ];
}

function controlsInWords(detector: DetectorSummary, { attack }: AttackSummary): string[] {
  const found = detector.arms
    .filter(({ arm }) => !isAttackArm(arm))
    .flatMap((arm) => {
      const noticed = noticedOf(detector, arm);
      return noticed === null || noticed.of === 0 ? [] : [{ words: armWords(attack, arm.arm), noticed }];
    });
  if (found.length === 0) return [];
  const seen = found.filter(({ noticed }) => noticed.units > 0);
  const unseen = found.filter(({ noticed }) => noticed.units === 0).map(({ words }) => words);
  if (seen.length === 0) return ['By the same rule it notices none of the controls.'];
  const but = unseen.length === 0 ? '' : `; it does not notice ${listed(unseen)}`;
  return [
    `By the same rule it notices ${listed(seen.map(({ words, noticed }) => `${words} ${onUnits(noticed)}`))}${but}.`,
  ];
}

function scoresInWords(
  detector: DetectorSummary,
  arm: DetectionArm,
  all: readonly DetectorSummary[],
): string[] {
  const { auc, sizeMatchedAuc, recallAt1Percent } = arm.measures;
  if (auc.mean === null) return [];
  const matched =
    sizeMatchedAuc.mean === null
      ? ''
      : ` (${sizeMatchedAuc.mean.toFixed(3)} among users with as many clicks)`;
  const floors = all
    .filter((other) => other.floor && other.detector !== detector.detector)
    .flatMap((other) => {
      const value = other.arms.find((one) => one.arm === arm.arm)?.measures.auc.mean ?? null;
      return value === null ? [] : [`${other.detector} ${value.toFixed(3)}`];
    });
  const beside = detector.floor || floors.length === 0 ? '' : ` Floors beside it: ${listed(floors)}.`;
  return [
    `Its scores put a fake user above a real one with a probability of ${auc.mean.toFixed(3)}${matched}, where chance is 0.5; ${percent(recallAt1Percent.mean ?? 0)} of the fake users are above all but 1 % of the real ones.${beside}`,
  ];
}

function judge(summary: AttackSummary, detector: DetectorSummary): NoticeVerdict {
  const { attack } = summary;
  const arm = detector.arms.find((one) => one.arm === attack.arm);
  const noticed = arm === undefined ? null : noticedOf(detector, arm);
  const outcome = outcomeOf(detector, noticed, summary);
  const judged = outcome === 'noticed' || outcome === 'sometimes' || outcome === 'not-noticed';
  return {
    attack: attack.label,
    detector: detector.detector,
    outcome,
    noticed: judged ? noticed : null,
    headline: headlineOf(detector.detector, attack.words, outcome, noticed),
    sentences: [
      ...(judged && arm ? [...alarmsInWords(arm, detector, summary), ...cleanInWords(detector)] : []),
      ...(judged ? controlsInWords(detector, summary) : []),
      ...(arm ? scoresInWords(detector, arm, summary.detection ?? []) : []),
    ],
  };
}

/** Of one attack, a verdict a detector. @example noticesOf(ofEachAttack(summary)[0])[0].headline */
export function noticesOf(summary: AttackSummary): NoticeVerdict[] {
  return (summary.detection ?? []).map((detector) => judge(summary, detector));
}

/** One verdict for each attack and detector. @example judgeDetection(summary).map(({ headline }) => headline) */
export function judgeDetection(summary: AuditSummary): NoticeVerdict[] {
  return ofEachAttack(summary).flatMap(noticesOf);
}

/** What detectors were told, and the rule where any is judged by it: for every report that shows a verdict. */
export function ruleInWords(detectors: readonly DetectorSummary[]): string {
  const told =
    'Detectors see the training data with the fake users among the real ones, and are told neither who nor how many they are.';
  const promised = detectors.flatMap(({ floor, alarms, expectedFalseItems }) =>
    alarms && !floor ? [expectedFalseItems ?? 0] : [],
  );
  if (promised.length === 0) return told;
  const [first, ...more] = new Set(promised.map(allowedItems));
  const others = more.length === 0 ? `at most ${count(first, 'other item')}` : 'few other items';
  return `The rule, fixed beforehand: a detector notices an attack if it alarms a pushed item that it does not alarm without the attack, and ${others}; or if its removal list holds at least half of the fake users, and at least half of the list is fake. ${told}`;
}
