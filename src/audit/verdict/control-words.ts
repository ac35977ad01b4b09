/**
 * How an attack stands against all of its controls at equal cost, in words.
 *
 * What it is not: the words of one comparison (`comparison-words.ts`).
 */

import { LEAST_UNITS } from '../../metrics/index.js';
import { listed } from '../../text/numbers.js';
import type { Comparison, VictimSummary } from '../summary/summary-types.js';
import type { PlannedAttack, PlannedControl } from '../types.js';
import { direction, find } from './comparison-words.js';
import { type AttackSummary, armWords, comparedControls, leadOf } from './one-attack.js';

/** `both controls`, or however many there are. */
function allOf(controls: readonly PlannedControl[]): string {
  if (controls.length === 1) return controls[0].words;
  return controls.length === 2
    ? 'both controls'
    : `all ${NUMBERS[controls.length] ?? controls.length} controls`;
}

const NUMBERS: Readonly<Record<number, string>> = { 3: 'three', 4: 'four', 5: 'five' };

/** What an attack has beyond mere injection: learning, or whatever it chooses its items by. */
function gainOf({ check }: PlannedAttack): string {
  return check === undefined ? 'its choice of items' : 'learning';
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function wins({ differences }: Comparison): number {
  return differences.filter((difference) => difference > 0).length;
}

/** Above all controls on every unit, but not above the clean run. */
function beatsControlsOnly(victim: VictimSummary, attack: PlannedAttack): boolean {
  const controls = comparedControls(attack);
  return (
    leadOf(victim, attack).hr === false && controls.every(({ arm }) => find(victim, arm, 'hr')?.allAbove)
  );
}

/** What the rule of signs leaves open. */
function caveatOf(found: readonly Comparison[], attack: PlannedAttack): string {
  const over = (those: readonly Comparison[]) =>
    listed(those.map((c) => `over ${armWords(attack, c.against)}`));
  const alike = found.filter((c) => direction(c) === 'no-spread');
  const open = found.filter((c) => direction(c) !== 'above' && direction(c) !== 'no-spread');
  const chance =
    open.length === 0
      ? ''
      : ` Chance is not ruled out for its lead ${over(open)}, as the interval reaches down to zero or below; only more units can tell.`;
  const unknown =
    alike.length === 0
      ? ''
      : ` No interval can be given for its lead ${over(alike)}, as the units show no spread.`;
  return `${chance}${unknown}`;
}

/** Whether chance is ruled out for the lead over the clean run and every control; by the rule of signs alone it is not. */
export function leadIsSettled(victim: VictimSummary, attack: PlannedAttack): boolean {
  const arms = ['clean', ...comparedControls(attack).map(({ arm }) => arm)] as const;
  return arms.every((arm) => {
    const comparison = find(victim, arm, 'hr');
    return comparison !== undefined && direction(comparison) === 'above';
  });
}

export function betterInWords(
  victim: VictimSummary,
  attack: PlannedAttack,
  units: number,
  metric: string,
): string {
  const controls = comparedControls(attack);
  const lead = leadOf(victim, attack);
  const who = capitalised(attack.words);
  if (controls.length === 0)
    return 'Without controls at equal cost, this audit cannot say whether the profiles do more than mere injection.';
  const all = allOf(controls);
  const found = controls.map(({ arm }) => find(victim, arm, 'hr')).filter((c) => c !== undefined);
  if (found.length < controls.length || lead.hr === null)
    return `Without ${all} on every unit, this audit cannot say whether ${gainOf(attack)} added anything to mere injection.`;
  if (lead.hr || beatsControlsOnly(victim, attack)) {
    if (units < LEAST_UNITS)
      return `${who} had the higher ${metric} than ${all} on ${units === 1 ? 'the only unit' : `all ${units} units`}; that is too few to call it better.`;
    const clean = find(victim, 'clean', 'hr');
    const caveat = caveatOf(lead.hr && clean ? [clean, ...found] : found, attack);
    if (!lead.hr)
      return `${who}'s ${metric} is higher than ${all}' on every one of ${units} units, but higher than the clean run's on only ${wins(find(victim, 'clean', 'hr')!)} of them, so it is not called clearly better.${caveat}`;
    const its = `its ${metric} is higher than theirs and the clean run's on every one of ${units} units.${caveat}`;
    return caveat === ''
      ? `${who} is clearly better than ${all}: ${its}`
      : `By the rule of signs ${attack.words} leads ${all}: ${its}`;
  }
  const won = found.map((c) => `above ${armWords(attack, c.against)} on ${wins(c)} of ${c.units}`);
  return `${who} is not clearly better than ${all}: its ${metric} is ${listed(won)} units.`;
}

/** What the comparison with controls is about, where some click the targets and the attack need not, or the reverse. */
export function forcingInWords({ attack, costs }: AttackSummary, victim: VictimSummary): string[] {
  const crafted = costs.some(({ arm }) => arm === attack.arm);
  const compared = comparedControls(attack).filter(({ arm }) => find(victim, arm, 'hr') !== undefined);
  const mixed = compared.filter((control) => attack.forcesTargets !== control.forcesTargets);
  if (!crafted || mixed.length === 0) return [];
  const fair = compared.filter((control) => !mixed.includes(control));
  const words = (controls: readonly PlannedControl[]) => listed(controls.map((control) => control.words));
  if (attack.forcesTargets)
    return [
      `The attack was made to click the targets and ${words(mixed)} were not, so the comparison with them mixes what ${gainOf(attack)} adds with what forcing the targets adds.`,
    ];
  const mixing = `The attack was free to leave the targets out of its profiles, while ${words(mixed)} ${mixed.length === 1 ? 'was' : 'were'} made to click them: the comparison with ${mixed.length === 1 ? 'it' : 'these'} mixes what ${gainOf(attack)} adds with what forcing the targets adds.`;
  return [
    fair.length === 0
      ? mixing
      : `${mixing} What ${gainOf(attack)} adds by itself is the difference to ${words(fair)}, which are as free as the attack.`,
  ];
}

/** For the headline. */
export function moreThanControls(victim: VictimSummary, attack: PlannedAttack): string {
  const controls = comparedControls(attack);
  const lead = leadOf(victim, attack);
  if (lead.hr === null) return '';
  const all = allOf(controls);
  if (beatsControlsOnly(victim, attack)) return `, but not on every unit (though always above ${all})`;
  if (!lead.hr) return `, but not clearly more than ${all}`;
  const settled = controls.every(({ arm }) => {
    const comparison = find(victim, arm, 'hr');
    return comparison !== undefined && direction(comparison) === 'above';
  });
  return settled
    ? `, clearly more than ${all}`
    : `, more than ${all} on every unit (but chance is not ruled out)`;
}
