/**
 * The verdict in plain words: what the attacker bought on each recommender, against the clean run and both controls,
 * and what it cost real users. It never claims more than the numbers support: no interval below 3 units, no effect
 * where the interval includes zero, nothing at all where an invariant failed.
 *
 * Intervals are per comparison, not corrected for how many there are.
 * What it is not: it computes no statistic (`aggregate.ts`) and lays no report out (`summary.ts`).
 */

import { LEAST_UNITS, mean } from '../metrics/index.js';
import { COST_MATCHED } from './aggregate.js';
import type { AuditSummary, Comparison, CostSummary, Measure, VictimSummary } from './summary-types.js';
import type { Arm } from './types.js';
import { count, integer, percent, points, pointsInterval, pointsSize } from './words.js';

/**
 * `unsound`: an invariant failed. `no-result`: a task failed. `too-few-units`: under 3, no interval. `raised`,
 * `lowered`: the interval of learned minus clean lies on one side of 0. `not-shown`: it includes 0.
 */
export type Outcome = 'unsound' | 'no-result' | 'too-few-units' | 'raised' | 'lowered' | 'not-shown';

export interface VictimVerdict {
  readonly victim: string;
  readonly outcome: Outcome;
  /** mean hr@k of the attacked victim minus that of the clean one; null without a result */
  readonly hitRatioChange: number | null;
  /** above the clean run and both controls on every unit, and at least 3 units */
  readonly clearlyBetter: boolean;
  /** one line */
  readonly headline: string;
  readonly sentences: readonly string[];
}

const ARM_WORDS: Readonly<Record<Arm, string>> = {
  clean: 'the clean run',
  learned: 'the learned attack',
  random: 'the random control',
  copied: 'the copied control',
  'rand-filter-authors': "the authors' random baseline (not at equal cost)",
};

/** What was injected and what it cost the attacker. */
export function describeCost(summary: AuditSummary): string {
  const cost = summary.costs.find(({ arm }) => arm === 'learned');
  const users = `${count(summary.fakeUsers, 'fake user')} (${percent(summary.fakeUsers / Math.max(1, summary.realUsers))} of ${integer(summary.realUsers)} real users)`;
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

function find(victim: VictimSummary, against: Arm, measure: Measure): Comparison | undefined {
  return victim.comparisons.find(
    (c) => c.arm === 'learned' && c.against === against && c.measure === measure,
  );
}

/** Mean of an arm over the units of a comparison, so that the two means differ by the mean difference. */
function meanOver(victim: VictimSummary, arm: Arm, { measure, unitIndices }: Comparison): number {
  const { values } = victim.arms.find((entry) => entry.arm === arm)!.measures[measure];
  return mean(unitIndices.map((unit) => values[unit] as number));
}

/** A spread below this is rounding: shares have at most about 16 digits. */
const NO_SPREAD = 1e-12;

/**
 * True difference that the test finds with 80 % power, and never finer than one user. Null below 3 units, and where
 * all units differ by the same: no spread was measured, so nothing is known about power.
 */
export function detectable(
  { minimumDetectableEffect, standardDeviation }: Comparison,
  users: number,
): number | null {
  if (minimumDetectableEffect === null || standardDeviation === null || standardDeviation < NO_SPREAD)
    return null;
  return Math.max(minimumDetectableEffect, users > 0 ? 1 / users : 0);
}

type Direction = 'above' | 'below' | 'unclear' | 'too-few-units';

/** Which side of 0 the interval lies on. */
export function direction({ interval }: Comparison): Direction {
  if (interval === null) return 'too-few-units';
  if (interval.low > 0) return 'above';
  return interval.high < 0 ? 'below' : 'unclear';
}

function range({ differences }: Comparison): string {
  return `${points(Math.min(...differences))} to ${points(Math.max(...differences))}`;
}

/** One comparison in words. */
function compareInWords(comparison: Comparison, metric: string, users: number): string {
  const { units, mean: change, interval } = comparison;
  const other = ARM_WORDS[comparison.against];
  const least = detectable(comparison, users);
  if (interval === null) {
    const spread = units === 1 ? 'on the only unit' : `over ${count(units, 'unit')} (${range(comparison)})`;
    return `Against ${other}, ${metric} differed by ${points(change)} ${spread}; with fewer than ${LEAST_UNITS} units no interval can be given.`;
  }
  const side = direction(comparison);
  if (side === 'unclear') {
    return `Against ${other}, no effect on ${metric} could be shown (${points(change)}, ${pointsInterval(interval)})${least === null ? '' : `; a true effect of ${pointsSize(least)} would be found in 4 of 5 such audits`}.`;
  }
  return `Against ${other}, ${metric} was ${side === 'above' ? 'higher' : 'lower'} by ${pointsSize(change)} (${pointsInterval(interval)}${least === null ? '' : `; a true effect of ${pointsSize(least)} would be found in 4 of 5 such audits, a smaller one less often`}).`;
}

function wins({ differences }: Comparison): number {
  return differences.filter((difference) => difference > 0).length;
}

/** Above both controls on every unit, but not above the clean run. */
function beatsControlsOnly(victim: VictimSummary): boolean {
  return victim.clearlyBetter.hr === false && COST_MATCHED.every((arm) => find(victim, arm, 'hr')?.allAbove);
}

function betterInWords(victim: VictimSummary, units: number, metric: string): string {
  const found = COST_MATCHED.map((control) => find(victim, control, 'hr')).filter((c) => c !== undefined);
  if (found.length < COST_MATCHED.length || victim.clearlyBetter.hr === null)
    return 'Without both controls on every unit, this audit cannot say whether learning added anything to mere injection.';
  if (victim.clearlyBetter.hr || beatsControlsOnly(victim)) {
    if (units < LEAST_UNITS)
      return `The learned attack had the higher ${metric} than both controls on ${units === 1 ? 'the only unit' : `all ${units} units`}; that is too few to call it better.`;
    const open = found.filter((c) => direction(c) !== 'above').map(({ against }) => ARM_WORDS[against]);
    const caveat =
      open.length === 0
        ? ''
        : ` Chance is not ruled out for its lead over ${open.join(' and over ')}, as the interval reaches down to zero or below; only more units can tell.`;
    if (!victim.clearlyBetter.hr)
      return `The learned attack's ${metric} is higher than both controls' on every one of ${units} units, but higher than the clean run's on only ${wins(find(victim, 'clean', 'hr')!)} of them, so it is not called clearly better.${caveat}`;
    return `The learned attack is clearly better than both controls by the rule of signs: its ${metric} is higher than theirs and the clean run's on every one of ${units} units.${caveat}`;
  }
  const won = found.map((c) => `above ${ARM_WORDS[c.against]} on ${wins(c)} of ${c.units}`);
  return `The learned attack is not clearly better than both controls: its ${metric} is ${won.join(' and ')} units.`;
}

/** What the comparison with controls is about, where they click the targets and the attack need not. */
function forcingInWords({ costs }: AuditSummary, victim: VictimSummary): string[] {
  const forced = (arm: Arm) => costs.find((cost) => cost.arm === arm)?.targetsForced;
  const compared = COST_MATCHED.some((control) => find(victim, control, 'hr') && forced(control));
  if (forced('learned') !== false || !compared) return [];
  return [
    'The attack was free to leave the targets out of its profiles, while the controls were made to click them: the comparison with the controls mixes what learning adds with what forcing the targets adds.',
  ];
}

/** The other hit ratio, in one sentence; none where no real user has a test item. */
function authorsInWords(victim: VictimSummary, top: number): string[] {
  const comparison = find(victim, 'clean', 'hrAuthors');
  if (comparison === undefined) return [];
  const { interval, mean: change } = comparison;
  const before = percent(meanOver(victim, 'clean', comparison));
  const after = percent(meanOver(victim, 'learned', comparison));
  const spread = interval === null ? '' : `, ${pointsInterval(interval)}`;
  return [
    `By the authors' measure (hr-authors@${top}, over all real users with a test item): ${after} with and ${before} without (${points(change)}${spread}).`,
  ];
}

function qualityInWords(victim: VictimSummary, top: number): string {
  const comparison = find(victim, 'clean', 'recall');
  const metric = `Recall@${top}`;
  if (comparison === undefined)
    return `Real users: ${metric} is not known, as there are no test items to measure it with.`;
  const before = meanOver(victim, 'clean', comparison);
  const after = meanOver(victim, 'learned', comparison);
  return `Real users: ${metric} ${percent(before)} without and ${percent(after)} with the attack. ${compareInWords(comparison, metric, 0)}`;
}

const OUTCOMES: Readonly<Record<Direction, Outcome>> = {
  above: 'raised',
  below: 'lowered',
  unclear: 'not-shown',
  'too-few-units': 'too-few-units',
};

/** How the learned attack stands against both controls, for the headline. */
function moreThanControls(victim: VictimSummary): string {
  if (victim.clearlyBetter.hr === null) return '';
  if (beatsControlsOnly(victim)) return ', but not on every unit (though always above both controls)';
  if (!victim.clearlyBetter.hr) return ', but not clearly more than both controls';
  const settled = COST_MATCHED.every((control) => {
    const comparison = find(victim, control, 'hr');
    return comparison !== undefined && direction(comparison) === 'above';
  });
  return settled
    ? ', clearly more than both controls'
    : ', more than both controls on every unit (but chance is not ruled out)';
}

function headlineOf(
  victim: string,
  outcome: Outcome,
  change: number,
  metric: string,
  controls: string,
): string {
  switch (outcome) {
    case 'unsound':
      return `${victim}: NOT SOUND, do not use these figures`;
    case 'no-result':
      return `${victim}: no result, a task failed`;
    case 'too-few-units':
      return `${victim}: ${metric} ${points(change)}, too few units for an interval`;
    case 'raised':
      return `${victim}: the attack raised ${metric} by ${pointsSize(change)}${controls}`;
    case 'lowered':
      return `${victim}: the attack lowered ${metric} by ${pointsSize(change)}`;
    case 'not-shown':
      return `${victim}: no effect on ${metric} could be shown (${points(change)})`;
    default:
      return outcome satisfies never;
  }
}

/** Where there is nothing to compare. */
function withoutResult(victim: string, metric: string): VictimVerdict {
  return {
    victim,
    outcome: 'no-result',
    hitRatioChange: null,
    clearlyBetter: false,
    headline: headlineOf(victim, 'no-result', 0, metric, ''),
    sentences: [
      'There is no pair of a clean and an attacked run to compare, or no real user to average over.',
    ],
  };
}

function sentencesOf(summary: AuditSummary, victim: VictimSummary, againstClean: Comparison): string[] {
  const { top, seeds, targetSets } = summary;
  const units = summary.units.length;
  const metric = `hr@${top}`;
  const before = meanOver(victim, 'clean', againstClean);
  const after = meanOver(victim, 'learned', againstClean);
  const design = `${count(units, 'unit')} (${count(seeds, 'seed')} x ${count(targetSets, 'target set')})`;
  const missing = units - againstClean.units;
  const gaps = missing === 0 ? '' : ` ${count(missing, 'unit')} had no result and take no part.`;
  return [
    `Of the real users who had clicked no target, ${percent(after)} found one in their top ${top} with the attack and ${percent(before)} without (${metric}, mean of ${design}).${gaps}`,
    ...(['clean', ...COST_MATCHED] as const)
      .map((arm) => find(victim, arm, 'hr'))
      .filter((comparison) => comparison !== undefined)
      .map((comparison) => compareInWords(comparison, metric, victim.users.hr)),
    betterInWords(victim, units, metric),
    ...forcingInWords(summary, victim),
    ...authorsInWords(victim, top),
    qualityInWords(victim, top),
  ];
}

function judge(summary: AuditSummary, victim: VictimSummary): VictimVerdict {
  const metric = `hr@${summary.top}`;
  const againstClean = find(victim, 'clean', 'hr');
  if (againstClean === undefined) return withoutResult(victim.victim, metric);
  const outcome = summary.sound === true ? OUTCOMES[direction(againstClean)] : 'unsound';
  const change = againstClean.mean;
  return {
    victim: victim.victim,
    outcome,
    hitRatioChange: change,
    clearlyBetter:
      victim.clearlyBetter.hr === true && summary.units.length >= LEAST_UNITS && summary.sound === true,
    headline: headlineOf(victim.victim, outcome, change, metric, moreThanControls(victim)),
    sentences: [...unsoundInWords(summary), ...sentencesOf(summary, victim, againstClean)],
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
 * One verdict for each victim.
 *
 * @example for (const { headline, sentences } of judgeAudit(summary)) console.log(headline, ...sentences);
 */
export function judgeAudit(summary: AuditSummary): VictimVerdict[] {
  return summary.victims.map((victim) => judge(summary, victim));
}
