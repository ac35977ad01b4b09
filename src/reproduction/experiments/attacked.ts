/** One attack or control on one victim and target set of the Gowalla data, over seeds. */

import { type CellValues, cellOf, type Results } from '../cells.js';
import { TARGET_SETS } from '../methods.js';
import type { Role } from '../runs.js';

export interface AttackedCell {
  readonly method: string;
  readonly role: Role;
  readonly victim: string;
  readonly set: string;
  /** `hr-authors`@50, the paper's measure */
  readonly hrAuthors: CellValues;
  /** `hr`@50: over users who clicked none of the targets */
  readonly hr: CellValues;
  /** hrAuthors minus that of the clean victim of the same seed */
  readonly gain: CellValues;
  /** hrAuthors divided by that of the clean victim of the same seed */
  readonly ratio: CellValues;
  /** Recall@50 of the real users */
  readonly recall: CellValues;
}

export type CellChoice = Pick<AttackedCell, 'method' | 'role' | 'victim' | 'set'>;

/** Numbers by seed, both or null. */
function together(
  a: readonly (number | null)[],
  b: readonly (number | null)[],
  join: (a: number, b: number) => number | null,
): CellValues {
  return cellOf(
    a.map((value, index) => {
      const other = b[index];
      return value === null || other === null ? null : join(value, other);
    }),
  );
}

/** @param seeds of the Gowalla data; a seed without a result leaves gaps */
export function attackedCell(results: Results, choice: CellChoice, seeds: readonly number[]): AttackedCell {
  const { set } = choice;
  const setIndex = (TARGET_SETS as readonly string[]).indexOf(set);
  const of = (from: CellChoice, measure: 'hr' | 'hrAuthors') =>
    seeds.map((seed) => results.gained({ data: 'gowalla', ...from, seed }, setIndex, measure));
  const clean = of({ ...choice, method: 'clean', role: 'clean' }, 'hrAuthors');
  const hrAuthors = of(choice, 'hrAuthors');
  const recall = seeds.map((seed) => {
    const { method, role, victim } = choice;
    const where = role === 'clean' ? {} : { set };
    return results.victim({ data: 'gowalla', method, role, victim, seed, ...where })?.quality.recall ?? null;
  });
  return {
    ...choice,
    hrAuthors: cellOf(hrAuthors),
    hr: cellOf(of(choice, 'hr')),
    gain: together(hrAuthors, clean, (a, b) => a - b),
    ratio: together(hrAuthors, clean, (a, b) => (b === 0 ? null : a / b)),
    recall: cellOf(recall),
  };
}
