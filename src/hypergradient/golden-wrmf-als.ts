/** Golden cases of WRMF by alternating least squares: the sweeps, L_adv and the partial hypergradient of one. */

import { InteractionMatrix } from '../data/interactions.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { alsInnerProblem } from '../recommenders/wrmf-als-training.js';
import { type GoldenCheck, relativeError, TOLERANCE } from './golden.js';
import { hypergradient } from './hypergradient.js';
import { createPushObjective } from './push-objective.js';

type Rows = readonly (readonly number[])[];

/** The keys are those of the files. */
export interface WrmfAlsGoldenCase {
  readonly model: 'wrmf-als';
  /** real users x items, 0 or 1 */
  readonly X: Rows;
  /** fake users x items, 0 or 1 */
  readonly fake: Rows;
  /** not read: the first half sweep overwrites it */
  readonly P0: Rows;
  readonly Q0: Rows;
  readonly sweeps: number;
  readonly lambda_: number;
  readonly alpha: number;
  readonly targets: readonly number[];
  readonly P: Rows;
  readonly Q: Rows;
  readonly advLoss: number;
  readonly hypergradient: { readonly partial: Rows };
}

export type WrmfAlsGoldenInputs = Pick<
  WrmfAlsGoldenCase,
  'X' | 'fake' | 'Q0' | 'sweeps' | 'lambda_' | 'alpha' | 'targets'
>;

/** Keys that a case must have. */
export const WRMF_ALS_KEYS = ['X', 'fake', 'Q0', 'targets', 'P', 'Q', 'hypergradient'] as const;
export const WRMF_ALS_NUMBERS = ['sweeps', 'lambda_', 'alpha', 'advLoss'] as const;

function check(quantity: string, actual: ArrayLike<number>, expected: ArrayLike<number>): GoldenCheck {
  const tolerance = quantity.startsWith('hypergradient') ? TOLERANCE.hypergradient : TOLERANCE.other;
  const error = relativeError(actual, expected);
  return { quantity, relativeError: error, tolerance, passed: error <= tolerance };
}

/** @example const checks = await checkWrmfAlsCase(kernels, JSON.parse(text)); */
export async function checkWrmfAlsCase<A extends FloatArray>(
  kernels: Kernels<A>,
  golden: WrmfAlsGoldenCase,
): Promise<GoldenCheck[]> {
  const run = await runWrmfAlsCase(kernels, golden);
  return [
    check('P', run.P, golden.P.flat()),
    check('Q', run.Q, golden.Q.flat()),
    check('advLoss', [run.adversarialLoss], [golden.advLoss]),
    check('hypergradient[partial]', run.hypergradient, golden.hypergradient.partial.flat()),
  ];
}

export interface WrmfAlsGoldenRun {
  readonly P: Float64Array;
  readonly Q: Float64Array;
  readonly losses: readonly number[];
  readonly adversarialLoss: number;
  /** fake users x items */
  readonly hypergradient: Float64Array;
}

/** Runs one case and differentiates it. */
export async function runWrmfAlsCase<A extends FloatArray>(
  kernels: Kernels<A>,
  golden: WrmfAlsGoldenInputs,
): Promise<WrmfAlsGoldenRun> {
  const items = golden.Q0.length;
  const clicks = [...golden.X, ...golden.fake].map((row) => row.flatMap((x, i) => (x === 1 ? [i] : [])));
  const problem = alsInnerProblem(
    kernels,
    {
      users: clicks.length,
      items,
      realUsers: golden.X.length,
      interactions: InteractionMatrix.fromRows(items, clicks),
      factors: golden.Q0[0].length,
      positiveWeight: golden.alpha,
      regularisation: golden.lambda_,
    },
    golden.sweeps,
    (q) => q.set(golden.Q0.flat()),
  );
  const targets = kernels.allocateIndices(golden.targets.length);
  targets.set(golden.targets);
  const fakeGradient = kernels.allocate(golden.fake.length * items);
  try {
    const { adversarialLoss, losses } = await hypergradient({
      ...problem,
      objective: createPushObjective(kernels, problem.scores, targets),
      estimator: { kind: 'partial' },
      fakeGradient,
    });
    const [P, Q] = problem.state.tables.map(({ parameter }) => Float64Array.from(parameter));
    return { P, Q, losses, adversarialLoss, hypergradient: Float64Array.from(fakeGradient) };
  } finally {
    problem.release();
    kernels.release(targets);
    kernels.release(fakeGradient);
  }
}
