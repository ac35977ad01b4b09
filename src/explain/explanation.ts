/**
 * From the results of the tasks to what an owner is told, in the owner's ids: who pushes the item, how concentrated the push is,
 * what part the suspects have in it, and what is left without the pushers. What it is not: the words (`words.ts`).
 */

import type { Dataset } from '../data/dataset.js';
import { quantile } from '../data/popularity.js';
import type { ItemGoal } from '../hypergradient/item-objective.js';
import type { ModelChoice } from '../recommenders/model-choice.js';
import { clickersOf } from './audience.js';
import type { Proof } from './proof/proof.js';
import { byPush, CURVE_AT, positivePush } from './spread.js';
import type { ExplainMethod, PushResult, PushTask, Spread } from './types.js';

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

/** The share of the push that so many largest pushers give. */
export interface CurvePoint {
  readonly users: number;
  readonly share: number;
  /** of the items of like popularity: nine of ten lie between, and half below the middle one; null where there are none */
  readonly usual: { readonly low: number; readonly median: number; readonly high: number } | null;
}

/** An item of like popularity, and what the same figures are there. */
export interface ComparedItem {
  /** the owner's id */
  readonly item: string;
  readonly clicks: number;
  readonly hitRatio: number;
  readonly half: number;
  /** share of its push that the suspects give; null where none were named */
  readonly suspects: number | null;
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
  /** from one user on, until all who push are counted */
  readonly curve: readonly CurvePoint[];
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
  /** items of like popularity, of which all that is usual comes; null for methods without */
  readonly compared: readonly ComparedItem[] | null;
  readonly solution: PushResult['solution'];
  /** null: no training without the pushers was asked for, or nobody pushes */
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
  return {
    items: values.length,
    clicks: [Math.min(...clicks), Math.max(...clicks)],
    median: quantile(values, 0.5),
    least: values[0],
    most: values[values.length - 1],
    below: values.filter((value) => value < own).length,
    above: values.filter((value) => value > own).length,
  };
}

function curvePoints({ curve }: Spread, usual: readonly Spread[] | null): CurvePoint[] {
  // Nobody pushes an item without a curve.
  const others = (usual ?? []).filter((other) => other.curve.length > 0);
  return curve.map((share, n) => {
    const shares = others.map((other) => other.curve[n] ?? 1).sort((a, b) => a - b);
    const [low, median, high] = [0.05, 0.5, 0.95].map((at) => quantile(shares, at));
    return { users: CURVE_AT[n], share, usual: shares.length === 0 ? null : { low, median, high } };
  });
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
    curve: curvePoints(spread, usual),
    suspects: suspects && {
      users: suspects.users.length,
      unknown: suspects.unknown,
      clickedItem: clickers.filter((user) => suspected.has(user)).length,
      amongHalf: order.slice(0, spread.half).filter((user) => suspected.has(user)).length,
      share: spread.suspects ?? 0,
      usual: usualOf(spread.suspects ?? 0, usual, (other) => other.suspects ?? 0),
    },
    compared:
      usual?.map(({ item, clicks, hitRatio, half, suspects: share }) => ({
        item: dataset.items.ids[item],
        clicks,
        hitRatio,
        half,
        suspects: share,
      })) ?? null,
    solution,
    proof,
  };
}
