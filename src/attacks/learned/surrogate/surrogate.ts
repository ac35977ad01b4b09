/**
 * The learned attack's surrogate: trains a differentiable recommender on [X; fake], evaluates L_adv and the hit ratio that selects
 * profiles, and gives the hypergradient. Knows nothing of steps, projections or budgets, and no recommender by name.
 */

import { usersWithClicks } from '../../../data/gaps.js';
import { surrogateNamed } from '../../../recommenders/registry.js';
import { sampleOf } from '../../../recommenders/sampling/user-sample.js';
import { estimatorOf } from '../options.js';
import type { LearnedRequest } from '../request.js';
import { AlongTraining } from './along-training.js';
import { AtOptimum } from './at-optimum.js';
import { Selection } from './selection.js';
import type { Measured, Trained, Training } from './types.js';
import { WarmStarts } from './warm-starts.js';

export interface Evaluation extends Measured {
  /** L_adv is estimated from this many real users; null: it is that of all who have clicks */
  readonly lossUsers: number | null;
  /** selection-hr@k: share of real users with a target they have not clicked in their top k */
  readonly hitRatio: number;
  /** the hit ratio is that of this many real users; null: of all who have clicks */
  readonly hitRatioUsers: number | null;
  /** share of real users with a test item in the top k of the surrogate that gives the gradient, where it is observed */
  readonly testHitRatio?: number;
}

export class Surrogate {
  readonly #request: LearnedRequest;
  readonly #gradient: Float32Array;
  readonly #targets: Int32Array;
  /** real users with clicks: of the others nobody can learn how to reach them */
  readonly #withClicks: Int32Array;
  readonly #sampled: boolean;
  /** users that L_adv is summed over; null: all */
  readonly #sample: Int32Array | null;
  readonly #selection: Selection;
  readonly #training: Training;
  readonly warmStarts = new WarmStarts();

  /** @throws RecauditError('config') where the registry has no such surrogate */
  constructor(request: LearnedRequest) {
    const { options, recommenders, context, fakeUsers, interactions, targets } = request;
    const { kernels } = context;
    const support = surrogateNamed(options.surrogate.name, recommenders);
    this.#request = request;
    this.#gradient = kernels.allocate(fakeUsers * interactions.items);
    this.#targets = kernels.allocateIndices(targets.length);
    this.#targets.set(targets);
    const { objectiveUsers = 0 } = options;
    this.#withClicks = usersWithClicks(interactions);
    const { length: population } = this.#withClicks;
    this.#sampled = objectiveUsers > 0 && objectiveUsers < population;
    const summed = this.#sampled ? objectiveUsers : population;
    this.#sample = summed < interactions.users ? kernels.allocateIndices(summed) : null;
    this.#sample?.set(this.#withClicks.subarray(0, summed));
    this.#selection = new Selection(request);
    const ground = {
      request,
      support,
      gradient: this.#gradient,
      targets: this.#targets,
      sample: this.#sample,
      population,
    };
    const estimator = estimatorOf(options);
    this.#training =
      estimator.kind === 'implicit'
        ? new AtOptimum(ground, estimator, this.warmStarts)
        : new AlongTraining(ground, estimator);
  }

  /** Trains on the profiles of outer step `t`: afresh, or from the optimum of the step before where the options say so. */
  async evaluate(profiles: readonly Int32Array[], t: number, withGradient: boolean): Promise<Evaluation> {
    const { options, seed, interactions } = this.#request;
    const poisoned = interactions.appendRows(profiles);
    const fresh = options.keepBest === 'fresh-seed';
    let hitRatio = Number.NaN;
    let observed: Pick<Evaluation, 'testHitRatio'> = {};
    this.#drawSample(t);
    const measured = await this.#training.evaluate(
      {
        poisoned,
        seed: seed.child('surrogate').child(options.surrogateSeeds === 'same' ? 0 : t),
        onTrained: (trained: Trained) => {
          if (!fresh) hitRatio = this.#selection.hitRatio(poisoned, trained);
          observed = this.#selection.observe(poisoned, trained);
        },
      },
      withGradient,
    );
    if (fresh)
      await this.#training.train({
        poisoned,
        seed: seed.child('surrogate-eval'),
        onTrained: (trained) => {
          hitRatio = this.#selection.hitRatio(poisoned, trained);
        },
      });
    return {
      ...measured,
      ...observed,
      hitRatio,
      lossUsers: this.#sampled ? (this.#sample?.length ?? null) : null,
      hitRatioUsers: this.#selection.sampledUsers,
    };
  }

  /** Bytes of kept training states, what the steps so far needed at once: all, and those in kernel memory. */
  get trajectoryBytes(): { readonly all: number; readonly resident: number } {
    return this.#training.trajectoryBytes;
  }

  dispose(): void {
    const { kernels } = this.#request.context;
    this.#training.dispose();
    kernels.release(this.#gradient);
    kernels.release(this.#targets);
    if (this.#sample !== null) kernels.release(this.#sample);
  }

  /** Other users at every step: what one sample misses, the momentum makes up for. */
  #drawSample(t: number): void {
    if (this.#sample === null || !this.#sampled) return;
    const { interactions, seed } = this.#request;
    const { length } = this.#sample;
    const draw = seed.child('objective-users');
    this.#sample.set(sampleOf(this.#withClicks, interactions.users, length, draw, t));
  }
}
