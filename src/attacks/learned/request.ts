/** What the parts of the learned attack work with. */

import type { ComputeContext } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { RecauditError } from '../../errors.js';
import type { RecommenderRegistry } from '../../recommenders/registry.js';
import type { SeedKey } from '../../rng.js';
import type { AttackRequest } from '../types.js';
import type { LearnedOptions } from './options.js';

export interface LearnedRequest {
  /** of the real users */
  readonly interactions: InteractionMatrix;
  /** distinct item indices to push, ascending */
  readonly targets: Int32Array;
  readonly fakeUsers: number;
  /** clicks that each profile has exactly; null: no budget */
  readonly clicks: Int32Array | null;
  readonly options: LearnedOptions;
  readonly seed: SeedKey;
  readonly recommenders: RecommenderRegistry;
  readonly context: ComputeContext;
  /** profiles to start from, where the options ask for them */
  readonly given?: readonly Int32Array[];
  /** measured at every step, never learned from */
  readonly observedTest?: InteractionMatrix;
}

/** @throws RecauditError('config') for a goal that the attack does not have */
export function learnedRequest(request: AttackRequest<LearnedOptions>): LearnedRequest {
  const { known, goal, budget, options, seed, registries, context, given, observedTest } = request;
  if (goal.kind !== 'push')
    throw new RecauditError('config', `learned attack: expected the goal push, got ${goal.kind}.`);
  return {
    interactions: known.interactions,
    targets: goal.targets,
    fakeUsers: budget.fakeUsers,
    clicks: budget.clicks,
    options,
    seed,
    recommenders: registries.recommenders,
    context,
    ...(given && { given }),
    ...(observedTest && { observedTest }),
  };
}
