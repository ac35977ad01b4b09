/** The job behind `recaudit bench implicit`: one hypergradient of WRMF by one estimator, with what it took. */

import type { TrainingState } from '../../autodiff/index.js';
import {
  type Estimator,
  hypergradient,
  type ImplicitEstimator,
  type TrajectoryEstimator,
} from '../../hypergradient/hypergradient.js';
import { type ImplicitResult, implicitHypergradient, solveInner } from '../../hypergradient/implicit.js';
import { createPushObjective } from '../../hypergradient/push-objective.js';
import { SnapshotPool } from '../../hypergradient/snapshots.js';
import type { Kernels } from '../../kernels/types.js';
import type { InnerProblem, PoisonedData } from '../../recommenders/surrogate-types.js';
import type { WrmfOptions } from '../../recommenders/wrmf/options.js';
import { wrmfInnerProblem } from '../../recommenders/wrmf/training.js';
import { WRMF_OPTIMUM, wrmfRegularisation } from '../../recommenders/wrmf/wrmf.js';
import { alsInnerProblem } from '../../recommenders/wrmf-als/training.js';
import { SeedKey } from '../../rng.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job, JobContext } from '../engine/messages.js';

/** An estimator of the comparison; `partial` is that of alternating least squares at the optimum. */
export interface GradientInput {
  readonly estimator: Estimator;
  /** of `wrmf` */
  readonly options: WrmfOptions;
  /** with `partial` and `implicit`: how far the inner problem is solved */
  readonly solve: { readonly innerTolerance: number; readonly innerSteps: number };
  /** with these two: item factors to start from; null: drawn ones */
  readonly start: Float32Array | null;
  readonly profiles: readonly Int32Array[];
  readonly targets: readonly number[];
  readonly seed: number;
}

export interface GradientOutput {
  /** fake users x items */
  readonly gradient: Float32Array;
  /** item factors at the end */
  readonly items: Float32Array;
  readonly adversarialLoss: number;
  /** of the whole evaluation: the inner problem, L_adv and the gradient */
  readonly seconds: number;
  /** of it, until the inner problem was solved */
  readonly innerSeconds: number;
  /** most kernel memory and trajectory held */
  readonly bytes: number;
  /** |grad f| relative to where training starts, at the trained parameters */
  readonly relativeGradient: number;
  readonly implicit: Pick<ImplicitResult, 'inner' | 'linear'> | null;
}

const now = () => performance.now() / 1000;

/** What every estimator gets ready and measures. */
interface Run {
  readonly kernels: Kernels<Float32Array>;
  readonly data: PoisonedData;
  readonly targets: Int32Array;
  readonly gradient: Float32Array;
  readonly seed: SeedKey;
  readonly signal: AbortSignal;
  readonly onProgress: JobContext['onProgress'];
}

type Measured = Omit<GradientOutput, 'gradient' | 'seconds' | 'bytes'> & { readonly trajectoryBytes: number };

function optimumOf({ kernels, data, seed }: Run, { options, start }: GradientInput) {
  const optimum = WRMF_OPTIMUM.of(kernels, data, options, seed);
  if (start !== null) optimum.origin.set(start);
  return optimum;
}

async function byImplicit(run: Run, input: GradientInput, estimator: ImplicitEstimator): Promise<Measured> {
  const { kernels, targets, gradient, signal, onProgress } = run;
  const optimum = optimumOf(run, input);
  const began = now();
  let innerSeconds = 0;
  try {
    const { adversarialLoss, inner, linear } = await implicitHypergradient({
      optimum,
      objective: createPushObjective(kernels, optimum.scores, targets),
      options: { ...estimator, ...input.solve },
      fakeGradient: gradient,
      onTrained: () => {
        innerSeconds = now() - began;
      },
      onProgress: (phase, done, total, metrics) => onProgress({ phase, done, total, metrics }),
      signal,
    });
    const items = optimum.origin.slice();
    const { relativeGradient } = inner;
    return {
      adversarialLoss,
      innerSeconds,
      items,
      relativeGradient,
      implicit: { inner, linear },
      trajectoryBytes: 0,
    };
  } finally {
    optimum.release();
  }
}

/** Sweeps to the optimum; one sweep more is the item update that `partial` differentiates. */
async function partialProblem(run: Run, input: GradientInput): Promise<InnerProblem<Float32Array>> {
  const { kernels, data, signal, onProgress } = run;
  const { options } = input;
  const optimum = optimumOf(run, input);
  const { users, items } = data.interactions;
  try {
    await solveInner({
      optimum,
      options: { ...input.solve, cgResidual: 1, cgIterations: 0, damping: 0 },
      signal,
      onProgress: (phase, done, total, metrics) => onProgress({ phase, done, total, metrics }),
    });
    const regularisation = wrmfRegularisation(options, users);
    const problem = { ...data, ...options, users, items, regularisation };
    return alsInnerProblem(kernels, problem, 1, (q) => q.set(optimum.origin));
  } finally {
    optimum.release();
  }
}

/** |grad f| of trained parameters, as the sweeps measure it. */
function relativeGradientOf(run: Run, input: GradientInput, trained: readonly Float32Array[]): number {
  const optimum = optimumOf(run, input);
  try {
    trained.forEach((parameter, t) => {
      optimum.state.tables[t].parameter.set(parameter);
    });
    return optimum.relativeGradient();
  } finally {
    optimum.release();
  }
}

async function alongTraining(
  run: Run,
  input: GradientInput,
  estimator: TrajectoryEstimator,
): Promise<Measured> {
  const { kernels, data, targets, gradient, seed, signal, onProgress } = run;
  const began = now();
  const problem =
    estimator.kind === 'partial'
      ? await partialProblem(run, input)
      : wrmfInnerProblem(kernels, data, input.options, seed);
  const snapshots = new SnapshotPool(kernels);
  let innerSeconds = 0;
  let trained: readonly Float32Array[] = [];
  let adversarialLoss = Number.NaN;
  try {
    ({ adversarialLoss } = await hypergradient({
      ...problem,
      objective: createPushObjective(kernels, problem.scores, targets),
      estimator,
      fakeGradient: gradient,
      snapshots,
      onTrained: ({ tables }: TrainingState<Float32Array>) => {
        trained = tables.map(({ parameter }) => parameter.slice());
        innerSeconds = now() - began;
      },
      onEpoch: (phase, done, total) => onProgress({ phase, done, total }),
      signal,
    }));
  } finally {
    snapshots.release();
    problem.release();
  }
  return {
    adversarialLoss,
    innerSeconds,
    items: trained[1],
    relativeGradient: relativeGradientOf(run, input, trained),
    implicit: null,
    trajectoryBytes: snapshots.bytes - snapshots.residentBytes,
  };
}

export const gradientJob: Job = async (input: GradientInput, context): Promise<GradientOutput> => {
  const { train } = receiveAuditData(context.shared as SharedAuditData);
  const { signal, onProgress } = context;
  const kernels = await context.kernels();
  const { profiles, seed } = input;
  const targets = kernels.allocateIndices(input.targets.length);
  targets.set(input.targets);
  const gradient = kernels.allocate(profiles.length * train.items);
  const run: Run = {
    kernels,
    data: { interactions: train.appendRows(profiles), realUsers: train.users },
    targets,
    gradient,
    seed: SeedKey.root(seed).child('surrogate'),
    signal,
    onProgress,
  };
  const began = now();
  const { estimator } = input;
  const { trajectoryBytes, ...measured } = await (estimator.kind === 'implicit'
    ? byImplicit(run, input, estimator)
    : alongTraining(run, input, estimator));
  const seconds = now() - began;
  const bytes = kernels.memory().peak + trajectoryBytes;
  const output = { ...measured, gradient: gradient.slice(), seconds, bytes };
  kernels.release(gradient);
  kernels.release(targets);
  return output;
};
