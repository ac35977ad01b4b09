/** How tables and figures of one attack call an arm. */

import { type Arm, armName } from '../audit/arms.js';

/** Names that figures keep for controls; an attack of such a name is told from them. */
const CONTROL_NAMES: readonly string[] = ['random', 'copied', 'copied-unforced', 'rand-filter-authors'];

/** @example [shownArm('control:learned/random'), shownArm('attack:random')] // random, random (attack) */
export function shownArm(arm: Arm): string {
  const name = armName(arm);
  return arm.startsWith('attack:') && CONTROL_NAMES.includes(name) ? `${name} (attack)` : name;
}
