/**
 * What a trained surrogate shows the real users: the hit ratio that selects profiles (selection-hr@k), and what recommending
 * costs them.
 */

import { usersWithClicks } from '../../../data/gaps.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import { testHitRatioAtK } from '../../../metrics/index.js';
import { rankByFactors } from '../../../recommenders/fitted/rank.js';
import { sampleOf } from '../../../recommenders/sampling/user-sample.js';
import { scoreFactors } from '../../../recommenders/training/differentiable.js';
import type { LearnedRequest } from '../request.js';
import type { Trained } from './types.js';

export class Selection {
  readonly #request: LearnedRequest;
  /** users whose hit ratio chooses: the same at every step, so that steps compare */
  readonly #users: Int32Array;
  /** real users who have clicks; the others count nowhere */
  readonly #withClicks: Int32Array;

  constructor(request: LearnedRequest) {
    this.#request = request;
    const { users } = request.interactions;
    const { selectionUsers = 0 } = request.options;
    this.#withClicks = usersWithClicks(request.interactions);
    const count = selectionUsers === 0 ? users : selectionUsers;
    this.#users = sampleOf(this.#withClicks, users, count, request.seed.child('selection-users'), 0);
  }

  /** Users that the hit ratio is of; null: all who have clicks. */
  get sampledUsers(): number | null {
    return this.#users.length < this.#withClicks.length ? this.#users.length : null;
  }

  /** Share of all these users, clicked targets or not, with a target in their top k that they have not clicked. */
  hitRatio(poisoned: InteractionMatrix, { scores, state }: Trained): number {
    const { options, targets, context } = this.#request;
    const { kernels } = context;
    const factors = scoreFactors(kernels, scores, state);
    const users = this.#users;
    try {
      const { targetRanks } = rankByFactors(kernels, factors, poisoned, { users, top: 1, targets });
      let hits = 0;
      for (let u = 0; u < users.length; u++) {
        const ranks = (targetRanks as Int32Array).subarray(u * targets.length, (u + 1) * targets.length);
        if (ranks.some((rank) => rank >= 1 && rank <= options.selectionTop)) hits++;
      }
      return hits / users.length;
    } finally {
      kernels.release(factors.users);
      kernels.release(factors.items);
    }
  }

  /** Test HR@k of the real users, where the request observes it. */
  observe(poisoned: InteractionMatrix, { scores, state }: Trained): { readonly testHitRatio?: number } {
    const { observedTest, options, interactions, context } = this.#request;
    if (observedTest === undefined) return {};
    const { kernels } = context;
    const users = this.#withClicks;
    const top = options.selectionTop;
    const factors = scoreFactors(kernels, scores, state);
    try {
      const lists = rankByFactors(kernels, factors, poisoned, { users, top });
      const { mean } = testHitRatioAtK(lists, observedTest, top, interactions.users);
      return mean === null ? {} : { testHitRatio: mean };
    } finally {
      kernels.release(factors.users);
      kernels.release(factors.items);
    }
  }
}
