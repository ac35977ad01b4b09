/** Defences by name. What it is not: it sets no options; each defence's table does. */

import { memberNamed, type Registry } from '../described.js';
import { clickCap } from './click-cap.js';
import type { Defence } from './types.js';

/** A defence that checks its options itself. */
export type AnyDefence = Defence<object>;

export type DefenceRegistry = Registry<AnyDefence>;

export const DEFENCES: DefenceRegistry = { 'click-cap': clickCap as unknown as AnyDefence };

/** @throws RecauditError('config') on an unknown name @example defenceNamed('click-cap').dataSide */
export function defenceNamed(name: string, registry: DefenceRegistry = DEFENCES): AnyDefence {
  return memberNamed('defence', name, registry);
}
