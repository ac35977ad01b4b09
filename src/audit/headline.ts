/**
 * An audit in one sentence for someone who knows no measure, and which recommender resisted best. The rules are those of
 * the verdicts: a sentence says of each victim what its outcome says, no more.
 */

import { hasSpread, pairedComparison } from '../metrics/index.js';
import type { AuditSummary, VictimSummary } from './summary-types.js';
import type { Outcome, VictimVerdict } from './verdict.js';
import { count, listed, points, pointsInterval } from './words.js';

const MOST_NAMES = 3;

/** Where nothing was shown, in the order to say it. */
const OTHERS: readonly (readonly [Outcome, (on: string) => string])[] = [
  ['not-shown', (on) => `no effect could be shown ${on}`],
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
export function auditHeadline(
  { fakeUsers, sound, targetSets, largestTargetSet }: AuditSummary,
  verdicts: readonly VictimVerdict[],
): string {
  if (sound === false)
    return 'NOT SOUND: a rule that keeps audits honest was broken, do not use these figures';
  const single = targetSets === 1 && largestTargetSet === 1;
  const change = shownChange(verdicts, single ? 'the pushed item' : 'the pushed items');
  const others = OTHERS.flatMap(([outcome, say]) => {
    const place = placeOf(verdicts, outcome, 'any of');
    return place === null ? [] : [say(place)];
  });
  const who = count(fakeUsers, 'fake user');
  if (change !== null) return [`${who} ${change}`, ...others].join('; ');
  return others.length === 0 ? `${who}: nothing could be judged` : `${who}: ${others.join('; ')}`;
}

/** Change of hr of every unit under the learned attack; null where one of the two runs has no result. */
function changes({ arms }: VictimSummary): (number | null)[] {
  const values = (name: string) => arms.find(({ arm }) => arm === name)?.measures.hr.values ?? [];
  const clean = values('clean');
  return values('learned').map((after, unit) => {
    const before = clean[unit] ?? null;
    return after === null || before === null ? null : after - before;
  });
}

interface Lead {
  readonly words: string;
  /** whether the interval of the difference excludes 0 */
  readonly settled: boolean;
}

/** The two victims whose hr rose least, over the units that both have, and whether their order may be chance. */
function leadOf(summary: AuditSummary, best: VictimVerdict, next: VictimVerdict): Lead {
  const [a, b] = [best, next].map(({ victim }) =>
    changes(summary.victims.find((entry) => entry.victim === victim)!),
  );
  const both = a.map((_, unit) => unit).filter((unit) => a[unit] !== null && b[unit] !== null);
  if (both.length === 0) return { words: 'the two have no unit in common', settled: false };
  const comparison = pairedComparison(
    both.map((unit) => b[unit] as number),
    both.map((unit) => a[unit] as number),
  );
  const { interval, mean } = comparison;
  if (interval === null) {
    const why = hasSpread(comparison.differences) ? 'too few units' : 'no spread between units';
    return { words: `${points(mean)} between them, no interval: ${why}`, settled: false };
  }
  const settled = interval.low > 0;
  const chance = settled ? '' : ': chance is not ruled out for this order';
  return { words: `${points(mean)} between them, ${pointsInterval(interval)}${chance}`, settled };
}

/**
 * Which recommender resisted best; nothing for fewer than two with a result, or where the audit is not sound.
 *
 * @example resistanceInWords(summary, judgeAudit(summary))[0] // 'ease resisted best: ...'
 */
export function resistanceInWords(summary: AuditSummary, verdicts: readonly VictimVerdict[]): string[] {
  const known = verdicts
    .filter(({ outcome, hitRatioChange }) => hitRatioChange !== null && outcome !== 'unsound')
    .sort((a, b) => a.hitRatioChange! - b.hitRatioChange!);
  if (known.length < 2) return [];
  const [best, next] = known;
  const [least, second] = [best, next].map(({ hitRatioChange }) => points(hitRatioChange!));
  const lead = leadOf(summary, best, next);
  const claim = lead.settled
    ? 'resisted best'
    : 'gave the attacker least, but which resisted best is not settled';
  return [
    `${best.victim} ${claim}: hr@${summary.top} changed by ${least} there and by ${second} on ${next.victim}, the next (${lead.words}).`,
  ];
}
