/**
 * The surrogate of a learned attack: trains a recommender on [X; fake], evaluates L_adv and the hit ratio that selects
 * profiles, and gives the hypergradient. Knows nothing of steps, projections or budgets, and no recommender by name.
 */

import type { TrainingState } from '../autodiff/index.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { hypergradient } from '../hypergradient/hypergradient.js';
import { createPushObjective } from '../hypergradient/push-objective.js';
import { SnapshotPool } from '../hypergradient/snapshots.js';
import type { Kernels } from '../kernels/types.js';
import { scoreFactors, trainInnerProblem } from '../recommenders/differentiable.js';
import { rankByFactors } from '../recommenders/rank.js';
import { surrogateNamed } from '../recommenders/registry.js';
import type { InnerProblem } from '../recommenders/types.js';
import type { SeedKey } from '../rng.js';
import type { LearnedOptions } from './learned-options.js';
import type { AttackRequest } from './types.js';
import { sampleUsers } from './user-sample.js';

export interface Evaluation {
  readonly adversarialLoss: number;
  /** L_adv is estimated from this many real users; null: it is that of all */
  readonly lossUsers: number | null;
  /** share of real users with a target they have not clicked in their top k */
  readonly hitRatio: number;
  /** the hit ratio is that of this many real users; null: of all */
  readonly hitRatioUsers: number | null;
  /** fake users x items, in kernel memory, valid until the next evaluation; null when not asked for */
  readonly gradient: Float32Array | null;
}

export class Surrogate {
  readonly #request: AttackRequest<LearnedOptions>;
  readonly #kernels: Kernels<Float32Array>;
  readonly #snapshots = new SnapshotPool<Float32Array>();
  readonly #gradient: Float32Array;
  readonly #targets: Int32Array;
  /** users that L_adv is estimated on, of the step at hand; null: all */
  readonly #sample: Int32Array | null;
  /** users whose hit ratio chooses: the same at every step, so that steps compare */
  readonly #selection: Int32Array;

  constructor(request: AttackRequest<LearnedOptions>) {
    const { kernels } = request.context;
    this.#request = request;
    this.#kernels = kernels;
    this.#gradient = kernels.allocate(request.fakeUsers * request.interactions.items);
    this.#targets = kernels.allocateIndices(request.targets.length);
    this.#targets.set(request.targets);
    const { users } = request.interactions;
    const { objectiveUsers = users, selectionUsers = users } = request.options;
    this.#sample = objectiveUsers < users ? kernels.allocateIndices(objectiveUsers) : null;
    this.#selection = sampleUsers(users, selectionUsers, request.seed.child('selection-users'), 0);
  }

  /** Trains afresh on the profiles of outer step `t`. */
  async evaluate(profiles: readonly Int32Array[], t: number, withGradient: boolean): Promise<Evaluation> {
    const { options, seed, context } = this.#request;
    const poisoned = this.#request.interactions.appendRows(profiles);
    const surrogateSeed = seed.child('surrogate').child(options.surrogateSeeds === 'same' ? 0 : t);
    let hitRatio = Number.NaN;
    this.#drawSample(t);
    const problem = this.#innerProblem(poisoned, surrogateSeed);
    try {
      const { adversarialLoss } = await hypergradient({
        ...problem,
        objective: createPushObjective(this.#kernels, problem.scores, this.#targets, this.#sample),
        estimator: withGradient ? options.estimator : { kind: 'partial' },
        fakeGradient: this.#gradient,
        snapshots: this.#snapshots,
        onTrained: (trained) => {
          if (options.keepBest !== 'fresh-seed') hitRatio = this.#hitRatio(poisoned, problem, trained);
        },
        onEpoch: (phase, done, total) =>
          context.onProgress?.({ phase: phase === 'train' ? 'surrogate' : 'back-propagation', done, total }),
        ...(context.signal && { signal: context.signal }),
        ...(context.trajectoryBytes !== undefined && { trajectoryBytes: context.trajectoryBytes }),
      });
      if (options.keepBest === 'fresh-seed') hitRatio = await this.#freshHitRatio(poisoned);
      const { users } = this.#request.interactions;
      return {
        adversarialLoss,
        lossUsers: this.#sample?.length ?? null,
        hitRatio,
        hitRatioUsers: this.#selection.length < users ? this.#selection.length : null,
        gradient: withGradient ? this.#gradient : null,
      };
    } finally {
      problem.release();
    }
  }

  /** Bytes of training states kept outside kernel memory: what the steps so far needed at once. */
  get trajectoryBytes(): number {
    return this.#snapshots.bytes;
  }

  dispose(): void {
    this.#kernels.release(this.#gradient);
    this.#kernels.release(this.#targets);
    if (this.#sample !== null) this.#kernels.release(this.#sample);
  }

  /** Other users at every step: what one sample misses, the momentum makes up for. */
  #drawSample(t: number): void {
    if (this.#sample === null) return;
    const { interactions, seed } = this.#request;
    const { length } = this.#sample;
    this.#sample.set(sampleUsers(interactions.users, length, seed.child('objective-users'), t));
  }

  #innerProblem(interactions: InteractionMatrix, seed: SeedKey): InnerProblem<Float32Array> {
    const { name, options } = this.#request.options.surrogate;
    const realUsers = this.#request.interactions.users;
    return surrogateNamed(name).innerProblem(this.#kernels, { interactions, realUsers }, options, seed);
  }

  /** The hit ratio on a surrogate whose seed never gave a gradient. */
  async #freshHitRatio(poisoned: InteractionMatrix): Promise<number> {
    const { options, seed, context } = this.#request;
    const problem = this.#innerProblem(poisoned, seed.child('surrogate-eval'));
    try {
      const { signal } = context;
      await trainInnerProblem(options.surrogate.name, problem, { ...(signal && { signal }) });
      return this.#hitRatio(poisoned, problem, problem.state);
    } finally {
      problem.release();
    }
  }

  #hitRatio(
    poisoned: InteractionMatrix,
    { scores }: InnerProblem<Float32Array>,
    state: TrainingState<Float32Array>,
  ): number {
    const { options, targets } = this.#request;
    const users = this.#selection;
    const factors = scoreFactors(this.#kernels, scores, state);
    try {
      const { targetRanks } = rankByFactors(this.#kernels, factors, poisoned, { users, top: 1, targets });
      let hits = 0;
      for (let u = 0; u < users.length; u++) {
        const ranks = (targetRanks as Int32Array).subarray(u * targets.length, (u + 1) * targets.length);
        if (ranks.some((rank) => rank >= 1 && rank <= options.selectionTop)) hits++;
      }
      return hits / users.length;
    } finally {
      this.#kernels.release(factors.users);
      this.#kernels.release(factors.items);
    }
  }
}
