/**
 * What an attack did to each target of a set of several, from the victims' results: one hit ratio of a set may hide that only one of
 * its targets moved. The units of a set are its seeds. What it is not: words (`verdict/item-words.ts`).
 */

import { mean, pairedComparison } from '../../metrics/index.js';
import type { ItemMeasures, VictimResult } from '../types.js';
import type { ItemEffect } from './summary-types.js';

/** Both runs of one unit of a set, the targets in the same order; undefined: the run has no result, or did not measure them. */
export interface ItemUnit {
  readonly clean: readonly ItemMeasures[] | undefined;
  readonly attacked: readonly ItemMeasures[] | undefined;
}

/** The targets of one set in a result: a clean run holds all sets, an attacked one its own. */
export function itemsIn(result: VictimResult | undefined, set: number): readonly ItemMeasures[] | undefined {
  return result?.targetSets[result.targetSets.length === 1 ? 0 : set].items;
}

const meanOf = (values: readonly (number | null)[]): number | null => {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : mean(present);
};

/**
 * The targets of a set, in the order of their indices.
 *
 * @param units of the set, in the order of the seeds
 * @example itemEffects('learned', 0, units)[0].change?.interval
 */
export function itemEffects(attack: string, set: number, units: readonly ItemUnit[]): ItemEffect[] {
  const measured = units.flatMap(({ clean, attacked }) =>
    clean === undefined || attacked === undefined ? [] : [{ clean, attacked }],
  );
  if (measured.length === 0) return [];
  return measured[0].clean.map(({ item, clicks, hrUsers }, place) => {
    const clean = measured.map((unit) => unit.clean[place]);
    const attacked = measured.map((unit) => unit.attacked[place]);
    const [before, after] = [clean, attacked].map((run) => run.map(({ hr }) => hr));
    // Nobody is left to average over, or the same users on every unit.
    const known = [...before, ...after].every((hr) => hr !== null);
    return {
      attack,
      set,
      item,
      clicks,
      users: hrUsers,
      clean: { hr: meanOf(before), medianRank: meanOf(clean.map(({ medianRank }) => medianRank)) },
      attacked: { hr: meanOf(after), medianRank: meanOf(attacked.map(({ medianRank }) => medianRank)) },
      change: known ? pairedComparison(after as number[], before as number[]) : null,
    };
  });
}
