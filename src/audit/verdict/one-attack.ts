/**
 * The part of an audit's summary that one attack is about: the clean run, the attack and its controls. Words and tables are made of
 * one attack at a time, so that an audit of several reads as several audits of one.
 */

import { type Arm, attackOf } from '../arms.js';
import type { AuditSummary, Lead, VictimSummary } from '../summary/summary-types.js';
import type { PlannedAttack } from '../types.js';

/** A summary with one attack. */
export interface AttackSummary extends AuditSummary {
  readonly attack: PlannedAttack;
}

/** The summary of each attack, in their order. @example ofEachAttack(summary).map(({ attack }) => attack.label) */
export function ofEachAttack(summary: AuditSummary): AttackSummary[] {
  return summary.attacks.map((attack) => ofAttack(summary, attack));
}

function ofAttack(summary: AuditSummary, attack: PlannedAttack): AttackSummary {
  const belongs = (arm: Arm) => attackOf(arm) === attack.label;
  return {
    ...summary,
    attack,
    attacks: [attack],
    victims: summary.victims.map(
      (victim): VictimSummary => ({
        ...victim,
        arms: victim.arms.filter(({ arm }) => arm === 'clean' || belongs(arm)),
        comparisons: victim.comparisons.filter(({ arm }) => belongs(arm)),
        leads: victim.leads.filter((lead) => lead.attack === attack.label),
        ...(victim.items && { items: victim.items.filter((item) => item.attack === attack.label) }),
      }),
    ),
    costs: summary.costs.filter(({ arm }) => belongs(arm)),
    crafts: summary.crafts.filter((craft) => craft.attack === attack.label),
    ...(summary.detection && {
      detection: summary.detection.map((detector) => ({
        ...detector,
        arms: detector.arms.filter(({ arm }) => belongs(arm)),
      })),
    }),
  };
}

/** Whether an attack leads on a victim. */
export function leadOf({ leads }: VictimSummary, { label }: PlannedAttack): Pick<Lead, 'hr' | 'hrAuthors'> {
  return leads.find(({ attack }) => attack === label) ?? { hr: null, hrAuthors: null };
}

/** The controls at equal cost that an attack is judged against. */
export function comparedControls({ controls }: PlannedAttack) {
  return controls.filter(({ costMatched }) => costMatched);
}

/** An arm of an attack in a sentence. @example armWords(attack, 'clean') // 'the clean run' */
export function armWords(attack: PlannedAttack, arm: Arm): string {
  if (arm === 'clean') return 'the clean run';
  if (arm === attack.arm) return attack.words;
  return attack.controls.find((control) => control.arm === arm)?.words ?? arm;
}
