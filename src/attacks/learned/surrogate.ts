/**
 * The surrogate of a learned attack: trains a recommender on [X; fake], evaluates L_adv and the hit ratio that selects
 * profiles, and gives the hypergradient. Knows nothing of steps, projections or budgets, and no recommender by name.
 */

import type { InnerOptimum, ScoreModel, TrainingState } from '../../autodiff/index.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { RecauditError } from '../../errors.js';
import {
  hypergradient,
  type ImplicitEstimator,
  type TrajectoryEstimator,
} from '../../hypergradient/hypergradient.js';
import { type ImplicitResult, implicitHypergradient, solveInner } from '../../hypergradient/implicit.js';
import { createPushObjective } from '../../hypergradient/push-objective.js';
import { SnapshotPool } from '../../hypergradient/snapshots.js';
import type { Kernels } from '../../kernels/types.js';
import { testHitRatioAtK } from '../../metrics/index.js';
import { rankByFactors } from '../../recommenders/fitted/rank.js';
import { surrogateNamed } from '../../recommenders/registry.js';
import { KeptDraws } from '../../recommenders/sampling/kept-draws.js';
import { sampleUsers } from '../../recommenders/sampling/user-sample.js';
import type { InnerProblem } from '../../recommenders/surrogate-types.js';
import { scoreFactors, trainInnerProblem } from '../../recommenders/training/differentiable.js';
import type { SeedKey } from '../../rng.js';
import type { AttackRequest, ImplicitRecord } from '../types.js';
import type { LearnedOptions } from './options.js';
import { type Purpose, WarmStarts } from './warm-starts.js';

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
  /** share of real users with a test item in the top k of the surrogate that gives the gradient, where it is observed */
  readonly testHitRatio?: number;
  /** how the inner problem and the linear system were solved, with the estimator `implicit` */
  readonly implicit?: ImplicitRecord;
}

/** An evaluation before it is said how many users stand behind it. */
type Measured = Omit<Evaluation, 'lossUsers' | 'hitRatioUsers'>;
type Observed = Pick<Evaluation, 'testHitRatio'>;

export class Surrogate {
  readonly #request: AttackRequest<LearnedOptions>;
  readonly #kernels: Kernels<Float32Array>;
  readonly #snapshots: SnapshotPool<Float32Array>;
  readonly #gradient: Float32Array;
  readonly #targets: Int32Array;
  /** users that L_adv is estimated on, of the step at hand; null: all */
  readonly #sample: Int32Array | null;
  /** users whose hit ratio chooses: the same at every step, so that steps compare */
  readonly #selection: Int32Array;
  readonly #kept = new KeptDraws();
  readonly warmStarts = new WarmStarts();

  constructor(request: AttackRequest<LearnedOptions>) {
    const { kernels } = request.context;
    this.#request = request;
    this.#kernels = kernels;
    this.#snapshots = new SnapshotPool(kernels);
    this.#gradient = kernels.allocate(request.fakeUsers * request.interactions.items);
    this.#targets = kernels.allocateIndices(request.targets.length);
    this.#targets.set(request.targets);
    const { users } = request.interactions;
    const { objectiveUsers = users, selectionUsers = users } = request.options;
    this.#sample = objectiveUsers < users ? kernels.allocateIndices(objectiveUsers) : null;
    this.#selection = sampleUsers(users, selectionUsers, request.seed.child('selection-users'), 0);
  }

  /** Trains on the profiles of outer step `t`: afresh, or from the optimum of the step before where the options say so. */
  async evaluate(profiles: readonly Int32Array[], t: number, withGradient: boolean): Promise<Evaluation> {
    const { options, seed } = this.#request;
    const { estimator } = options;
    const poisoned = this.#request.interactions.appendRows(profiles);
    const surrogateSeed = seed.child('surrogate').child(options.surrogateSeeds === 'same' ? 0 : t);
    const { users } = this.#request.interactions;
    this.#drawSample(t);
    const evaluation =
      estimator.kind === 'implicit'
        ? await this.#atOptimum(estimator, poisoned, surrogateSeed, withGradient)
        : await this.#alongTraining(
            withGradient ? estimator : { kind: 'partial' },
            poisoned,
            surrogateSeed,
            withGradient,
          );
    const fresh = options.keepBest === 'fresh-seed';
    return {
      ...evaluation,
      ...(fresh && { hitRatio: await this.#freshHitRatio(poisoned) }),
      lossUsers: this.#sample?.length ?? null,
      hitRatioUsers: this.#selection.length < users ? this.#selection.length : null,
    };
  }

  async #alongTraining(
    estimator: TrajectoryEstimator,
    poisoned: InteractionMatrix,
    seed: SeedKey,
    withGradient: boolean,
  ): Promise<Measured> {
    const { options, context } = this.#request;
    let hitRatio = Number.NaN;
    let observed: Observed = {};
    const problem = this.#innerProblem(poisoned, seed, options.surrogateSeeds === 'same');
    try {
      const { adversarialLoss } = await hypergradient({
        ...problem,
        objective: createPushObjective(this.#kernels, problem.scores, this.#targets, this.#sample),
        estimator,
        fakeGradient: this.#gradient,
        snapshots: this.#snapshots,
        onTrained: (trained) => {
          if (options.keepBest !== 'fresh-seed') hitRatio = this.#hitRatio(poisoned, problem.scores, trained);
          observed = this.#observe(poisoned, problem.scores, trained);
        },
        onEpoch: (phase, done, total) =>
          context.onProgress?.({ phase: phase === 'train' ? 'surrogate' : 'back-propagation', done, total }),
        ...(context.signal && { signal: context.signal }),
        ...(context.trajectoryBytes !== undefined && { trajectoryBytes: context.trajectoryBytes }),
      });
      return { adversarialLoss, hitRatio, gradient: withGradient ? this.#gradient : null, ...observed };
    } finally {
      problem.release();
    }
  }

  /** Bytes of kept training states, what the steps so far needed at once: all, and those in kernel memory. */
  get trajectoryBytes(): { readonly all: number; readonly resident: number } {
    return { all: this.#snapshots.bytes, resident: this.#snapshots.residentBytes };
  }

  async #atOptimum(
    estimator: ImplicitEstimator,
    poisoned: InteractionMatrix,
    seed: SeedKey,
    withGradient: boolean,
  ): Promise<Measured> {
    const { options, context } = this.#request;
    let hitRatio = Number.NaN;
    let observed: Observed = {};
    const optimum = this.#optimum('gradient', estimator, poisoned, seed);
    try {
      const result = await implicitHypergradient({
        optimum,
        objective: createPushObjective(this.#kernels, optimum.scores, this.#targets, this.#sample),
        options: estimator,
        fakeGradient: withGradient ? this.#gradient : null,
        onTrained: (trained) => {
          this.warmStarts.keep('gradient', optimum);
          if (options.keepBest !== 'fresh-seed') hitRatio = this.#hitRatio(poisoned, optimum.scores, trained);
          observed = this.#observe(poisoned, optimum.scores, trained);
        },
        onProgress: (phase, done, total, metrics) =>
          context.onProgress?.({
            phase: phase === 'train' ? 'surrogate' : 'conjugate gradient',
            done,
            total,
            metrics,
          }),
        ...(context.signal && { signal: context.signal }),
      });
      const { adversarialLoss } = result;
      const gradient = withGradient ? this.#gradient : null;
      return { adversarialLoss, hitRatio, gradient, implicit: recordOf(result), ...observed };
    } finally {
      optimum.release();
    }
  }

  dispose(): void {
    this.#snapshots.release();
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

  /** @param again the seed is that of every outer step */
  #innerProblem(interactions: InteractionMatrix, seed: SeedKey, again: boolean): InnerProblem<Float32Array> {
    const { name, options } = this.#request.options.surrogate;
    const realUsers = this.#request.interactions.users;
    return surrogateNamed(name).innerProblem(
      this.#kernels,
      { interactions, realUsers, ...(again && { kept: this.#kept }) },
      options,
      seed,
    );
  }

  #optimum(
    purpose: Purpose,
    { warmStart }: ImplicitEstimator,
    interactions: InteractionMatrix,
    seed: SeedKey,
  ): InnerOptimum<Float32Array> {
    const { name, options } = this.#request.options.surrogate;
    const realUsers = this.#request.interactions.users;
    const { optimum: support } = surrogateNamed(name);
    if (support === undefined)
      throw new RecauditError('internal', `surrogate ${name}: expected an inner optimum, got none`);
    const optimum = support.of(this.#kernels, { interactions, realUsers }, options, seed);
    if (warmStart) this.warmStarts.start(purpose, optimum);
    return optimum;
  }

  /** The hit ratio on a surrogate whose seed never gave a gradient, trained as the one that did. */
  async #freshHitRatio(poisoned: InteractionMatrix): Promise<number> {
    const { options, seed, context } = this.#request;
    const { estimator } = options;
    const { signal } = context;
    const fresh = seed.child('surrogate-eval');
    if (estimator.kind === 'implicit') {
      const optimum = this.#optimum('selection', estimator, poisoned, fresh);
      try {
        await solveInner({ optimum, options: estimator, ...(signal && { signal }) });
        this.warmStarts.keep('selection', optimum);
        return this.#hitRatio(poisoned, optimum.scores, optimum.state);
      } finally {
        optimum.release();
      }
    }
    const problem = this.#innerProblem(poisoned, fresh, true);
    try {
      await trainInnerProblem(options.surrogate.name, problem, { ...(signal && { signal }) });
      return this.#hitRatio(poisoned, problem.scores, problem.state);
    } finally {
      problem.release();
    }
  }

  /** What recommending costs the real users, where the request asks for it. */
  #observe(
    poisoned: InteractionMatrix,
    scores: ScoreModel<Float32Array>,
    state: TrainingState<Float32Array>,
  ): Observed {
    const { observedTest, options, interactions } = this.#request;
    if (observedTest === undefined) return {};
    const users = Int32Array.from({ length: interactions.users }, (_, user) => user);
    const top = options.selectionTop;
    const factors = scoreFactors(this.#kernels, scores, state);
    try {
      const lists = rankByFactors(this.#kernels, factors, poisoned, { users, top });
      const { mean } = testHitRatioAtK(lists, observedTest, top, interactions.users);
      return mean === null ? {} : { testHitRatio: mean };
    } finally {
      this.#kernels.release(factors.users);
      this.#kernels.release(factors.items);
    }
  }

  #hitRatio(
    poisoned: InteractionMatrix,
    scores: ScoreModel<Float32Array>,
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

function recordOf({ inner, linear }: ImplicitResult): ImplicitRecord {
  const { steps, relativeGradient, converged } = inner;
  return { innerSteps: steps, relativeGradient, converged, linear };
}
