/** Golden cases of WRMF trained with Adam: the engine on one, at every unroll length it has. */

import type { TrainingState } from '../autodiff/index.js';
import type { TrajectoryEstimator } from '../hypergradient/hypergradient.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import type { InnerProblem } from '../recommenders/surrogate-types.js';
import { createTable, releaseState } from '../recommenders/training/tables.js';
import { createWrmfScores, type WrmfProblem } from '../recommenders/wrmf/model.js';
import { createWrmfStep, WrmfBatchSource } from '../recommenders/wrmf/training.js';
import {
  check,
  csrOf,
  type GoldenCase,
  type GoldenModel,
  type GoldenRun,
  orderOf,
  type Rows,
  runGolden,
} from './golden.js';

/** The keys are those of the files. */
export interface WrmfGoldenCase extends GoldenCase {
  readonly model: 'wrmf-adam';
  /** users x K, real users first */
  readonly P0: Rows;
  readonly Q0: Rows;
  /** users of each step of each epoch */
  readonly batches: readonly Rows[];
  readonly lr: number;
  readonly weightDecay: number;
  readonly losses: readonly number[];
  readonly P: Rows;
  readonly Q: Rows;
}

export type WrmfGoldenInputs = Pick<
  WrmfGoldenCase,
  'X' | 'fake' | 'P0' | 'Q0' | 'batches' | 'lr' | 'weightDecay' | 'alpha' | 'targets'
>;

export const WRMF_GOLDEN: GoldenModel<WrmfGoldenCase> = {
  keys: ['P0', 'Q0', 'batches', 'losses', 'P', 'Q'],
  numbers: ['lr', 'weightDecay'],

  async check(kernels, golden) {
    const checks = [];
    for (const [unroll, expected] of Object.entries(golden.hypergradient)) {
      const run = await runWrmfCase(kernels, golden, { kind: 'unrolled', epochs: Number(unroll) });
      if (checks.length === 0) {
        checks.push(
          check('losses', run.losses, golden.losses),
          check('P', run.parameters[0], golden.P.flat()),
          check('Q', run.parameters[1], golden.Q.flat()),
          check('advLoss', [run.adversarialLoss], [golden.advLoss]),
        );
      }
      checks.push(check(`hypergradient[${unroll}]`, run.hypergradient, expected.flat()));
    }
    return checks;
  },
};

/** Trains one WRMF case and differentiates it; `trajectoryBytes` 0 forces checkpoints and recomputation. */
export function runWrmfCase<A extends FloatArray>(
  kernels: Kernels<A>,
  golden: WrmfGoldenInputs,
  estimator: TrajectoryEstimator,
  trajectoryBytes?: number,
): Promise<GoldenRun> {
  const options = { estimator, ...(trajectoryBytes === undefined ? {} : { trajectoryBytes }) };
  return runGolden(wrmfProblem(kernels, golden), golden, options);
}

/** The inner problem from the case's own initial factors and batches. */
function wrmfProblem<A extends FloatArray>(kernels: Kernels<A>, golden: WrmfGoldenInputs): InnerProblem<A> {
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
  const batches = new WrmfBatchSource(kernels, problem, orderOf(golden.batches));
  const scores = createWrmfScores(kernels, problem.realUsers);
  return {
    step: createWrmfStep(kernels, problem, { learningRate: golden.lr, weightDecay: golden.weightDecay }),
    state,
    batches,
    scores,
    release() {
      batches.release();
      scores.release();
      releaseState(kernels, state);
    },
  };
}
