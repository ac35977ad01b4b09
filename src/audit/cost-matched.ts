/** Which controls cost what the attack costs, and which of them an audit's attack is judged against. */

import type { Arm, ControlName } from './types.js';

/** At equal cost, in the order that reports name them. */
const COST_MATCHED = ['random', 'copied', 'copied-unforced'] as const satisfies readonly ControlName[];

/** Every audit has to have them. */
const NEEDED: readonly Arm[] = ['random', 'copied'];

/** Those made to click the targets, as far as they fit. */
const FORCED: readonly Arm[] = ['random', 'copied'];

/**
 * The controls that "clearly better" is about: the two that every audit has, and the third where it was run.
 *
 * @param ran arms or controls of the audit
 */
export function comparedControls(ran: readonly Arm[]): (typeof COST_MATCHED)[number][] {
  return COST_MATCHED.filter((control) => NEEDED.includes(control) || ran.includes(control));
}

export function isCostMatched(arm: Arm): boolean {
  return (COST_MATCHED as readonly Arm[]).includes(arm);
}

export function forcesTargets(control: Arm): boolean {
  return FORCED.includes(control);
}
