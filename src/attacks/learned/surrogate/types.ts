/** What the parts of a surrogate share: how it is trained, what was measured, and what they work with. */

import type { ScoreModel, TrainingState } from '../../../autodiff/index.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import type { SurrogateSupport } from '../../../recommenders/surrogate-types.js';
import type { SeedKey } from '../../../rng.js';
import type { ImplicitRecord } from '../../history.js';
import type { LearnedRequest } from '../request.js';

/** A surrogate after its training. */
export interface Trained {
  readonly scores: ScoreModel<Float32Array>;
  readonly state: TrainingState<Float32Array>;
}

/** One training of the surrogate. */
export interface TrainingRequest {
  /** real and fake users */
  readonly poisoned: InteractionMatrix;
  readonly seed: SeedKey;
  /** called with the trained surrogate while it is still there */
  readonly onTrained: (trained: Trained) => void;
}

export interface Measured {
  readonly adversarialLoss: number;
  /** fake users x items, in kernel memory, valid until the next evaluation; null when not asked for */
  readonly gradient: Float32Array | null;
  /** how the inner problem and the linear system were solved, with the estimator `implicit` */
  readonly implicit?: ImplicitRecord;
}

/** How the surrogate is trained and differentiated: along its training, or at its optimum. */
export interface Training {
  /** L_adv and, where asked for, its gradient. */
  evaluate(request: TrainingRequest, withGradient: boolean): Promise<Measured>;
  /** Trains as `evaluate` does, from a seed that never gives a gradient: what profiles are selected on. */
  train(request: TrainingRequest): Promise<void>;
  /** Bytes of kept training states, what the steps so far needed at once: all, and those in kernel memory. */
  readonly trajectoryBytes: { readonly all: number; readonly resident: number };
  dispose(): void;
}

/** What both ways of training work with. */
export interface TrainingGround {
  readonly request: LearnedRequest;
  readonly support: SurrogateSupport<object>;
  /** fake users x items, in kernel memory */
  readonly gradient: Float32Array;
  /** in kernel memory */
  readonly targets: Int32Array;
  /** users that L_adv is estimated on, of the step at hand; null: all */
  readonly sample: Int32Array | null;
  /** real users that L_adv is a sum over: those who have clicks */
  readonly population: number;
}
