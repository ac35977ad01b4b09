/**
 * All victims at a glance, a row each: what a reader of several verdicts looks at first. What it is not: it lays no table
 * out (the terminal and the Markdown report each do).
 */

import type { AuditSummary, Measure, VictimSummary } from '../../audit/summary/summary-types.js';
import type { Arm } from '../../audit/types.js';
import { find } from '../../audit/verdict/comparison-words.js';
import { leadIsSettled } from '../../audit/verdict/control-words.js';
import { intervalOver } from '../../audit/verdict/interval-words.js';
import type { VictimVerdict } from '../../audit/verdict/verdict.js';
import { percent, points } from '../../text/numbers.js';

const OUTCOME_WORDS: Readonly<Record<VictimVerdict['outcome'], string>> = {
  raised: 'raised',
  lowered: 'lowered',
  'not-shown': 'no effect shown',
  'too-few-units': 'too few units',
  'no-spread': 'no spread',
  'no-result': 'no result',
  unsound: 'NOT SOUND',
};

function meanOf(victim: VictimSummary, arm: Arm, measure: Measure): string {
  const value = victim.arms.find((entry) => entry.arm === arm)?.measures[measure].mean ?? null;
  return value === null ? 'none' : percent(value);
}

function leadInWords(victim: VictimSummary): string {
  return leadIsSettled(victim) ? 'yes' : 'on every unit, but chance is not ruled out';
}

/**
 * Heading and rows. Empty for a single victim, whose verdict says it all.
 *
 * @example victimTable(summary, verdicts)[0] // ['victim', 'hr@10 clean', 'attacked', ...]
 */
export function victimTable(
  { victims, top }: AuditSummary,
  verdicts: readonly VictimVerdict[],
): readonly (readonly string[])[] {
  if (victims.length < 2) return [];
  const head = [
    'victim',
    `hr@${top} clean`,
    'attacked',
    'change',
    'outcome',
    'clearly better than controls',
    `Recall@${top} clean`,
    'attacked',
  ];
  const rows = victims.map((victim, n) => {
    const { outcome, hitRatioChange, clearlyBetter } = verdicts[n];
    return [
      victim.victim,
      meanOf(victim, 'clean', 'hr'),
      meanOf(victim, 'learned', 'hr'),
      hitRatioChange === null ? '' : points(hitRatioChange),
      OUTCOME_WORDS[outcome],
      clearlyBetter ? leadInWords(victim) : victim.clearlyBetter.hr === null ? 'not known' : 'no',
      meanOf(victim, 'clean', 'recall'),
      meanOf(victim, 'learned', 'recall'),
    ];
  });
  return [head, ...rows];
}

/**
 * The runs of the only victim, a row each: heading and rows. Empty for several victims, who have `victimTable`.
 *
 * @example armTable(summary)[0] // ['run', 'hr@10', 'attack above it', 'interval', 'Recall@10']
 */
export function armTable({ victims, top }: AuditSummary): readonly (readonly string[])[] {
  if (victims.length !== 1) return [];
  const [victim] = victims;
  const rows = victim.arms.map(({ arm }) => {
    const comparison = find(victim, arm, 'hr');
    return [
      arm,
      meanOf(victim, arm, 'hr'),
      comparison === undefined ? '' : points(comparison.mean),
      comparison === undefined ? '' : intervalOver(comparison.interval, comparison.units, 'unit'),
      meanOf(victim, arm, 'recall'),
    ];
  });
  return [['run', `hr@${top}`, 'attack above it', 'interval', `Recall@${top}`], ...rows];
}
