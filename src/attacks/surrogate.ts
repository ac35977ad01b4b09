/**
 * The surrogate of a learned attack: trains WRMF on [X; fake], evaluates L_adv and the hit ratio that selects
 * profiles, and gives the hypergradient. Knows nothing of steps, projections or budgets.
 */

import type { TrainingState } from '../autodiff/index.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { hypergradient } from '../hypergradient/hypergradient.js';
import { createPushObjective } from '../hypergradient/push-objective.js';
import { SnapshotPool } from '../hypergradient/snapshots.js';
import type { Kernels } from '../kernels/types.js';
import { rankByFactors } from '../recommenders/rank.js';
import { trainWrmf, wrmfProblem } from '../recommenders/wrmf.js';
import {
  createWrmfState,
  createWrmfStep,
  releaseState,
  shuffledBatches,
  WrmfBatchSource,
} from '../recommenders/wrmf-training.js';
import type { LearnedOptions } from './learned-options.js';
import type { AttackRequest } from './types.js';

export interface Evaluation {
  readonly adversarialLoss: number;
  /** share of all real users with a target they have not clicked in their top k */
  readonly hitRatio: number;
  /** fake users x items, in kernel memory, valid until the next evaluation; null when not asked for */
  readonly gradient: Float32Array | null;
}

export class Surrogate {
  readonly #request: AttackRequest<LearnedOptions>;
  readonly #kernels: Kernels<Float32Array>;
  readonly #snapshots = new SnapshotPool<Float32Array>();
  readonly #gradient: Float32Array;
  readonly #targets: Int32Array;

  constructor(request: AttackRequest<LearnedOptions>) {
    const { kernels } = request.context;
    this.#request = request;
    this.#kernels = kernels;
    this.#gradient = kernels.allocate(request.fakeUsers * request.interactions.items);
    this.#targets = kernels.allocateIndices(request.targets.length);
    this.#targets.set(request.targets);
  }

  /** Trains afresh on the profiles of outer step `t`. */
  async evaluate(profiles: readonly Int32Array[], t: number, withGradient: boolean): Promise<Evaluation> {
    const { options, seed, context } = this.#request;
    const poisoned = this.#request.interactions.appendRows(profiles);
    const surrogateSeed = seed.child('surrogate').child(options.surrogateSeeds === 'same' ? 0 : t);
    let hitRatio = Number.NaN;
    const { state, batches, step, realUsers } = this.#innerProblem(poisoned, surrogateSeed);
    try {
      const { adversarialLoss } = await hypergradient({
        step,
        state,
        batches,
        objective: createPushObjective(this.#kernels, realUsers, this.#targets),
        estimator: withGradient ? options.estimator : { kind: 'partial' },
        fakeGradient: this.#gradient,
        snapshots: this.#snapshots,
        onTrained: (trained) => {
          if (options.keepBest !== 'fresh-seed') hitRatio = this.#hitRatio(poisoned, trained);
        },
        onEpoch: (phase, done, total) =>
          context.onProgress?.({ phase: phase === 'train' ? 'surrogate' : 'back-propagation', done, total }),
        ...(context.signal && { signal: context.signal }),
      });
      if (options.keepBest === 'fresh-seed') hitRatio = await this.#freshHitRatio(poisoned);
      return { adversarialLoss, hitRatio, gradient: withGradient ? this.#gradient : null };
    } finally {
      batches.release();
      releaseState(this.#kernels, state);
    }
  }

  dispose(): void {
    this.#kernels.release(this.#gradient);
    this.#kernels.release(this.#targets);
  }

  #innerProblem(poisoned: InteractionMatrix, seed: AttackRequest<LearnedOptions>['seed']) {
    const { surrogate } = this.#request.options;
    const realUsers = this.#request.interactions.users;
    const problem = wrmfProblem(poisoned, realUsers, surrogate);
    return {
      realUsers,
      step: createWrmfStep(this.#kernels, problem, surrogate),
      state: createWrmfState(this.#kernels, problem, surrogate.initialScale, seed),
      batches: new WrmfBatchSource(this.#kernels, problem, shuffledBatches(problem.users, surrogate, seed)),
    };
  }

  /** The hit ratio on a surrogate whose seed never gave a gradient. */
  async #freshHitRatio(poisoned: InteractionMatrix): Promise<number> {
    const { options, seed, context } = this.#request;
    const silent = { kernels: context.kernels, ...(context.signal && { signal: context.signal }) };
    const { state } = await trainWrmf(poisoned, options.surrogate, seed.child('surrogate-eval'), silent);
    try {
      return this.#hitRatio(poisoned, state);
    } finally {
      releaseState(this.#kernels, state);
    }
  }

  #hitRatio(poisoned: InteractionMatrix, { tables }: TrainingState<Float32Array>): number {
    const { options, targets, interactions } = this.#request;
    const users = Int32Array.from({ length: interactions.users }, (_, user) => user);
    const { targetRanks } = rankByFactors(this.#kernels, tables, poisoned, { users, top: 1, targets });
    let hits = 0;
    for (let u = 0; u < users.length; u++) {
      const ranks = (targetRanks as Int32Array).subarray(u * targets.length, (u + 1) * targets.length);
      if (ranks.some((rank) => rank >= 1 && rank <= options.selectionTop)) hits++;
    }
    return hits / users.length;
  }
}
