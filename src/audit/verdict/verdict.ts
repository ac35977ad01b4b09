/**
 * The verdict in plain words: what the attacker bought on each recommender, against the clean run and the controls at
 * equal cost, and what it cost real users. It never claims more than the numbers support: no interval below 3 units or
 * without spread between them, no effect where the interval includes zero, nothing at all where an invariant failed.
 *
 * Intervals are per comparison, not corrected for how many there are.
 * What it is not: it computes no statistic (`aggregate.ts`) and lays no report out (`summary.ts`).
 */

import { LEAST_UNITS, type Yardstick } from '../../metrics/index.js';
import { count, integer, percent, points, pointsInterval, pointsSize } from '../../text/numbers.js';
import type { AuditSummary, Comparison, CostSummary, VictimSummary } from '../summary/summary-types.js';
import { compareInWords, type Direction, direction, find, meanOver } from './comparison-words.js';
import { betterInWords, forcingInWords, moreThanControls } from './control-words.js';
import { itemsInWords } from './item-words.js';
import { type AttackSummary, armWords, comparedControls, leadOf, ofEachAttack } from './one-attack.js';
import { unclickedInWords } from './unclicked-words.js';
import { fewUsersInWords, leftOutInWords, nobodyIsLeft, usersInWords } from './users-words.js';
import { besideYardstick, yardstickRemark } from './yardstick-words.js';

/**
 * `unsound`: an invariant failed. `no-result`: a task failed. `too-few-units`: under 3, no interval. `raised`,
 * `lowered`: the interval of attacked minus clean lies on one side of 0. `not-shown`: it includes 0, or no unit differed.
 * `no-spread`: every unit differed by the same amount, so there is no interval to decide by.
 */
export type Outcome =
  | 'unsound'
  | 'no-result'
  | 'too-few-units'
  | 'raised'
  | 'lowered'
  | 'not-shown'
  | 'no-spread';

export interface VictimVerdict {
  readonly victim: string;
  /** label of the attack */
  readonly attack: string;
  readonly outcome: Outcome;
  /** mean hr@k of the attacked victim minus that of the clean one; null without a result */
  readonly hitRatioChange: number | null;
  /** above the clean run and every control at equal cost on every unit, and at least 3 units */
  readonly clearlyBetter: boolean;
  /** one line */
  readonly headline: string;
  readonly sentences: readonly string[];
}

/** What was injected and what it cost the attacker; of several attacks one sentence each. */
export function describeCost(summary: AuditSummary): string {
  const sentences = ofEachAttack(summary).map(costOf);
  if (sentences.length === 1) return sentences[0];
  return summary.attacks.map(({ label }, n) => `${label}: ${sentences[n]}`).join(' ');
}

function costOf({ attack, costs, realUsers }: AttackSummary): string {
  const cost = costs.find(({ arm }) => arm === attack.arm);
  const users = `${count(attack.fakeUsers, 'fake user')} (${percent(attack.fakeUsers / Math.max(1, realUsers))} of ${integer(realUsers)} real users)`;
  if (cost === undefined) return `${users}; no attack was crafted.`;
  return `${users}, ${clicksOf(cost)}.`;
}

function clicksOf({ clicks, totalClicks, budgeted }: CostSummary): string {
  const each =
    clicks.min === clicks.max
      ? `${count(clicks.min, 'click')} each`
      : `${clicks.mean.toFixed(1)} clicks each on average (${integer(clicks.min)} to ${integer(clicks.max)})`;
  return `${each}, ${integer(totalClicks)} in all${budgeted ? '' : ', with no click budget'}`;
}

/** The other hit ratio, in one sentence; none where no real user has a test item. */
function authorsInWords(victim: VictimSummary, top: number): string[] {
  const comparison = find(victim, 'clean', 'hrAuthors');
  if (comparison === undefined) return [];
  const { interval, mean: change } = comparison;
  const before = percent(meanOver(victim, 'clean', comparison));
  const after = percent(meanOver(victim, comparison.arm, comparison));
  const spread = interval === null ? '' : `, ${pointsInterval(interval)}`;
  return [
    `By the authors' measure (hr-authors@${top}, over all real users with a test item): ${after} with and ${before} without (${points(change)}${spread}).`,
  ];
}

function qualityInWords(victim: VictimSummary, top: number, yardstick: Yardstick | undefined): string {
  const comparison = find(victim, 'clean', 'recall');
  const metric = `Recall@${top}`;
  if (comparison === undefined)
    return `Real users: ${metric} is not known, as there are no test items to measure it with.`;
  const before = meanOver(victim, 'clean', comparison);
  const after = meanOver(victim, comparison.arm, comparison);
  return `Real users: ${metric} ${percent(before)} without and ${percent(after)} with the attack${besideYardstick(yardstick)}. ${compareInWords(comparison, metric, { other: 'the clean run' })}`;
}

const OUTCOMES: Readonly<Record<Direction, Outcome>> = {
  above: 'raised',
  below: 'lowered',
  unclear: 'not-shown',
  'no-spread': 'no-spread',
  'too-few-units': 'too-few-units',
};

function headlineOf(
  victim: string,
  outcome: Outcome,
  change: number,
  metric: string,
  detail: string,
): string {
  switch (outcome) {
    case 'unsound':
      return `${victim}: NOT SOUND, do not use these figures`;
    case 'no-result':
      return `${victim}: no result, a task failed`;
    case 'too-few-units':
      return `${victim}: ${metric} ${points(change)}, too few units for an interval`;
    case 'raised':
      return `${victim}: the attack raised ${metric} by ${pointsSize(change)}${detail}`;
    case 'lowered':
      return `${victim}: the attack lowered ${metric} by ${pointsSize(change)}`;
    case 'not-shown':
      return `${victim}: no effect on ${metric} could be shown (${points(change)}${detail})`;
    case 'no-spread':
      return `${victim}: ${metric} ${points(change)} on every unit alike, no spread for an interval`;
    default:
      return outcome satisfies never;
  }
}

/** Where there is nothing to compare. */
function withoutResult(victim: string, attack: string, metric: string): VictimVerdict {
  return {
    victim,
    attack,
    outcome: 'no-result',
    hitRatioChange: null,
    clearlyBetter: false,
    headline: headlineOf(victim, 'no-result', 0, metric, ''),
    sentences: [
      'There is no pair of a clean and an attacked run to compare, or no real user to average over.',
    ],
  };
}

/** Where every real user had clicked a target: what can be said without `hr`. */
function withoutUsers(
  summary: AttackSummary,
  victim: VictimSummary,
  yardstick: Yardstick | undefined,
): VictimVerdict {
  const { attack, top } = summary;
  return {
    ...withoutResult(victim.victim, attack.label, `hr@${top}`),
    headline: `${victim.victim}: hr@${top} cannot be measured, as every real user had clicked a target`,
    sentences: [
      ...fewUsersInWords(summary, victim),
      ...yardstickRemark(victim, summary, yardstick),
      ...itemsInWords(victim, summary),
      ...leftOutInWords(victim),
      ...authorsInWords(victim, top),
      qualityInWords(victim, top, yardstick),
    ],
  };
}

function sentencesOf(
  summary: AttackSummary,
  victim: VictimSummary,
  againstClean: Comparison,
  yardstick: Yardstick | undefined,
): string[] {
  const { attack, top, seeds, targetSets, largestTargetSet } = summary;
  const single = largestTargetSet === 1;
  const units = summary.units.length;
  const metric = `hr@${top}`;
  const before = meanOver(victim, 'clean', againstClean);
  const after = meanOver(victim, againstClean.arm, againstClean);
  const design = `${count(units, 'unit')} (${count(seeds, 'seed')} x ${count(targetSets, 'target set')})`;
  const missing = units - againstClean.units;
  const over = missing === 0 ? design : `${againstClean.units} of ${design}`;
  const gaps =
    missing === 0
      ? ''
      : ` ${count(missing, 'unit')} without both results ${missing === 1 ? 'is' : 'are'} left out.`;
  return [
    `Of ${usersInWords(summary, victim)}, ${percent(after)} found ${single ? 'it' : 'one'} in their top ${top} with the attack and ${percent(before)} without (${metric}, mean of ${over}).${gaps}`,
    ...fewUsersInWords(summary, victim),
    ...unclickedInWords(summary, victim),
    ...yardstickRemark(victim, summary, yardstick),
    ...itemsInWords(victim, summary),
    ...(['clean', ...comparedControls(attack).map(({ arm }) => arm)] as const)
      .map((arm) => find(victim, arm, 'hr'))
      .filter((comparison) => comparison !== undefined)
      .map((comparison) =>
        compareInWords(comparison, metric, {
          other: armWords(attack, comparison.against),
          users: victim.users.hr,
        }),
      ),
    betterInWords(victim, attack, units, metric),
    ...leftOutInWords(victim),
    ...forcingInWords(summary, victim),
    ...authorsInWords(victim, top),
    qualityInWords(victim, top, yardstick),
  ];
}

/** What the headline adds to the change. */
function detailOf(
  outcome: Outcome,
  victim: VictimSummary,
  { attack }: AttackSummary,
  againstClean: Comparison,
): string {
  if (outcome === 'not-shown') return againstClean.allAbove ? ', though higher on every unit' : '';
  return moreThanControls(victim, attack);
}

function judge(
  summary: AttackSummary,
  victim: VictimSummary,
  yardstick: Yardstick | undefined,
): VictimVerdict {
  const metric = `hr@${summary.top}`;
  const { attack } = summary;
  const againstClean = find(victim, 'clean', 'hr');
  const sound = summary.sound === true;
  if (againstClean === undefined)
    return sound && nobodyIsLeft(victim)
      ? withoutUsers(summary, victim, yardstick)
      : withoutResult(victim.victim, attack.label, metric);
  const outcome = sound ? OUTCOMES[direction(againstClean)] : 'unsound';
  const change = againstClean.mean;
  return {
    victim: victim.victim,
    attack: attack.label,
    outcome,
    hitRatioChange: change,
    clearlyBetter: leadOf(victim, attack).hr === true && summary.units.length >= LEAST_UNITS && sound,
    headline: headlineOf(
      victim.victim,
      outcome,
      change,
      metric,
      detailOf(outcome, victim, summary, againstClean),
    ),
    sentences: [...unsoundInWords(summary), ...sentencesOf(summary, victim, againstClean, yardstick)],
  };
}

function unsoundInWords({ invariants }: AuditSummary): string[] {
  return invariants
    .filter(({ failed }) => failed > 0)
    .map(
      ({ name, failed, checked, failures }) =>
        `Invariant broken in ${failed} of ${checked} checks: ${name} (${failures[0]}).`,
    );
}

/**
 * One verdict for each attack and victim: attacks in their order, and of each the victims in theirs.
 *
 * @param yardstick `evidence.yardstick`: how well the most clicked items would serve; default not known
 * @example for (const { headline, sentences } of judgeAudit(summary)) console.log(headline, ...sentences);
 */
export function judgeAudit(summary: AuditSummary, yardstick?: Yardstick): VictimVerdict[] {
  return ofEachAttack(summary).flatMap((one) => one.victims.map((victim) => judge(one, victim, yardstick)));
}
