/** Attacks by name. A control is an attack too: one that takes its budget from another. */

import { memberNamed, type Registry } from '../described.js';
import { closedFormAttack } from './closed-form/closed-form.js';
import { clustersAttack } from './clusters/clusters.js';
import { copiedAttack, copiedUnforcedAttack } from './copied.js';
import { givenAttack } from './given.js';
import { learnedAttack } from './learned/learned.js';
import { randFilterAuthors } from './rand-filter-authors.js';
import { randomAttack } from './random.js';
import type { Attack, Knowledge } from './types.js';

/** An attack whose options the caller has checked. */
export type AnyAttack = Attack<object, Knowledge>;

export type AttackRegistry = Registry<AnyAttack>;

export const ATTACKS: AttackRegistry = {
  learned: learnedAttack as unknown as AnyAttack,
  'closed-form': closedFormAttack as unknown as AnyAttack,
  clusters: clustersAttack as unknown as AnyAttack,
  given: givenAttack as unknown as AnyAttack,
  random: randomAttack as unknown as AnyAttack,
  copied: copiedAttack as unknown as AnyAttack,
  'copied-unforced': copiedUnforcedAttack as unknown as AnyAttack,
  'rand-filter-authors': randFilterAuthors as unknown as AnyAttack,
};

/** @throws RecauditError('config') on an unknown name @example attackNamed('learned').version */
export function attackNamed(name: string, registry: AttackRegistry = ATTACKS): AnyAttack {
  return memberNamed('attack', name, registry);
}

/** The attack's words as an attack, and as a control. @example wordsOf(copiedAttack).control // 'the copied control' */
export function wordsOf({ name, words }: Pick<AnyAttack, 'name' | 'words'>): {
  readonly attack: string;
  readonly control: string;
} {
  return { attack: words?.attack ?? `the ${name} attack`, control: words?.control ?? `the ${name} control` };
}
