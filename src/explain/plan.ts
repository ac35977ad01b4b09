/** Which trainings a proof takes, once the pushers are known. What it is not: it trains nothing. */

import type { InteractionMatrix } from '../data/interactions.js';
import { clickersOf } from './audience.js';
import { largestPushers } from './explanation.js';
import { randomClickers } from './refit.js';
import type { PushResult, PushTask, RefitTask } from './types.js';

/** The trainings of one seed. */
export interface ProofTasks {
  readonly seed: number;
  readonly asItIs: RefitTask;
  readonly withoutPushers: RefitTask;
  readonly withoutRandomClickers: RefitTask;
}

export interface ProofPlan {
  readonly removed: number;
  readonly randomClickers: number;
  readonly seeds: readonly number[];
  readonly tasks: readonly ProofTasks[];
}

/**
 * @param asked pushers to take out; default those who make half of the push
 * @returns null where nobody pushes
 * @example planProof(task, result, interactions, [1, 2, 3]).tasks[0].withoutPushers.removed
 */
export function planProof(
  task: PushTask,
  { pushes, spread }: PushResult,
  interactions: InteractionMatrix,
  seeds: readonly number[],
  asked?: number,
): ProofPlan | null {
  const pushers = largestPushers(pushes, asked ?? spread.half);
  if (pushers.length === 0 || seeds.length === 0) return null;
  const clickers = clickersOf(interactions, task.item);
  // A pusher who did not click the item is no audience of any training either.
  const audience = { ...task.audience, without: pushers };
  const { model, item, top } = task;
  const tasks = seeds.map((seed): ProofTasks => {
    const of = (removed: readonly number[]) => ({ model, item, top, audience, seed, removed });
    return {
      seed,
      asItIs: of([]),
      withoutPushers: of(pushers),
      withoutRandomClickers: of(randomClickers(clickers, pushers.length, seed, item)),
    };
  });
  return {
    removed: pushers.length,
    randomClickers: Math.min(pushers.length, clickers.length),
    seeds,
    tasks,
  };
}
