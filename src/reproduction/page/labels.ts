/** What the page calls attacks, victims, controls and target sets: the paper's names, short enough for a chart. */

import { GOWALLA_METHODS, MAIN_METHOD, RAND_FILTER, VICTIMS } from '../methods.js';
import { PAPER_TABLE_2 } from '../paper.js';
import type { Role } from '../runs.js';

const SHORT: Readonly<Record<string, string>> = {
  'wrmf-sgd-10': 'WRMF+SGD τ=10',
  'wrmf-sgd-5': 'WRMF+SGD τ=5',
};

/** @example attackName('wrmf-sgd-10') // 'WRMF+SGD τ=10' */
export function attackName(id: string): string {
  if (id === RAND_FILTER.id) return RAND_FILTER.name;
  return SHORT[id] ?? GOWALLA_METHODS.find((method) => method.id === id)?.name ?? id;
}

export const MAIN_NAME = attackName(MAIN_METHOD);

/** As the arms of audits are called, so that they have their colours. */
export function roleName(method: string, role: Role): string {
  return role === 'attack' ? attackName(method) : role;
}

/** The victims in the order of the paper's tables. */
export const PAPER_VICTIMS: readonly string[] = Object.keys(PAPER_TABLE_2.head);

/** The paper's attacks in the order of its figure 5a, its own two lengths of WRMF+SGD beside each other. */
export const PAPER_ATTACKS: readonly string[] = [
  RAND_FILTER.id,
  'wrmf-als',
  'wrmf-sgd-10',
  'wrmf-sgd-5',
  'item-ae-pd',
  'item-ae',
];

export function victimName(id: string): string {
  return VICTIMS.find((victim) => victim.id === id)?.name ?? id;
}

/** @example setName('upper_torso') // 'upper torso' */
export function setName(id: string): string {
  return id.replaceAll('_', ' ');
}
