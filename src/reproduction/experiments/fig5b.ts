/** Fig. 5b: how popular the clicked items are: 500 normal users, RandFilter, WRMF+SGD and its controls. */

import { type Counted, jensenShannon, kolmogorovSmirnov } from '../../metrics/index.js';
import { type CellValues, cellOf, type Results } from '../cells.js';
import { MAIN_METHOD, RAND_FILTER, TARGET_SETS } from '../methods.js';
import type { Counts } from '../records.js';
import type { GroundData, Role } from '../runs.js';

export interface ClickedPopularity {
  readonly method: string;
  readonly role: Role;
  /** clicks by popularity of the item, all seeds together */
  readonly clicks: Counts;
  /** largest distance of the cumulative distributions from the normal users', per seed */
  readonly kolmogorovSmirnov: CellValues;
  /** Jensen-Shannon divergence in bits, per seed */
  readonly jensenShannon: CellValues;
}

export interface Fig5b {
  readonly normal: Counts;
  readonly rows: readonly ClickedPopularity[];
}

const ARMS: readonly (readonly [string, Role])[] = [
  [RAND_FILTER.id, 'attack'],
  [MAIN_METHOD, 'attack'],
  [MAIN_METHOD, 'random'],
  [MAIN_METHOD, 'copied'],
];

function summed(all: readonly Counts[]): Counts {
  const found = new Map<number, number>();
  for (const [value, number] of all.flat()) found.set(value, (found.get(value) ?? 0) + number);
  return [...found].sort(([a], [b]) => a - b);
}

const counted = (counts: Counts): Counted => new Map(counts);

/** @param seeds of the Gowalla data; a seed without a result leaves gaps */
export function fig5b(results: Results, { normalPopularity }: GroundData, seeds: readonly number[]): Fig5b {
  const [set] = TARGET_SETS;
  const normal = counted(normalPopularity);
  const rows = ARMS.map(([method, role]): ClickedPopularity => {
    const found = seeds.map(
      (seed) => results.profiles({ data: 'gowalla', method, role, set, seed })?.popularity ?? null,
    );
    const against = (measure: (a: Counted, b: Counted) => number) =>
      cellOf(found.map((counts) => (counts === null ? null : measure(counted(counts), normal))));
    return {
      method,
      role,
      clicks: summed(found.filter((counts) => counts !== null)),
      kolmogorovSmirnov: against(kolmogorovSmirnov),
      jensenShannon: against(jensenShannon),
    };
  }).filter(({ clicks }) => clicks.length > 0);
  return { normal: normalPopularity, rows };
}
