/** Fig. 5a: every attack on every victim, with the clean runs and the attacks' controls at equal cost. */

import { type CellValues, cellOf, type Results } from '../cells.js';
import { GOWALLA_METHODS, RAND_FILTER, TARGET_SETS, VICTIMS } from '../methods.js';
import type { Role } from '../runs.js';
import { type AttackedCell, attackedCell } from './attacked.js';

export interface AttackCost {
  readonly method: string;
  readonly name: string;
  /** clicks of all fake users together */
  readonly clicks: CellValues;
  /** the outer step whose profiles were kept */
  readonly keptStep: CellValues;
  /** seconds of the attack; the machine may have done other work */
  readonly seconds: CellValues;
}

export interface Fig5a {
  readonly cells: readonly AttackedCell[];
  readonly costs: readonly AttackCost[];
}

/**
 * @param roles the controls of each method that are planned
 * @param seeds of the Gowalla data; a seed without a result leaves gaps
 */
export function fig5a(
  results: Results,
  seeds: readonly number[],
  controls: (method: string) => readonly Role[],
): Fig5a {
  const [set] = TARGET_SETS;
  const cell = (method: string, role: Role, victim: string) =>
    attackedCell(results, { method, role, victim, set }, seeds);
  const cells = VICTIMS.flatMap(({ id: victim }) => [
    cell('clean', 'clean', victim),
    cell(RAND_FILTER.id, 'attack', victim),
    ...GOWALLA_METHODS.flatMap(({ id }) =>
      (['attack', ...controls(id)] as const).map((role) => cell(id, role, victim)),
    ),
  ]);
  const costs = [RAND_FILTER, ...GOWALLA_METHODS].map(({ id, name }): AttackCost => {
    const wanted = { data: 'gowalla', method: id, role: 'attack', set } as const;
    const found = seeds.map((seed) => results.profiles({ ...wanted, seed }));
    const seconds = seeds.map((seed) => results.record({ ...wanted, seed })?.run.seconds ?? null);
    return {
      method: id,
      name,
      clicks: cellOf(found.map((one) => one?.clicks ?? null)),
      keptStep: cellOf(found.map((one) => one?.keptStep ?? null)),
      seconds: cellOf(seconds),
    };
  });
  return { cells, costs };
}
