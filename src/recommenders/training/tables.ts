/** Parameter tables with Adam's moments: how they are made, drawn and given back. */

import type { TrainingState } from '../../autodiff/index.js';
import type { AdamState, FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';

/** Adam as PyTorch has it by default; epsilon is outside the square root. */
export const ADAM_CONSTANTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Elementwise work of Adam for one parameter, as if it were arithmetic at the matrix product's rate. */
export const ADAM_OPERATIONS = 40;

/** A table with moments 0 whose values are written by `fillParameter`. */
export function createTable<A extends FloatArray>(
  kernels: Kernels<A>,
  rows: number,
  columns: number,
  fillParameter: (parameter: A) => void,
): AdamState<A> {
  const table = {
    parameter: kernels.allocate(rows * columns),
    firstMoment: kernels.allocate(rows * columns),
    secondMoment: kernels.allocate(rows * columns),
    rows,
    columns,
  };
  fillParameter(table.parameter);
  table.firstMoment.fill(0);
  table.secondMoment.fill(0);
  return table;
}

/**
 * Normal draws. Row r is drawn from (seed, r) alone: appended rows change no draw of the others.
 *
 * @param seed of this tensor, e.g. `seed.child('P')`
 */
export function fillNormalRows(
  parameter: FloatArray,
  columns: number,
  standardDeviation: number,
  seed: SeedKey,
): void {
  for (let row = 0; row * columns < parameter.length; row++) {
    const stream = seed.child(row).stream();
    for (let j = 0; j < columns; j++) parameter[row * columns + j] = standardDeviation * stream.normal();
  }
}

/** Uniform draws in [-bound, bound), row by row like `fillNormalRows`. */
export function fillUniformRows(parameter: FloatArray, columns: number, bound: number, seed: SeedKey): void {
  for (let row = 0; row * columns < parameter.length; row++) {
    const stream = seed.child(row).stream();
    for (let j = 0; j < columns; j++) parameter[row * columns + j] = bound * (2 * stream.uniform() - 1);
  }
}

export function releaseTable<A extends FloatArray>(kernels: Kernels<A>, table: AdamState<A>): void {
  kernels.release(table.parameter);
  kernels.release(table.firstMoment);
  kernels.release(table.secondMoment);
}

export function releaseState<A extends FloatArray>(kernels: Kernels<A>, { tables }: TrainingState<A>): void {
  for (const table of tables) releaseTable(kernels, table);
}
