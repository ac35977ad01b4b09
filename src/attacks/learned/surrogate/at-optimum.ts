/** A surrogate differentiated at its optimum: the estimator `implicit`, with warm starts. */

import type { InnerOptimum } from '../../../autodiff/index.js';
import { RecauditError } from '../../../errors.js';
import type { ImplicitEstimator } from '../../../hypergradient/hypergradient.js';
import { type ImplicitResult, implicitHypergradient, solveInner } from '../../../hypergradient/implicit.js';
import { createPushObjective } from '../../../hypergradient/push-objective.js';
import type { ImplicitRecord } from '../../history.js';
import type { Measured, Training, TrainingGround, TrainingRequest } from './types.js';
import type { Purpose, WarmStarts } from './warm-starts.js';

export class AtOptimum implements Training {
  readonly #ground: TrainingGround;
  readonly #estimator: ImplicitEstimator;
  readonly #warmStarts: WarmStarts;

  constructor(ground: TrainingGround, estimator: ImplicitEstimator, warmStarts: WarmStarts) {
    this.#ground = ground;
    this.#estimator = estimator;
    this.#warmStarts = warmStarts;
  }

  async evaluate(request: TrainingRequest, withGradient: boolean): Promise<Measured> {
    const { request: attack, gradient, targets, sample, population } = this.#ground;
    const { kernels, signal, onProgress } = attack.context;
    const optimum = this.#optimum('gradient', request);
    try {
      const result = await implicitHypergradient({
        optimum,
        objective: createPushObjective(kernels, optimum.scores, targets, sample, population),
        options: this.#estimator,
        fakeGradient: withGradient ? gradient : null,
        onTrained: (state) => {
          this.#warmStarts.keep('gradient', optimum);
          request.onTrained({ scores: optimum.scores, state });
        },
        onProgress: (phase, done, total, metrics) =>
          onProgress?.({
            phase: phase === 'train' ? 'surrogate' : 'conjugate gradient',
            done,
            total,
            metrics,
          }),
        ...(signal && { signal }),
      });
      const { adversarialLoss } = result;
      return { adversarialLoss, gradient: withGradient ? gradient : null, implicit: recordOf(result) };
    } finally {
      optimum.release();
    }
  }

  async train(request: TrainingRequest): Promise<void> {
    const { signal } = this.#ground.request.context;
    const optimum = this.#optimum('selection', request);
    try {
      await solveInner({ optimum, options: this.#estimator, ...(signal && { signal }) });
      this.#warmStarts.keep('selection', optimum);
      request.onTrained({ scores: optimum.scores, state: optimum.state });
    } finally {
      optimum.release();
    }
  }

  /** No training state is kept. */
  readonly trajectoryBytes = { all: 0, resident: 0 };

  dispose(): void {}

  #optimum(purpose: Purpose, { poisoned, seed }: TrainingRequest): InnerOptimum<Float32Array> {
    const { request, support } = this.#ground;
    const { name, options } = request.options.surrogate;
    if (support.optimum === undefined)
      throw new RecauditError('internal', `surrogate ${name}: expected an inner optimum, got none`);
    const data = { interactions: poisoned, realUsers: request.interactions.users };
    const optimum = support.optimum.of(request.context.kernels, data, options, seed);
    if (this.#estimator.warmStart) this.#warmStarts.start(purpose, optimum);
    return optimum;
  }
}

function recordOf({ inner, linear }: ImplicitResult): ImplicitRecord {
  const { steps, relativeGradient, converged } = inner;
  return { innerSteps: steps, relativeGradient, converged, linear };
}
