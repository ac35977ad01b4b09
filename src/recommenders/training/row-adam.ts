/**
 * Adam for tables of which a batch uses few rows. `exact` (the default) is the dense rule: a row that was absent from some
 * batches catches up with the steps it missed, whose gradient was 0, before it is read. `lazy` leaves absent rows and
 * their moments alone. What it is not: weight decay (L2 belongs to the batch's rows, `RowSum.decay`).
 *
 * One step t = 1, 2, ... of a model with tables P and Q:
 *
 *     adam.catchUp(p, userGroups); adam.catchUp(q, itemGroups);  // rows as after step t - 1
 *     ... loss, weights, gradient of P ...
 *     adam.step(q, itemGroups, itemSum); adam.step(p, userGroups, userGradient);
 *     adam.advance();
 *
 * and `adam.finish(p); adam.finish(q)` before whole tables are read.
 */

import type { ReplaySchedule, RowAdamState, RowGroups, RowSum } from '../../kernels/row-types.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { ChoiceSpec } from '../../options.js';
import { ADAM_CONSTANTS, createTable, releaseTable } from './tables.js';

/** How rows absent from a batch are treated. */
export type RowAdamMode = 'exact' | 'lazy';

/** The option of every recommender that trains with it. */
export const ROW_ADAM_OPTION: ChoiceSpec<RowAdamMode> = {
  type: 'choice',
  default: 'exact',
  choices: ['exact', 'lazy'],
  help: 'rows absent from a batch: moved on by their momentum as dense Adam does, or left alone',
};

export interface RowAdamInput {
  readonly learningRate: number;
  readonly mode: RowAdamMode;
  /** steps that will be taken */
  readonly steps: number;
  /** rows that are stepped or catch up are shortened to this norm; 0 (default): no bound */
  readonly largestNorm?: number;
}

/** A table with moments 0, no row stepped yet. Give it back with `releaseRowTable`. */
export function createRowTable<A extends FloatArray>(
  kernels: Kernels<A>,
  rows: number,
  columns: number,
  fillParameter: (parameter: A) => void,
): RowAdamState<A> {
  const table = createTable(kernels, rows, columns, fillParameter);
  return { ...table, lastSteps: kernels.allocateIndices(rows).fill(0) };
}

export function releaseRowTable<A extends FloatArray>(kernels: Kernels<A>, table: RowAdamState<A>): void {
  releaseTable(kernels, table);
  kernels.release(table.lastSteps);
}

export class RowAdam<A extends FloatArray> {
  readonly #kernels: Kernels<A>;
  readonly #options;
  readonly #schedule: ReplaySchedule | null;
  #taken = 0;

  constructor(kernels: Kernels<A>, { learningRate, mode, steps, largestNorm = 0 }: RowAdamInput) {
    const constants = { ...ADAM_CONSTANTS, learningRate };
    this.#kernels = kernels;
    this.#options = { ...constants, largestNorm };
    this.#schedule = mode === 'exact' ? kernels.replaySchedule(constants, steps) : null;
  }

  /** The groups' rows as they are after the last step taken. */
  catchUp(table: RowAdamState<A>, groups: Pick<RowGroups, 'count' | 'rows'>): void {
    if (this.#schedule === null) return;
    this.#kernels.adamReplay(table, groups, this.#schedule, this.#taken, this.#options.largestNorm);
  }

  /** The next step of the groups' rows; see `Kernels.adamRows`. */
  step(table: RowAdamState<A>, groups: RowGroups, gradient: A | RowSum<A>): void {
    this.#kernels.adamRows(table, groups, gradient, { ...this.#options, step: this.#taken + 1 });
  }

  /** Counts the step, once every table has taken it. */
  advance(): void {
    this.#taken++;
  }

  /** All rows as they are after the last step. */
  finish(table: RowAdamState<A>): void {
    const rows = this.#kernels.allocateIndices(table.rows);
    for (let row = 0; row < table.rows; row++) rows[row] = row;
    this.catchUp(table, { rows, count: table.rows });
    this.#kernels.release(rows);
  }

  release(): void {
    this.#schedule?.release();
  }
}
