/**
 * Golden vectors: small problems as JSON with their float64 results. Here is what the models' cases share: how an error
 * is measured and judged, how a case is checked to be complete, and how an inner problem of one is run. One file a model
 * (`golden-*.ts`) knows its case; `verify.ts` finds it. What it is not: it reads no files (the command line does).
 */

import { RecauditError } from '../errors.js';
import { hypergradient, type TrajectoryEstimator } from '../hypergradient/hypergradient.js';
import { createPushObjective } from '../hypergradient/push-objective.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import type { InnerProblem } from '../recommenders/surrogate-types.js';

export type Rows = readonly (readonly number[])[];

/** What every golden case has, whatever its model; the keys are those of the files. */
export interface GoldenCase {
  readonly model: string;
  /** real users x items, 0 or 1 */
  readonly X: Rows;
  /** fake users x items, 0 or 1 */
  readonly fake: Rows;
  readonly targets: readonly number[];
  /** weight of an observed entry */
  readonly alpha: number;
  readonly advLoss: number;
  /** of each estimator or unroll length: fake users x items */
  readonly hypergradient: Readonly<Record<string, Rows>>;
}

/** Greatest relative L2 errors that pass. */
export const TOLERANCE = { hypergradient: 1e-5, other: 2e-6 } as const;

export interface GoldenCheck {
  /** `losses`, `P`, `Q`, `theta[0]`, `advLoss`, `hypergradient[tau]` */
  readonly quantity: string;
  readonly relativeError: number;
  readonly tolerance: number;
  readonly passed: boolean;
}

/** How the cases of one model are checked. */
export interface GoldenModel<Case extends GoldenCase> {
  /** arrays and objects that a case must have, beside those of every case */
  readonly keys: readonly (keyof Case & string)[];
  /** numbers that a case must have, beside those of every case */
  readonly numbers: readonly (keyof Case & string)[];
  check<A extends FloatArray>(kernels: Kernels<A>, golden: Case): Promise<GoldenCheck[]>;
}

/** ||actual - expected|| / ||expected||; where expected is exactly 0, 0 if actual is exactly 0, else infinite. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  if (norm === 0) return difference === 0 ? 0 : Number.POSITIVE_INFINITY;
  const error = Math.sqrt(difference / norm);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

/** One quantity against its expected value, at the tolerance of its kind. */
export function check(quantity: string, actual: ArrayLike<number>, expected: ArrayLike<number>): GoldenCheck {
  const error = relativeError(actual, expected);
  const tolerance = quantity.startsWith('hypergradient') ? TOLERANCE.hypergradient : TOLERANCE.other;
  return { quantity, relativeError: error, tolerance, passed: error <= tolerance };
}

/**
 * The parsed case, if it has what its model needs.
 *
 * @param name of the case, for the error
 * @throws RecauditError `data` naming the first key that is absent or of another type
 */
export function checkKeys<Case extends GoldenCase>(
  name: string,
  parsed: unknown,
  { keys, numbers }: Pick<GoldenModel<Case>, 'keys' | 'numbers'>,
): Case {
  const values = parsed as Readonly<Record<string, unknown>>;
  for (const key of ['X', 'fake', 'targets', 'hypergradient', ...keys]) {
    const value = values[key];
    if (typeof value === 'object' && value !== null) continue;
    throw missing(name, key, 'an array or object', value);
  }
  for (const key of ['alpha', 'advLoss', ...numbers])
    if (typeof values[key] !== 'number') throw missing(name, key, 'a number', values[key]);
  return parsed as Case;
}

function missing(name: string, key: string, expected: string, value: unknown): RecauditError {
  const got = value === null ? 'null' : typeof value;
  return new RecauditError('data', `${name}: expected "${key}" to be ${expected}, got ${got}.`);
}

/** Binary rows as CSR. @throws RecauditError `data` for an entry other than 0 and 1 */
export function csrOf(rows: Rows): { rowPointers: Int32Array; columns: Int32Array } {
  const rowPointers = new Int32Array(rows.length + 1);
  const columns: number[] = [];
  rows.forEach((row, u) => {
    row.forEach((value, i) => {
      if (value === 1) columns.push(i);
      else if (value !== 0)
        throw new RecauditError('data', `golden case: expected 0 or 1 in row ${u}, got ${value}`);
    });
    rowPointers[u + 1] = columns.length;
  });
  return { rowPointers, columns: Int32Array.from(columns) };
}

/** The batches of a case, in the files' form: rows of each step of each epoch. */
export function orderOf(batches: readonly Rows[]) {
  return {
    epochs: batches.length,
    rowsOf: (epoch: number) => batches[epoch].map((rows) => Int32Array.from(rows)),
  };
}

export interface GoldenRun {
  readonly losses: readonly number[];
  /** the trained tables, in the model's order */
  readonly parameters: readonly Float64Array[];
  readonly adversarialLoss: number;
  /** fake users x items */
  readonly hypergradient: Float64Array;
}

export interface GoldenRunOptions {
  readonly estimator: TrajectoryEstimator;
  /** 0 forces checkpoints and recomputation */
  readonly trajectoryBytes?: number;
}

/** Trains an inner problem, differentiates it by the fake data, and releases it. */
export async function runGolden<A extends FloatArray>(
  problem: InnerProblem<A>,
  { X, fake, targets }: Pick<GoldenCase, 'X' | 'fake' | 'targets'>,
  options: GoldenRunOptions,
): Promise<GoldenRun> {
  const { kernels } = problem.step;
  const targetItems = kernels.allocateIndices(targets.length);
  targetItems.set(targets);
  const fakeGradient = kernels.allocate(fake.length * X[0].length);
  let parameters: Float64Array[] = [];
  try {
    const { losses, adversarialLoss } = await hypergradient({
      ...problem,
      ...options,
      objective: createPushObjective(kernels, problem.scores, targetItems),
      fakeGradient,
      onTrained: ({ tables }) => {
        parameters = tables.map(({ parameter }) => Float64Array.from(parameter));
      },
    });
    return { losses, adversarialLoss, parameters, hypergradient: Float64Array.from(fakeGradient) };
  } finally {
    problem.release();
    kernels.release(targetItems);
    kernels.release(fakeGradient);
  }
}
