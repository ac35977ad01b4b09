/** The targets of simulated groups: who clicked them, real users and fakes of the group apart. */

import type { SimulatedClicks } from './click-model.js';

export interface SimulatedTarget {
  readonly item: number;
  /** index into the families */
  readonly family: number;
  /** entries of the file's users on the item */
  readonly honest: readonly number[];
  /** entries of the group's fakes that push it */
  readonly fakes: readonly number[];
}

/** @param users of the file itself, which come before the simulated ones; targets ascend, families within them */
export function simulatedTargets({ clicks, fakes }: SimulatedClicks, users: number): SimulatedTarget[] {
  const { columnPointers, csrPositions, rowIndices } = clicks.matrix.csc();
  const items = new Set(fakes.flatMap(({ targets }) => Array.from(targets)));
  return Array.from(items)
    .sort((a, b) => a - b)
    .flatMap((item) => {
      const honest: number[] = [];
      const byFamily = new Map<number, number[]>();
      for (let p = columnPointers[item]; p < columnPointers[item + 1]; p++) {
        if (rowIndices[p] < users) {
          honest.push(csrPositions[p]);
          continue;
        }
        const fake = fakes[rowIndices[p] - users];
        if (!fake.targets.includes(item)) continue;
        const own = byFamily.get(fake.family) ?? [];
        own.push(csrPositions[p]);
        byFamily.set(fake.family, own);
      }
      return Array.from(byFamily)
        .sort(([a], [b]) => a - b)
        .map(([family, own]) => ({ item, family, honest, fakes: own }));
    });
}
