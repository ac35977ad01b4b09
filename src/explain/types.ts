/**
 * What `explain` is asked and what it finds, as plain JSON, so that tasks and results travel and are stored as they are.
 *
 * What it is not: it computes nothing, and knows indices only (`explanation.ts` has the owner's ids).
 */

import type { ItemGoal } from '../hypergradient/item-objective.js';
import type { ModelChoice } from '../recommenders/model-choice.js';

/** Part of every key: raise it when the same task gives other numbers. */
export const EXPLAIN_VERSION = 2;

/**
 * How a user's push is computed. The closed forms hold the users' factors fixed: `removal` is what goes when the user's row goes,
 * `first-order` the derivative by the weight of the user's loss. `implicit` and `unrolled` are that derivative with everything
 * moving: at the optimum of the loss, and along the last epochs of training.
 */
export const EXPLAIN_METHODS = ['removal', 'first-order', 'implicit', 'unrolled'] as const;
export type ExplainMethod = (typeof EXPLAIN_METHODS)[number];

/** Users to whom the item can be recommended: they have a click, none on the item, and are not among `without`. */
export interface AudienceChoice {
  /** most users; more are sampled by the seed */
  readonly most: number;
  readonly seed: number;
  /** users left out, ascending */
  readonly without: readonly number[];
}

/** Everything that the pushes of an item depend on, beside the interactions. */
export interface PushTask {
  readonly model: ModelChoice;
  readonly item: number;
  readonly method: ExplainMethod;
  readonly goal: ItemGoal;
  /** length k of a list */
  readonly top: number;
  /** tau of the goal `hits`, as a share of the mean score that an item must beat */
  readonly smoothing: number;
  readonly audience: AudienceChoice;
  readonly seed: number;
  /** users suspected, ascending; null: none were named */
  readonly suspects: readonly number[] | null;
  /** items of like popularity to compare with; the closed forms alone have them */
  readonly comparisons: number;
  /** largest pushers that are named of each item compared with; null: as many as make half of the push of this one */
  readonly remove: number | null;
}

/** How the push of one item is spread. */
export interface Spread {
  readonly item: number;
  readonly clicks: number;
  /** fewest users that make half of the positive push */
  readonly half: number;
  /** share of the positive push that the suspects give; null where none were named */
  readonly suspects: number | null;
  /** share of the positive push that the largest pushers give, as many as `CURVE_AT` says; ends where nobody else pushes */
  readonly curve: readonly number[];
}

/** An item of like popularity. */
export interface Compared extends Spread {
  /** share of its audience that finds it in its list, in the training that is explained */
  readonly hitRatio: number;
  /** its own largest pushers, ascending by index */
  readonly largest: readonly number[];
}

export interface PushResult {
  readonly clicks: number;
  /** users of the audience */
  readonly audience: number;
  /** share of the audience that finds the item in its list */
  readonly hitRatio: number;
  readonly meanScore: number;
  /** by user: what of the goal the user brings about; negative where the user holds the item down */
  readonly pushes: readonly number[];
  /** the same for the goals that cost nothing more, by name */
  readonly others: Readonly<Partial<Record<ItemGoal, readonly number[]>>>;
  readonly spread: Spread;
  /** of the items compared with; null for methods without */
  readonly usual: readonly Compared[] | null;
  /** how well the linear system of `implicit` was solved, and how near its optimum was; null for other methods */
  readonly solution: {
    readonly relativeGradient: number;
    readonly converged: boolean;
    readonly residual: number;
    readonly stop: string;
  } | null;
}

/** An item whose lists are counted. */
export interface MeasuredItem {
  readonly item: number;
  /** users who are no audience of it, ascending, beside those who clicked it */
  readonly without: readonly number[];
}

/** One training without some users, and how often items are recommended then. */
export interface RefitTask {
  readonly model: ModelChoice;
  readonly top: number;
  readonly audience: Pick<AudienceChoice, 'most' | 'seed'>;
  readonly seed: number;
  /** users whose clicks are taken out, ascending */
  readonly removed: readonly number[];
  readonly measured: readonly MeasuredItem[];
}

/** Of one item in one training. */
export interface Measured {
  readonly audience: number;
  /** share of the audience that finds the item in its list */
  readonly hitRatio: number;
}

export interface RefitResult {
  /** in the order of the task */
  readonly measured: readonly Measured[];
}
