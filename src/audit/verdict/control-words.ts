/**
 * How the learned attack stands against all of its controls at equal cost, in words.
 *
 * What it is not: the words of one comparison (`comparison-words.ts`).
 */

import { LEAST_UNITS } from '../../metrics/index.js';
import { listed } from '../../text/numbers.js';
import { comparedControls, forcesTargets } from '../cost-matched.js';
import type { AuditSummary, Comparison, VictimSummary } from '../summary/summary-types.js';
import type { Arm } from '../types.js';
import { ARM_WORDS, direction, find } from './comparison-words.js';

/** The controls at equal cost that this victim's attack is judged against. */
export function controlsOf({ arms }: VictimSummary): Arm[] {
  return comparedControls(arms.map(({ arm }) => arm));
}

/** An audit has two or three of them. */
function allOf(controls: readonly Arm[]): string {
  return controls.length === 2 ? 'both controls' : 'all three controls';
}

function wins({ differences }: Comparison): number {
  return differences.filter((difference) => difference > 0).length;
}

/** Above all controls on every unit, but not above the clean run. */
function beatsControlsOnly(victim: VictimSummary): boolean {
  return (
    victim.clearlyBetter.hr === false && controlsOf(victim).every((arm) => find(victim, arm, 'hr')?.allAbove)
  );
}

/** What the rule of signs leaves open. */
function caveatOf(found: readonly Comparison[]): string {
  const over = (those: readonly Comparison[]) => listed(those.map((c) => `over ${ARM_WORDS[c.against]}`));
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
export function leadIsSettled(victim: VictimSummary): boolean {
  return (['clean', ...controlsOf(victim)] as const).every((arm) => {
    const comparison = find(victim, arm, 'hr');
    return comparison !== undefined && direction(comparison) === 'above';
  });
}

export function betterInWords(victim: VictimSummary, units: number, metric: string): string {
  const controls = controlsOf(victim);
  const all = allOf(controls);
  const found = controls.map((control) => find(victim, control, 'hr')).filter((c) => c !== undefined);
  if (found.length < controls.length || victim.clearlyBetter.hr === null)
    return `Without ${all} on every unit, this audit cannot say whether learning added anything to mere injection.`;
  if (victim.clearlyBetter.hr || beatsControlsOnly(victim)) {
    if (units < LEAST_UNITS)
      return `The learned attack had the higher ${metric} than ${all} on ${units === 1 ? 'the only unit' : `all ${units} units`}; that is too few to call it better.`;
    const clean = find(victim, 'clean', 'hr');
    const caveat = caveatOf(victim.clearlyBetter.hr && clean ? [clean, ...found] : found);
    if (!victim.clearlyBetter.hr)
      return `The learned attack's ${metric} is higher than ${all}' on every one of ${units} units, but higher than the clean run's on only ${wins(find(victim, 'clean', 'hr')!)} of them, so it is not called clearly better.${caveat}`;
    const lead = `its ${metric} is higher than theirs and the clean run's on every one of ${units} units.${caveat}`;
    return caveat === ''
      ? `The learned attack is clearly better than ${all}: ${lead}`
      : `By the rule of signs the learned attack leads ${all}: ${lead}`;
  }
  const won = found.map((c) => `above ${ARM_WORDS[c.against]} on ${wins(c)} of ${c.units}`);
  return `The learned attack is not clearly better than ${all}: its ${metric} is ${listed(won)} units.`;
}

/** What the comparison with controls is about, where some click the targets and the attack need not, or the reverse. */
export function forcingInWords({ costs }: AuditSummary, victim: VictimSummary): string[] {
  const attack = costs.find(({ arm }) => arm === 'learned');
  const compared = controlsOf(victim).filter((control) => find(victim, control, 'hr') !== undefined);
  const mixed = compared.filter((control) => attack?.targetsForced !== forcesTargets(control));
  if (attack === undefined || mixed.length === 0) return [];
  const fair = compared.filter((control) => !mixed.includes(control));
  const words = (arms: readonly Arm[]) => listed(arms.map((arm) => ARM_WORDS[arm]));
  if (attack.targetsForced)
    return [
      `The attack was made to click the targets and ${words(mixed)} were not, so the comparison with them mixes what learning adds with what forcing the targets adds.`,
    ];
  const mixing = `The attack was free to leave the targets out of its profiles, while ${words(mixed)} ${mixed.length === 1 ? 'was' : 'were'} made to click them: the comparison with ${mixed.length === 1 ? 'it' : 'these'} mixes what learning adds with what forcing the targets adds.`;
  return [
    fair.length === 0
      ? mixing
      : `${mixing} What learning adds by itself is the difference to ${words(fair)}, which are as free as the attack.`,
  ];
}

/** For the headline. */
export function moreThanControls(victim: VictimSummary): string {
  const controls = controlsOf(victim);
  const all = allOf(controls);
  if (victim.clearlyBetter.hr === null) return '';
  if (beatsControlsOnly(victim)) return `, but not on every unit (though always above ${all})`;
  if (!victim.clearlyBetter.hr) return `, but not clearly more than ${all}`;
  const settled = controls.every((control) => {
    const comparison = find(victim, control, 'hr');
    return comparison !== undefined && direction(comparison) === 'above';
  });
  return settled
    ? `, clearly more than ${all}`
    : `, more than ${all} on every unit (but chance is not ruled out)`;
}
