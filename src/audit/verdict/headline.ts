/**
 * An audit in one sentence for someone who knows no measure, and which recommender resisted best. The rules are those of
 * the verdicts: a sentence says of each victim what its outcome says, no more.
 */

import { hasSpread, pairedComparison } from '../../metrics/index.js';
import { count, listed, points, pointsInterval } from '../../text/numbers.js';
import { type Arm, isAttackArm } from '../arms.js';
import type { AuditSummary, VictimSummary } from '../summary/summary-types.js';
import type { PlannedAttack } from '../types.js';
import type { AttackSummary } from './one-attack.js';
import type { Outcome, VictimVerdict } from './verdict.js';

const MOST_NAMES = 3;

/** Where nothing was shown, in the order to say it. */
const OTHERS: readonly (readonly [Outcome, (on: string, what: string) => string])[] = [
  ['not-shown', (on, what) => `${what} could be shown ${on}`],
  ['no-spread', (on) => `every unit changed by the same ${on}, so that no interval can be given`],
  ['too-few-units', (on) => `there are too few units to tell an effect from chance ${on}`],
  ['no-result', (on) => `there is no result ${on}`],
];

function on(victims: readonly string[], all: number, whole: string): string {
  if (victims.length === all && all > MOST_NAMES) return `on ${whole} ${all} recommenders`;
  return victims.length > MOST_NAMES
    ? `on ${victims.length} of ${all} recommenders`
    : `on ${listed(victims)}`;
}

/** The victims of an outcome as a place; null for none. */
function placeOf(verdicts: readonly VictimVerdict[], outcome: Outcome, all: string): string | null {
  const victims = verdicts.filter((verdict) => verdict.outcome === outcome).map(({ victim }) => victim);
  return victims.length === 0 ? null : on(victims, verdicts.length, all);
}

/** What was shown to have changed, if anything. */
function shownChange(verdicts: readonly VictimVerdict[], pushed: string): string | null {
  const [raised, lowered] = (['raised', 'lowered'] as const).map((outcome) =>
    placeOf(verdicts, outcome, 'all'),
  );
  if (raised === null && lowered === null) return null;
  if (lowered === null) return `brought ${pushed} to more real users ${raised}`;
  if (raised === null) return `brought ${pushed} to fewer real users ${lowered}`;
  return `brought ${pushed} to more real users ${raised}, and to fewer ${lowered}`;
}

/**
 * @example auditHeadline(summary, judgeAudit(summary))
 * // '20 fake users brought the pushed items to more real users on wrmf; no effect could be shown on ease'
 */
export function auditHeadline(summary: AuditSummary, verdicts: readonly VictimVerdict[]): string {
  const sentences = summary.attacks.map((attack) =>
    attackHeadline(
      summary,
      attack,
      verdicts.filter((verdict) => verdict.attack === attack.label),
    ),
  );
  if (summary.sound === false || sentences.length === 1) return sentences[0];
  return sentences.map((sentence, n) => `${summary.attacks[n].label}: ${sentence}`).join('. ');
}

function attackHeadline(
  { sound, targetSets, largestTargetSet }: AuditSummary,
  { fakeUsers }: PlannedAttack,
  verdicts: readonly VictimVerdict[],
): string {
  if (sound === false)
    return 'NOT SOUND: a rule that keeps audits honest was broken, do not use these figures';
  const single = targetSets === 1 && largestTargetSet === 1;
  const pushed = single ? 'the pushed item' : 'the pushed items';
  const change = shownChange(verdicts, pushed);
  const what = change === null ? `no effect on how many real users find ${pushed}` : 'no such effect';
  const others = OTHERS.flatMap(([outcome, say]) => {
    const place = placeOf(verdicts, outcome, 'any of');
    return place === null ? [] : [say(place, what)];
  });
  const who = count(fakeUsers, 'fake user');
  if (change !== null) return [`${who} ${change}`, ...others].join('; ');
  return others.length === 0 ? `${who}: nothing could be judged` : `${who}: ${others.join('; ')}`;
}

/** Change of hr of every unit under the attack; null where one of the two runs has no result. */
function changes({ arms }: VictimSummary): (number | null)[] {
  const values = (wanted: (arm: Arm) => boolean) =>
    arms.find(({ arm }) => wanted(arm))?.measures.hr.values ?? [];
  const clean = values((arm) => arm === 'clean');
  return values(isAttackArm).map((after, unit) => {
    const before = clean[unit] ?? null;
    return after === null || before === null ? null : after - before;
  });
}

interface Lead {
  readonly words: string;
  /** whether the interval of the difference excludes 0 */
  readonly settled: boolean;
  /** the means are the same */
  readonly equal: boolean;
}

/** The two victims whose hr rose least, over the units that both have, and whether their order may be chance. */
function leadOf(summary: AuditSummary, best: VictimVerdict, next: VictimVerdict): Lead {
  const [a, b] = [best, next].map(({ victim }) =>
    changes(summary.victims.find((entry) => entry.victim === victim)!),
  );
  const both = a.map((_, unit) => unit).filter((unit) => a[unit] !== null && b[unit] !== null);
  if (both.length === 0) return { words: 'the two have no unit in common', settled: false, equal: false };
  const comparison = pairedComparison(
    both.map((unit) => b[unit] as number),
    both.map((unit) => a[unit] as number),
  );
  const { interval, mean } = comparison;
  if (interval === null) {
    const why = hasSpread(comparison.differences) ? 'too few units' : 'no spread between units';
    return { words: `${points(mean)} between them, no interval: ${why}`, settled: false, equal: mean === 0 };
  }
  const settled = interval.low > 0;
  const chance = settled ? '' : ': chance is not ruled out for this order';
  const words = `${points(mean)} between them, ${pointsInterval(interval)}${chance}; not corrected for choosing these two by their results`;
  return { words, settled, equal: mean === 0 };
}

/**
 * Which recommender resisted an attack best; nothing for fewer than two with a result, or where the audit is not sound.
 *
 * @example resistanceInWords(summary, judgeAudit(summary))[0] // 'ease resisted best: ...'
 */
export function resistanceInWords(summary: AttackSummary, verdicts: readonly VictimVerdict[]): string[] {
  const measured = verdicts.filter(
    ({ outcome, hitRatioChange }) => hitRatioChange !== null && outcome !== 'unsound',
  );
  if (measured.length < 2) return [];
  const bounds = new Map(measured.map(({ victim }) => [victim, boundOf(summary, victim)]));
  const notes = measured.flatMap(({ victim }) => {
    const bound = bounds.get(victim);
    return bound ? [`${victim} ${bound}, so it is not compared.`] : [];
  });
  const known = measured
    .filter(({ victim }) => !bounds.get(victim))
    .sort((a, b) => a.hitRatioChange! - b.hitRatioChange!);
  if (known.length < 2) return notes;
  return [...comparedInWords(summary, known), ...notes];
}

/** Why a victim says nothing of resistance: its hit ratio could not move; null where it could. */
function boundOf({ victims, top }: AuditSummary, name: string): string | null {
  const arms = victims.find(({ victim }) => victim === name)?.arms ?? [];
  const at = (wanted: (arm: Arm) => boolean, value: number) =>
    arms.find(({ arm }) => wanted(arm))?.measures.hr.values.every((hr) => hr === null || hr === value);
  const isClean = (arm: Arm) => arm === 'clean';
  if (at(isClean, 1)) return `had a target in the top ${top} of every such user before any attack`;
  if (at(isClean, 0) && at(isAttackArm, 0))
    return `shows a target to none of these users, with the attack and without`;
  return null;
}

/** @param known at least two, the least change first */
function comparedInWords(summary: AuditSummary, known: readonly VictimVerdict[]): string[] {
  const [best, next] = known;
  const [least, second] = [best, next].map(({ hitRatioChange }) => points(hitRatioChange!));
  const lead = leadOf(summary, best, next);
  if (lead.equal)
    return [
      `${best.victim} and ${next.victim} gave the attacker as little: hr@${summary.top} changed by ${least} on both.`,
    ];
  const claim = lead.settled
    ? 'resisted best'
    : 'gave the attacker least, but which resisted best is not settled';
  return [
    `${best.victim} ${claim}: hr@${summary.top} changed by ${least} there and by ${second} on ${next.victim}, the next (${lead.words}).`,
  ];
}
