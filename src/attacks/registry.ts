/** Attacks by name. Controls are no attacks: see `controls.ts`. */

import { RecauditError } from '../errors.js';
import { learnedAttack } from './learned/learned.js';
import type { Attack } from './types.js';

/** An attack whose options the caller has checked. */
export type AnyAttack = Attack<object>;

export type AttackRegistry = Readonly<Record<string, AnyAttack>>;

export const ATTACKS: AttackRegistry = { learned: learnedAttack as unknown as AnyAttack };

/** @throws RecauditError('config') on an unknown name @example attackNamed('learned').version */
export function attackNamed(name: string, registry: AttackRegistry = ATTACKS): AnyAttack {
  if (Object.hasOwn(registry, name)) return registry[name];
  throw new RecauditError(
    'config',
    `attack: expected one of ${Object.keys(registry).join(', ')}, got "${name}". Choose one of these.`,
  );
}
