/** A surrogate differentiated along its training: partial, unrolled or exact. */

import { hypergradient, type TrajectoryEstimator } from '../../../hypergradient/hypergradient.js';
import { createPushObjective } from '../../../hypergradient/push-objective.js';
import { SnapshotPool } from '../../../hypergradient/snapshots.js';
import { KeptDraws } from '../../../recommenders/sampling/kept-draws.js';
import type { InnerProblem } from '../../../recommenders/surrogate-types.js';
import { trainInnerProblem } from '../../../recommenders/training/differentiable.js';
import type { Measured, Training, TrainingGround, TrainingRequest } from './types.js';

export class AlongTraining implements Training {
  readonly #ground: TrainingGround;
  readonly #estimator: TrajectoryEstimator;
  readonly #snapshots: SnapshotPool<Float32Array>;
  readonly #kept = new KeptDraws();

  constructor(ground: TrainingGround, estimator: TrajectoryEstimator) {
    this.#ground = ground;
    this.#estimator = estimator;
    this.#snapshots = new SnapshotPool(ground.request.context.kernels);
  }

  async evaluate(request: TrainingRequest, withGradient: boolean): Promise<Measured> {
    const { request: attack, gradient, targets, sample, population } = this.#ground;
    const { kernels, signal, trajectoryBytes, onProgress } = attack.context;
    const problem = this.#problem(request, attack.options.surrogateSeeds === 'same');
    try {
      const { adversarialLoss } = await hypergradient({
        ...problem,
        objective: createPushObjective(kernels, problem.scores, targets, sample, population),
        estimator: withGradient ? this.#estimator : { kind: 'partial' },
        fakeGradient: gradient,
        snapshots: this.#snapshots,
        onTrained: (state) => request.onTrained({ scores: problem.scores, state }),
        onEpoch: (phase, done, total) =>
          onProgress?.({ phase: phase === 'train' ? 'surrogate' : 'back-propagation', done, total }),
        ...(signal && { signal }),
        ...(trajectoryBytes !== undefined && { trajectoryBytes }),
      });
      return { adversarialLoss, gradient: withGradient ? gradient : null };
    } finally {
      problem.release();
    }
  }

  async train(request: TrainingRequest): Promise<void> {
    const { options, context } = this.#ground.request;
    const { signal } = context;
    const problem = this.#problem(request, true);
    try {
      await trainInnerProblem(options.surrogate.name, problem, { ...(signal && { signal }) });
      request.onTrained({ scores: problem.scores, state: problem.state });
    } finally {
      problem.release();
    }
  }

  get trajectoryBytes(): { readonly all: number; readonly resident: number } {
    return { all: this.#snapshots.bytes, resident: this.#snapshots.residentBytes };
  }

  dispose(): void {
    this.#snapshots.release();
  }

  /** @param again the seed is that of every outer step */
  #problem({ poisoned, seed }: TrainingRequest, again: boolean): InnerProblem<Float32Array> {
    const { request, support } = this.#ground;
    const data = { interactions: poisoned, realUsers: request.interactions.users };
    return support.innerProblem(
      request.context.kernels,
      { ...data, ...(again && { kept: this.#kept }) },
      request.options.surrogate.options,
      seed,
    );
  }
}
