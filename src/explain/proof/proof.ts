/**
 * From the trainings of a proof to what the item loses without some users, and whether that is more than items like it lose when they are
 * treated in the same way. What it is not: the words (`words.ts`).
 */

import { type Interval, mean, pairedComparison, predictionInterval } from '../../metrics/statistics.js';
import type { Measured, RefitResult, RefitTask } from '../types.js';
import type { AlikePlan, ArmName, ProofPlan } from './plan.js';

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

/** An item alike with its own users and without some of them: one seed. */
export interface AlikeLoss {
  /** the owner's id */
  readonly item: string;
  readonly clicks: number;
  readonly seed: number;
  /** users taken out */
  readonly removed: number;
  readonly asItIs: number;
  readonly without: number;
  /** 1 - without / asItIs; below 0 where it gains */
  readonly share: number;
  /** without / asItIs, without being half a user where nobody finds it */
  readonly left: number;
}

/** What items alike lose. */
export interface UsualLoss {
  readonly items: readonly AlikeLoss[];
  /** items alike that were in nobody's list when trained again, and can lose nothing */
  readonly unlisted: number;
  /** mean share lost; null without an item */
  readonly mean: number | null;
  /**
   * The share that one more such item would lose in 95 of 100 cases, if the logarithms of what is left are normal; null below five items
   * and without spread
   */
  readonly interval: Interval | null;
  /** the item's own loss against the interval; null where there is none */
  readonly verdict: 'more' | 'usual' | 'less' | null;
  /** the loss of everything would be usual too: a fall cannot stand out */
  readonly blind: boolean;
}

/** The item without some users. */
export interface Removal extends ProofArm {
  /** users taken out */
  readonly removed: number;
  /** as it is, minus without them */
  readonly lost: ProofDifference;
  /** of the mean hit ratio; null where the item is in nobody's list as it is */
  readonly share: number | null;
  /** null: no items were compared with */
  readonly usual: UsualLoss | null;
}

export interface Proof {
  readonly seeds: readonly number[];
  /** users on whom the hit ratio is measured: in all trainings the same */
  readonly audience: number;
  readonly asItIs: ProofArm;
  /** the largest pushers, against items alike without as many of their own largest pushers */
  readonly withoutPushers: Removal;
  /** as many other clickers, drawn anew for each seed; null where fewer are left */
  readonly withoutOthers: (Omit<Removal, 'usual'> & { readonly lostByPushersBeyond: ProofDifference }) | null;
  /** clickers of the item who are not among the largest pushers */
  readonly othersLeft: number;
  /**
   * All suspects, against items alike without as many of their clickers, drawn, as suspects clicked the item. Null where none were named,
   * or none clicked it.
   */
  readonly withoutSuspects: (Removal & { readonly clickedItem: number }) | null;
}

/** Fewer items alike give no interval. */
export const LEAST_ALIKE = 5;

export type ResultOf = (task: RefitTask) => RefitResult;

function differenceOf(a: ProofArm, b: ProofArm): ProofDifference {
  const { mean: difference, interval } = pairedComparison(a.hitRatios, b.hitRatios);
  return { mean: difference, interval };
}

/** What is left of a hit ratio, as a share of it: half a user where it is nobody. */
export const leftOf = (without: number, asItIs: number, audience: number): number =>
  Math.max(without, 0.5 / audience) / asItIs;

/**
 * What is left is a ratio, whose spread is skewed to the left of a loss: its logarithm is compared.
 *
 * @param losses null for an item in nobody's list
 * @param own what is left of the item, and the least that can be; null where it is in nobody's list
 */
export function usualLoss(
  losses: readonly (AlikeLoss | null)[],
  own: { readonly left: number; readonly least: number } | null,
): UsualLoss {
  const items = losses.filter((loss) => loss !== null);
  const logs =
    items.length < LEAST_ALIKE ? null : predictionInterval(items.map(({ left }) => Math.log(left)));
  const [low, high] = logs === null ? [0, 0] : [Math.exp(logs.low), Math.exp(logs.high)];
  const verdict = (left: number) => (left < low ? 'more' : left > high ? 'less' : 'usual');
  return {
    items,
    unlisted: losses.length - items.length,
    mean: items.length === 0 ? null : mean(items.map(({ share }) => share)),
    interval: logs && { low: 1 - high, high: 1 - low, level: logs.level },
    verdict: logs === null || own === null ? null : verdict(own.left),
    blind: logs !== null && own !== null && verdict(own.least) !== 'more',
  };
}

/**
 * @param resultOf of each training in `tasksOf(plan)`
 * @param itemIds by column
 * @example proofOf(plan, resultOf, dataset.items.ids).withoutPushers.usual?.verdict // 'more'
 */
export function proofOf(plan: ProofPlan, resultOf: ResultOf, itemIds: readonly string[]): Proof {
  const measuredIn = (name: ArmName): readonly Measured[] | null => {
    const arm = plan.arms.find((one) => one.arm === name);
    return arm === undefined ? null : arm.tasks.map((task) => resultOf(task).measured[0]);
  };
  const armOf = (name: ArmName): ProofArm | null => {
    const measured = measuredIn(name);
    if (measured === null) return null;
    const hitRatios = measured.map(({ hitRatio }) => hitRatio);
    return { hitRatios, mean: mean(hitRatios) };
  };
  const asItIs = armOf('asItIs') as ProofArm;
  const [{ audience }] = measuredIn('asItIs') as readonly Measured[];
  const atStart = plan.arms[0].tasks.map((task) => resultOf(task).measured);
  const lossOf = (alike: AlikePlan, task: RefitTask | null): AlikeLoss | null => {
    const before = atStart[alike.seed][alike.measured].hitRatio;
    if (task === null || before === 0) return null;
    const [{ hitRatio: after, audience }] = resultOf(task).measured;
    return {
      item: itemIds[alike.item],
      clicks: alike.clicks,
      seed: plan.seeds[alike.seed],
      removed: task.removed.length,
      asItIs: before,
      without: after,
      share: 1 - after / before,
      left: leftOf(after, before, audience),
    };
  };
  const removal = (
    name: ArmName,
    taskOf: ((alike: AlikePlan) => RefitTask | null) | null,
  ): Removal | null => {
    const arm = armOf(name);
    if (arm === null) return null;
    const lost = differenceOf(asItIs, arm);
    const share = asItIs.mean === 0 ? null : lost.mean / asItIs.mean;
    const losses = taskOf === null ? [] : plan.alike.map((alike) => lossOf(alike, taskOf(alike)));
    const own =
      share === null
        ? null
        : { left: leftOf(arm.mean, asItIs.mean, audience), least: leftOf(0, asItIs.mean, audience) };
    return {
      ...arm,
      removed: plan.arms.find((one) => one.arm === name)?.users ?? 0,
      lost,
      share,
      usual: losses.length === 0 ? null : usualLoss(losses, own),
    };
  };
  const withoutPushers = removal('withoutPushers', (alike) => alike.withoutPushers) as Removal;
  const withoutSuspects = removal('withoutSuspects', (alike) => alike.withoutClickers);
  const others = removal('withoutOthers', null);
  const { usual: _, ...ofOthers } = others ?? withoutPushers;
  return {
    seeds: plan.seeds,
    audience,
    asItIs,
    withoutPushers,
    withoutOthers:
      others === null ? null : { ...ofOthers, lostByPushersBeyond: differenceOf(others, withoutPushers) },
    othersLeft: plan.othersLeft,
    withoutSuspects: withoutSuspects && { ...withoutSuspects, clickedItem: plan.suspectsWhoClicked },
  };
}
