/** Which trainings a proof takes, once the pushers are known. What it is not: it trains nothing. */

import type { InteractionMatrix } from '../../data/interactions.js';
import { clickersOf } from '../audience.js';
import { alikeItems } from '../comparable.js';
import { largestPushers } from '../spread.js';
import type { MeasuredItem, PushResult, PushTask, RefitTask } from '../types.js';
import { drawnUsers } from './refit.js';

/** What is taken out of the trainings of the item, seed by seed. */
export type ArmName = 'asItIs' | 'withoutPushers' | 'withoutOthers' | 'withoutSuspects';

/** The trainings of the item with the same users taken out, or users drawn in the same way; one a seed. */
export interface ArmPlan {
  readonly arm: ArmName;
  /** users taken out */
  readonly users: number;
  readonly tasks: readonly RefitTask[];
}

/** An item of like popularity, recommended about as often, without its own users: one seed. */
export interface AlikePlan {
  readonly item: number;
  readonly clicks: number;
  /** which of the seeds */
  readonly seed: number;
  /** where the trainings as it is measure the item */
  readonly measured: number;
  readonly withoutPushers: RefitTask;
  /** as many of its clickers, drawn, as suspects clicked the item; null without such suspects */
  readonly withoutClickers: RefitTask | null;
}

export interface ProofPlan {
  readonly seeds: readonly number[];
  readonly arms: readonly ArmPlan[];
  readonly alike: readonly AlikePlan[];
  /** clickers of the item who are not among the pushers taken out */
  readonly othersLeft: number;
  /** of the suspects */
  readonly suspectsWhoClicked: number;
}

export interface ProofChoice {
  readonly seeds: readonly number[];
  /** items to compare the loss with */
  readonly alike: number;
}

/** The arm's name, how many are taken out, and who, by seed. */
type Removal = readonly [arm: ArmName, users: number, removed: (seed: number) => readonly number[]];

/**
 * Trainings as it is, without the largest pushers, without as many other clickers (where so many are left), and without the suspects;
 * and of each item alike, without its own largest pushers, and without as many of its clickers as suspects clicked the item. The items
 * alike take the seeds in turn: they differ more than the seeds do.
 *
 * @returns null where nobody pushes
 * @example planProof(task, result, interactions, { seeds: [1, 2, 3], alike: 10 }).arms[1].tasks[0].removed
 */
export function planProof(
  task: PushTask,
  { pushes, spread, usual, clicks, hitRatio }: PushResult,
  interactions: InteractionMatrix,
  { seeds, alike: count }: ProofChoice,
): ProofPlan | null {
  const pushers = largestPushers(pushes, task.remove ?? spread.half);
  if (pushers.length === 0 || seeds.length === 0) return null;
  const taken = new Set(pushers);
  const others = clickersOf(interactions, task.item).filter((user) => !taken.has(user));
  const suspects = task.suspects ?? [];
  const suspectsWhoClicked = suspects.filter((user) => interactions.has(user, task.item)).length;
  const alike = alikeItems(usual ?? [], { clicks, hitRatio }, count);
  // Who is taken out in some training is no audience of any, though some pushers have not clicked the item.
  const own: MeasuredItem = {
    item: task.item,
    without: [...new Set([...pushers, ...suspects])].sort((a, b) => a - b),
  };
  const ofAlike = alike.map(({ item, largest }): MeasuredItem => ({ item, without: largest }));
  const { model, top, audience } = task;
  const train = (seed: number, removed: readonly number[], measured: readonly MeasuredItem[]): RefitTask => ({
    model,
    top,
    audience: { most: audience.most, seed: audience.seed },
    seed,
    removed,
    measured,
  });
  const removals: readonly Removal[] = [
    ['asItIs', 0, () => []],
    ['withoutPushers', pushers.length, () => pushers],
    ...(others.length < pushers.length
      ? []
      : ([
          [
            'withoutOthers',
            pushers.length,
            (seed: number) => drawnUsers(others, pushers.length, seed, task.item),
          ],
        ] as const)),
    ...(suspectsWhoClicked === 0 ? [] : ([['withoutSuspects', suspects.length, () => suspects]] as const)),
  ];
  const arms = removals.map(([arm, users, removed]): ArmPlan => {
    const measured = arm === 'asItIs' ? [own, ...ofAlike] : [own];
    return { arm, users, tasks: seeds.map((seed) => train(seed, removed(seed), measured)) };
  });
  return {
    seeds,
    arms,
    alike: alike.map(({ item, clicks, largest }, n): AlikePlan => {
      const seed = n % seeds.length;
      const clickers = () =>
        drawnUsers(clickersOf(interactions, item), suspectsWhoClicked, seeds[seed], item);
      return {
        item,
        clicks,
        seed,
        measured: n + 1,
        withoutPushers: train(seeds[seed], largest, [ofAlike[n]]),
        withoutClickers: suspectsWhoClicked === 0 ? null : train(seeds[seed], clickers(), [ofAlike[n]]),
      };
    }),
    othersLeft: others.length,
    suspectsWhoClicked,
  };
}

/** All trainings of a plan, each once. */
export function tasksOf({ arms, alike }: ProofPlan): RefitTask[] {
  return [
    ...arms.flatMap(({ tasks }) => tasks),
    ...alike.flatMap(({ withoutPushers, withoutClickers }) =>
      withoutClickers === null ? [withoutPushers] : [withoutPushers, withoutClickers],
    ),
  ];
}
