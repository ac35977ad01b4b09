/**
 * What an attack did to each target of a set of several, from the victims' results: one hit ratio of a set may hide that only one of
 * its targets moved. The units of a set are its seeds. What it is not: words (`verdict/item-words.ts`).
 */

import { mean, type PairedComparison, pairedComparison } from '../../metrics/index.js';
import type { InjectedArm } from '../arms.js';
import type { ItemMeasures, VictimResult } from '../types.js';
import type { ItemControl, ItemEffect, ItemRun } from './summary-types.js';

/** The targets of a set in one run, in the same order in all; undefined: the run has no result, or did not measure them. */
type ItemsOfRun = readonly ItemMeasures[] | undefined;

/** The runs of one unit of a set. */
export interface ItemUnit {
  readonly clean: ItemsOfRun;
  readonly attacked: ItemsOfRun;
  /** by control, the same ones in every unit */
  readonly controls: readonly { readonly arm: InjectedArm; readonly items: ItemsOfRun }[];
}

/** The targets of one set in a result: a clean run holds all sets, an attacked one its own. */
export function itemsIn(result: VictimResult | undefined, set: number): readonly ItemMeasures[] | undefined {
  return result?.targetSets[result.targetSets.length === 1 ? 0 : set].items;
}

const meanOf = (values: readonly (number | null)[]): number | null => {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : mean(present);
};

/** One target over runs. */
const runOf = (found: readonly ItemMeasures[]): ItemRun => ({
  hr: meanOf(found.map(({ hr }) => hr)),
  medianRank: meanOf(found.map(({ medianRank }) => medianRank)),
});

/** Hit ratios `a` minus `b` by unit; null where nobody is left to average over: these are the same users on every unit. */
function difference(a: readonly ItemMeasures[], b: readonly ItemMeasures[]): PairedComparison | null {
  const [after, before] = [a, b].map((found) => found.map(({ hr }) => hr));
  const known = [...after, ...before].every((hr) => hr !== null);
  return known ? pairedComparison(after as number[], before as number[]) : null;
}

/** The target at `place` under each control, over the units that have the control and the attack. */
function controlsOf(units: readonly ItemUnit[], place: number): ItemControl[] {
  const arms = units[0]?.controls.map(({ arm }) => arm) ?? [];
  return arms.flatMap((arm, n) => {
    const both = units.flatMap(({ attacked, controls }) => {
      const items = controls[n].items;
      return attacked === undefined || items === undefined ? [] : [[attacked[place], items[place]] as const];
    });
    if (both.length === 0) return [];
    const control = both.map(([, found]) => found);
    return [
      {
        arm,
        ...runOf(control),
        lead: difference(
          both.map(([found]) => found),
          control,
        ),
      },
    ];
  });
}

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
    return {
      attack,
      set,
      item,
      clicks,
      users: hrUsers,
      clean: runOf(clean),
      attacked: runOf(attacked),
      change: difference(attacked, clean),
      controls: controlsOf(units, place),
    };
  });
}
