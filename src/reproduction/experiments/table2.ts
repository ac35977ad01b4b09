/** Table 2: WRMF+SGD on targets of four popularities. */

import type { Results } from '../cells.js';
import { MAIN_METHOD, TARGET_SETS, VICTIMS } from '../methods.js';
import { PAPER_TABLE_2 } from '../paper.js';
import { type AttackedCell, attackedCell } from './attacked.js';

export interface Table2Row {
  readonly set: string;
  readonly victim: string;
  readonly clean: AttackedCell;
  readonly attacked: AttackedCell;
  /** HR@50 in the paper, on its own split and targets */
  readonly paper: { readonly clean: number; readonly attacked: number };
}

export interface Table2 {
  readonly rows: readonly Table2Row[];
}

/** @param seeds of the Gowalla data; a seed without a result leaves gaps */
export function table2(results: Results, seeds: readonly number[]): Table2 {
  const rows = TARGET_SETS.flatMap((set) =>
    VICTIMS.map(({ id: victim }): Table2Row => {
      const choice = { victim, set };
      return {
        set,
        victim,
        clean: attackedCell(results, { ...choice, method: 'clean', role: 'clean' }, seeds),
        attacked: attackedCell(results, { ...choice, method: MAIN_METHOD, role: 'attack' }, seeds),
        paper: PAPER_TABLE_2[set][victim],
      };
    }),
  );
  return { rows };
}
