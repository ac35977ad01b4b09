/** Golden cases of WRMF by alternating least squares: the sweeps, L_adv and the partial hypergradient of one. */

import { InteractionMatrix } from '../data/interactions.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { alsInnerProblem } from '../recommenders/wrmf-als/training.js';
import {
  check,
  csrOf,
  type GoldenCase,
  type GoldenModel,
  type GoldenRun,
  type Rows,
  runGolden,
} from './golden.js';

/** The keys are those of the files. */
export interface WrmfAlsGoldenCase extends GoldenCase {
  readonly model: 'wrmf-als';
  /** not read: the first half sweep overwrites it */
  readonly P0: Rows;
  readonly Q0: Rows;
  readonly sweeps: number;
  readonly lambda_: number;
  readonly P: Rows;
  readonly Q: Rows;
}

export type WrmfAlsGoldenInputs = Pick<
  WrmfAlsGoldenCase,
  'X' | 'fake' | 'Q0' | 'sweeps' | 'lambda_' | 'alpha' | 'targets'
>;

export const WRMF_ALS_GOLDEN: GoldenModel<WrmfAlsGoldenCase> = {
  keys: ['Q0', 'P', 'Q'],
  numbers: ['sweeps', 'lambda_'],

  async check(kernels, golden) {
    const run = await runWrmfAlsCase(kernels, golden);
    const [P, Q] = run.parameters;
    return [
      check('P', P, golden.P.flat()),
      check('Q', Q, golden.Q.flat()),
      check('advLoss', [run.adversarialLoss], [golden.advLoss]),
      check('hypergradient[partial]', run.hypergradient, golden.hypergradient.partial.flat()),
    ];
  },
};

/** Runs one case and differentiates it; the parameters are P and Q. */
export function runWrmfAlsCase<A extends FloatArray>(
  kernels: Kernels<A>,
  golden: WrmfAlsGoldenInputs,
): Promise<GoldenRun> {
  const { rowPointers, columns } = csrOf([...golden.X, ...golden.fake]);
  const items = golden.Q0.length;
  const interactions = InteractionMatrix.fromCsr(items, rowPointers, columns);
  const problem = alsInnerProblem(
    kernels,
    {
      users: interactions.users,
      items,
      realUsers: golden.X.length,
      interactions,
      factors: golden.Q0[0].length,
      positiveWeight: golden.alpha,
      regularisation: golden.lambda_,
    },
    golden.sweeps,
    (q) => q.set(golden.Q0.flat()),
  );
  return runGolden(problem, golden, { estimator: { kind: 'partial' } });
}
