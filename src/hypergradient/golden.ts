/**
 * Golden vectors: the JSON format of a small problem with its float64 results, and running the engine on one.
 * It reads no files (the command line does) and knows WRMF with Adam only; any other model is unsupported.
 */

import type { TrainingState } from '../autodiff/index.js';
import { RecauditError } from '../errors.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { createTable, releaseState } from '../recommenders/tables.js';
import { createWrmfScores, type WrmfProblem } from '../recommenders/wrmf-model.js';
import { createWrmfStep, WrmfBatchSource } from '../recommenders/wrmf-training.js';
import { type Estimator, hypergradient } from './hypergradient.js';
import { createPushObjective } from './push-objective.js';

/** A golden WRMF case; the keys are those of the files. */
export interface WrmfGoldenCase {
  readonly model: 'wrmf-adam';
  readonly X: readonly (readonly number[])[];
  readonly fake: readonly (readonly number[])[];
  readonly P0: readonly (readonly number[])[];
  readonly Q0: readonly (readonly number[])[];
  readonly batches: readonly (readonly (readonly number[])[])[];
  readonly lr: number;
  readonly weightDecay: number;
  readonly alpha: number;
  readonly targets: readonly number[];
  readonly losses: readonly number[];
  readonly P: readonly (readonly number[])[];
  readonly Q: readonly (readonly number[])[];
  readonly advLoss: number;
  readonly hypergradient: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** Greatest relative L2 errors that pass. */
export const TOLERANCE = { hypergradient: 1e-5, other: 2e-6 } as const;

export interface GoldenCheck {
  /** `losses`, `P`, `Q`, `advLoss`, `hypergradient[tau]` */
  readonly quantity: string;
  readonly relativeError: number;
  readonly tolerance: number;
  readonly passed: boolean;
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

function check(quantity: string, actual: ArrayLike<number>, expected: ArrayLike<number>): GoldenCheck {
  const error = relativeError(actual, expected);
  const tolerance = quantity.startsWith('hypergradient') ? TOLERANCE.hypergradient : TOLERANCE.other;
  return { quantity, relativeError: error, tolerance, passed: error <= tolerance };
}

/** Binary rows as CSR. */
function csrOf(rows: readonly (readonly number[])[]): { rowPointers: Int32Array; columns: Int32Array } {
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

/**
 * Runs one WRMF case at every unroll length it has, and compares.
 *
 * @example
 * const checks = await checkWrmfCase(kernels, JSON.parse(text));
 */
export async function checkWrmfCase<A extends FloatArray>(
  kernels: Kernels<A>,
  golden: WrmfGoldenCase,
): Promise<GoldenCheck[]> {
  const checks: GoldenCheck[] = [];
  for (const [unroll, expected] of Object.entries(golden.hypergradient)) {
    const run = await runWrmfCase(kernels, golden, { kind: 'unrolled', epochs: Number(unroll) });
    if (checks.length === 0) {
      checks.push(
        check('losses', run.losses, golden.losses),
        check('P', run.P, golden.P.flat()),
        check('Q', run.Q, golden.Q.flat()),
        check('advLoss', [run.adversarialLoss], [golden.advLoss]),
      );
    }
    checks.push(check(`hypergradient[${unroll}]`, run.hypergradient, expected.flat()));
  }
  return checks;
}

export interface GoldenRun {
  readonly losses: readonly number[];
  readonly P: Float64Array;
  readonly Q: Float64Array;
  readonly adversarialLoss: number;
  readonly hypergradient: Float64Array;
}

/** Trains one WRMF case and differentiates it; `trajectoryBytes` 0 forces checkpoints and recomputation. */
export async function runWrmfCase<A extends FloatArray>(
  kernels: Kernels<A>,
  golden: Pick<
    WrmfGoldenCase,
    'X' | 'fake' | 'P0' | 'Q0' | 'batches' | 'lr' | 'weightDecay' | 'alpha' | 'targets'
  >,
  estimator: Estimator,
  trajectoryBytes?: number,
): Promise<GoldenRun> {
  const problem: WrmfProblem = {
    users: golden.P0.length,
    items: golden.Q0.length,
    realUsers: golden.X.length,
    interactions: csrOf([...golden.X, ...golden.fake]),
    factors: golden.P0[0].length,
    positiveWeight: golden.alpha,
  };
  const state: TrainingState<A> = {
    step: 0,
    tables: [golden.P0, golden.Q0].map((rows) =>
      createTable(kernels, rows.length, problem.factors, (parameter) => parameter.set(rows.flat())),
    ),
  };
  const order = {
    epochs: golden.batches.length,
    rowsOf: (e: number) => golden.batches[e].map((b) => Int32Array.from(b)),
  };
  const batches = new WrmfBatchSource(kernels, problem, order);
  const scores = createWrmfScores(kernels, problem.realUsers);
  const targets = kernels.allocateIndices(golden.targets.length);
  targets.set(golden.targets);
  const fakeGradient = kernels.allocate(golden.fake.length * problem.items);
  let trained: { P: Float64Array; Q: Float64Array } | undefined;
  try {
    const { adversarialLoss, losses } = await hypergradient({
      step: createWrmfStep(kernels, problem, { learningRate: golden.lr, weightDecay: golden.weightDecay }),
      state,
      batches,
      objective: createPushObjective(kernels, scores, targets),
      estimator,
      fakeGradient,
      onTrained: ({ tables: [p, q] }) => {
        trained = { P: Float64Array.from(p.parameter), Q: Float64Array.from(q.parameter) };
      },
      ...(trajectoryBytes === undefined ? {} : { trajectoryBytes }),
    });
    if (trained === undefined) throw new RecauditError('internal', 'golden case: training did not finish');
    return { losses, adversarialLoss, ...trained, hypergradient: Float64Array.from(fakeGradient) };
  } finally {
    batches.release();
    scores.release();
    releaseState(kernels, state);
    kernels.release(targets);
    kernels.release(fakeGradient);
  }
}
