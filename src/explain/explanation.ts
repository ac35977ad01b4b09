/**
 * From the results of the tasks to what an owner is told, in the owner's ids: who pushes the item, how concentrated the push is,
 * what part the suspects have in it, and what is left without the pushers. What it is not: the words (`words.ts`).
 */

import type { Dataset } from '../data/dataset.js';
import type { ItemGoal } from '../hypergradient/item-objective.js';
import { type Interval, mean, pairedComparison } from '../metrics/statistics.js';
import type { ModelChoice } from '../recommenders/model-choice.js';
import { clickersOf } from './audience.js';
import { byPush, positivePush } from './spread.js';
import type { ExplainMethod, PushResult, PushTask, RefitResult, Spread } from './types.js';

/** One user's push. */
export interface Pusher {
  readonly user: string;
  /** of the goal, as a mean over the audience: hits in users' share, score in units of the score */
  readonly push: number;
  /** of the positive push; 0 for a user who pushes nothing or holds the item down */
  readonly share: number;
  /** of the user */
  readonly clicks: number;
  readonly clickedItem: boolean;
  /** null: no suspects were named */
  readonly suspect: boolean | null;
}

/** A value of the item among those of items of like popularity. */
export interface Usual {
  /** items compared with */
  readonly items: number;
  /** fewest and most of their clicks */
  readonly clicks: readonly [least: number, most: number];
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** items with a value below the item's, and above it */
  readonly below: number;
  readonly above: number;
}

/** What the item's hit ratio was in one kind of training, seed by seed. */
export interface ProofArm {
  readonly hitRatios: readonly number[];
  readonly mean: number;
}

/** A mean difference of hit ratios over seeds. */
export interface ProofDifference {
  readonly mean: number;
  /** null below three seeds, and where they show no spread */
  readonly interval: Interval | null;
}

export interface Proof {
  /** the largest pushers, taken out of training */
  readonly removed: number;
  /** clickers of the item, drawn anew for each seed, taken out instead */
  readonly randomClickers: number;
  readonly seeds: readonly number[];
  /** users on whom the hit ratio is measured: in all trainings the same */
  readonly audience: number;
  readonly asItIs: ProofArm;
  readonly withoutPushers: ProofArm;
  readonly withoutRandomClickers: ProofArm;
  /** as it is, minus without the pushers */
  readonly lost: ProofDifference;
  /** without the random clickers, minus without the pushers */
  readonly lostBeyondRandom: ProofDifference;
}

/** What `explain` finds. */
export interface Explanation {
  /** the owner's id */
  readonly item: string;
  readonly data: { readonly users: number; readonly items: number; readonly interactions: number };
  readonly model: ModelChoice;
  readonly method: ExplainMethod;
  readonly goal: ItemGoal;
  /** length of a recommended list */
  readonly listLength: number;
  readonly seed: number;
  /** users who clicked the item */
  readonly clicks: number;
  /** users to whom it can be recommended, and of whom all means are */
  readonly audience: number;
  /** share of the audience that finds the item in its list, in the training that was explained */
  readonly hitRatio: number;
  readonly meanScore: number;
  /** users with a positive push */
  readonly pushing: number;
  /** the largest, as many as were asked for */
  readonly pushers: readonly Pusher[];
  /** fewest users that make half of the positive push */
  readonly half: { readonly users: number; readonly usual: Usual | null };
  readonly suspects: {
    /** that the data have */
    readonly users: number;
    /** ids that the data have not */
    readonly unknown: readonly string[];
    readonly clickedItem: number;
    /** of those who make half of the push */
    readonly amongHalf: number;
    /** of the positive push */
    readonly share: number;
    readonly usual: Usual | null;
  } | null;
  readonly solution: PushResult['solution'];
  /** null: no training without the pushers was asked for */
  readonly proof: Proof | null;
}

/** Which users were named as suspects. */
export interface Suspects {
  /** ascending */
  readonly users: readonly number[];
  readonly unknown: readonly string[];
}

export interface Found {
  readonly dataset: Dataset;
  readonly task: PushTask;
  readonly result: PushResult;
  readonly suspects: Suspects | null;
  readonly proof: Proof | null;
  readonly shown: number;
}

function usualOf(
  own: number,
  spreads: readonly Spread[] | null,
  of: (spread: Spread) => number,
): Usual | null {
  if (spreads === null || spreads.length === 0) return null;
  const values = spreads.map(of).sort((a, b) => a - b);
  const clicks = spreads.map((spread) => spread.clicks);
  const middle = (values.length - 1) / 2;
  return {
    items: values.length,
    clicks: [Math.min(...clicks), Math.max(...clicks)],
    median: (values[Math.floor(middle)] + values[Math.ceil(middle)]) / 2,
    least: values[0],
    most: values[values.length - 1],
    below: values.filter((value) => value < own).length,
    above: values.filter((value) => value > own).length,
  };
}

/** Users by falling push, as rows of a table in the owner's ids. */
export function pusherRows(
  { dataset, task, result, suspects }: Omit<Found, 'proof' | 'shown'>,
  users: Int32Array,
): Pusher[] {
  const total = positivePush(result.pushes);
  const sizes = dataset.interactions.userDegrees();
  const suspected = suspects && new Set(suspects.users);
  return Array.from(users, (user) => ({
    user: dataset.users.ids[user],
    push: result.pushes[user],
    share: total > 0 ? Math.max(0, result.pushes[user]) / total : 0,
    clicks: sizes[user],
    clickedItem: dataset.interactions.has(user, task.item),
    suspect: suspected?.has(user) ?? null,
  }));
}

/** @example explanationOf({ dataset, task, result, suspects: null, proof: null, shown: 20 }).pushers[0].user */
export function explanationOf(found: Found): Explanation {
  const { dataset, task, result, suspects, proof, shown } = found;
  const { pushes, spread, usual, solution } = result;
  const order = byPush(pushes);
  const { users, items, nonZeros } = dataset.interactions;
  const suspected = new Set(suspects?.users);
  const clickers = clickersOf(dataset.interactions, task.item);
  return {
    item: dataset.items.ids[task.item],
    data: { users, items, interactions: nonZeros },
    model: task.model,
    method: task.method,
    goal: task.goal,
    listLength: task.top,
    seed: task.seed,
    clicks: result.clicks,
    audience: result.audience,
    hitRatio: result.hitRatio,
    meanScore: result.meanScore,
    pushing: pushes.filter((push) => push > 0).length,
    pushers: pusherRows(found, order.slice(0, shown)),
    half: { users: spread.half, usual: usualOf(spread.half, usual, ({ half }) => half) },
    suspects: suspects && {
      users: suspects.users.length,
      unknown: suspects.unknown,
      clickedItem: clickers.filter((user) => suspected.has(user)).length,
      amongHalf: order.slice(0, spread.half).filter((user) => suspected.has(user)).length,
      share: spread.suspects ?? 0,
      usual: usualOf(spread.suspects ?? 0, usual, (other) => other.suspects ?? 0),
    },
    solution,
    proof,
  };
}

/** The largest pushers: users with a positive push, ascending by index. */
export function largestPushers(pushes: readonly number[], count: number): number[] {
  return Array.from(byPush(pushes).slice(0, count))
    .filter((user) => pushes[user] > 0)
    .sort((a, b) => a - b);
}

const armOf = (results: readonly RefitResult[]): ProofArm => {
  const hitRatios = results.map(({ hitRatio }) => hitRatio);
  return { hitRatios, mean: mean(hitRatios) };
};

function differenceOf(a: ProofArm, b: ProofArm): ProofDifference {
  const { mean: difference, interval } = pairedComparison(a.hitRatios, b.hitRatios);
  return { mean: difference, interval };
}

/** The three trainings of each seed, in the order of the seeds. */
export interface Refits {
  readonly asItIs: readonly RefitResult[];
  readonly withoutPushers: readonly RefitResult[];
  readonly withoutRandomClickers: readonly RefitResult[];
}

/** @example proofOf(refits, { removed: 31, randomClickers: 31, seeds: [1, 2, 3] }).lost.mean */
export function proofOf(
  refits: Refits,
  { removed, randomClickers, seeds }: Pick<Proof, 'removed' | 'randomClickers' | 'seeds'>,
): Proof {
  const [asItIs, withoutPushers, withoutRandomClickers] = [
    refits.asItIs,
    refits.withoutPushers,
    refits.withoutRandomClickers,
  ].map(armOf);
  return {
    removed,
    randomClickers,
    seeds,
    audience: refits.asItIs[0].audience,
    asItIs,
    withoutPushers,
    withoutRandomClickers,
    lost: differenceOf(asItIs, withoutPushers),
    lostBeyondRandom: differenceOf(withoutRandomClickers, withoutPushers),
  };
}
