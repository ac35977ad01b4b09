/**
 * All victims of one attack at a glance, a row each: what a reader of several verdicts looks at first. What it is not: it lays no table
 * out (the terminal and the Markdown report each do).
 */

import { type Arm, isAttackArm } from '../../audit/arms.js';
import type { Measure, VictimSummary } from '../../audit/summary/summary-types.js';
import type { PlannedAttack } from '../../audit/types.js';
import { find } from '../../audit/verdict/comparison-words.js';
import { leadIsSettled } from '../../audit/verdict/control-words.js';
import { intervalOver } from '../../audit/verdict/interval-words.js';
import { type AttackSummary, leadOf } from '../../audit/verdict/one-attack.js';
import type { VictimVerdict } from '../../audit/verdict/verdict.js';
import type { Yardstick } from '../../metrics/index.js';
import { percent, points } from '../../text/numbers.js';
import { shownArm } from '../shown-arm.js';
import { YARDSTICK_NAME } from './tables.js';

const OUTCOME_WORDS: Readonly<Record<VictimVerdict['outcome'], string>> = {
  raised: 'raised',
  lowered: 'lowered',
  'not-shown': 'no effect shown',
  'too-few-units': 'too few units',
  'no-spread': 'no spread',
  'no-result': 'no result',
  unsound: 'NOT SOUND',
};

const isClean = (arm: Arm) => arm === 'clean';

function meanOf(victim: VictimSummary, wanted: (arm: Arm) => boolean, measure: Measure): string {
  const value = victim.arms.find(({ arm }) => wanted(arm))?.measures[measure].mean ?? null;
  return value === null ? 'none' : percent(value);
}

function leadInWords(victim: VictimSummary, attack: PlannedAttack): string {
  return leadIsSettled(victim, attack) ? 'yes' : 'on every unit, but chance is not ruled out';
}

/** Its Recall between cells that it has nothing for. */
function yardstickRow(
  yardstick: Yardstick | undefined,
  before: readonly string[],
  after: readonly string[],
): string[][] {
  const recall = yardstick?.recall ?? null;
  return recall === null ? [] : [[YARDSTICK_NAME, ...before, percent(recall), ...after]];
}

/**
 * Heading and rows, the popularity yardstick last. Empty for a single victim, whose verdict says it all.
 *
 * @example victimTable(summary, verdicts)[0] // ['victim', 'hr@10 clean', 'attacked', ...]
 */
export function victimTable(
  { attack, victims, top }: AttackSummary,
  verdicts: readonly VictimVerdict[],
  yardstick?: Yardstick,
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
      meanOf(victim, isClean, 'hr'),
      meanOf(victim, isAttackArm, 'hr'),
      hitRatioChange === null ? '' : points(hitRatioChange),
      OUTCOME_WORDS[outcome],
      clearlyBetter ? leadInWords(victim, attack) : leadOf(victim, attack).hr === null ? 'not known' : 'no',
      meanOf(victim, isClean, 'recall'),
      meanOf(victim, isAttackArm, 'recall'),
    ];
  });
  return [head, ...rows, ...yardstickRow(yardstick, ['', '', '', '', ''], [''])];
}

/**
 * The runs of the only victim, a row each, and the popularity yardstick: heading and rows. Empty for several victims, who have `victimTable`.
 *
 * @example armTable(summary)[0] // ['run', 'hr@10', 'attack above it', 'interval', 'Recall@10']
 */
export function armTable(
  { victims, top }: AttackSummary,
  yardstick?: Yardstick,
): readonly (readonly string[])[] {
  if (victims.length !== 1) return [];
  const [victim] = victims;
  const rows = victim.arms.map(({ arm }) => {
    const comparison = find(victim, arm, 'hr');
    return [
      shownArm(arm),
      meanOf(victim, (own) => own === arm, 'hr'),
      comparison === undefined ? '' : points(comparison.mean),
      comparison === undefined ? '' : intervalOver(comparison.interval, comparison.units, 'unit'),
      meanOf(victim, (own) => own === arm, 'recall'),
    ];
  });
  return [
    ['run', `hr@${top}`, 'attack above it', 'interval', `Recall@${top}`],
    ...rows,
    ...yardstickRow(yardstick, ['', '', ''], []),
  ];
}
