/**
 * Kernels of sampled models, whose batches use few rows of large tables: losses of samples, gradients of rows summed
 * over their uses, and Adam on rows with exact replay of the steps in which a row had no gradient.
 *
 * One training step t of a model with user and item tables (see `src/recommenders/training/row-adam.ts`, which does it):
 * group the batch's rows; `adamReplay` them to t - 1, so that what is read is what the dense rule would have; evaluate
 * the loss, which writes the derivative by each sampled score; `sumRows` the gradient of one table; `adamRows` the
 * other table with its gradient summed on the fly, then the first with what was summed.
 */

import type { AdamOptions, AdamState, FloatArray } from './operands.js';

/** Distinct rows of a table, and where a batch uses them. Only the first `count` (`pointers`: count + 1) are read. */
export interface RowGroups {
  readonly count: number;
  readonly rows: Int32Array;
  /** uses of row `rows[k]`: `uses[pointers[k] .. pointers[k + 1])` */
  readonly pointers: Int32Array;
  /** positions in the list that was grouped, ascending within a row */
  readonly uses: Int32Array;
}

/**
 * A gradient of row theta_k, summed over its uses e and the `width` entries o = e * width + r of each:
 *
 *     g_k = sum over o of w_o (scale * source[sources[o]] + ownScale * theta_k) + decay * (uses of k) * theta_k
 *
 * With w_o = dL/d(score of entry o), scores p . q have scale 1 and ownScale 0; squared distances |p - q|^2 have scale -2
 * and ownScale 2. Entries of weight 0 are skipped.
 */
export interface RowSum<A extends FloatArray> {
  readonly groups: RowGroups;
  /** entries a use */
  readonly width: number;
  /** by entry; null: all 1 */
  readonly weights: A | null;
  /** rows of as many columns as the table */
  readonly source: A;
  /** row of `source` of each entry; null: entry o reads row o */
  readonly sources: Int32Array | null;
  readonly scale: number;
  readonly ownScale: number;
  /** L2: what each use adds of the row itself */
  readonly decay: number;
}

/** Samples of one user with `width` items each, the clicked one first: rows of two tables with k columns. */
export interface SampleLossInput<A extends FloatArray> {
  readonly users: A;
  readonly items: A;
  readonly k: number;
  /** number of samples */
  readonly count: number;
  /** items a sample, at least 2 */
  readonly width: number;
  /** user of each sample */
  readonly userRows: Int32Array;
  /** count x width */
  readonly itemRows: Int32Array;
  /** count x width, overwritten with the derivative of the loss by each item's score (or distance) */
  readonly weights: A;
}

/** The constants of Adam without weight decay. `epsilon` is above 0, `beta1` below the square root of `beta2`. */
export type RowAdamConstants = Omit<AdamOptions, 'step' | 'weightDecay'>;

/** What replayed steps have in common, for up to `steps` steps. Made by `replaySchedule`. */
export interface ReplaySchedule {
  readonly constants: RowAdamConstants;
  readonly steps: number;
  readonly data: Float64Array;
  release(): void;
}

/** A table whose rows are each up to date with a step of their own. */
export interface RowAdamState<A extends FloatArray> extends AdamState<A> {
  /** last step whose update a row has; 0: none yet, its moments are 0 */
  readonly lastSteps: Int32Array;
}

export interface RowAdamOptions extends RowAdamConstants {
  /** number of this step, from 1 */
  readonly step: number;
  /** rows that end up longer than this are scaled to it; 0: none are */
  readonly largestNorm: number;
}

export interface RowKernels<A extends FloatArray> {
  /**
   * Bayesian personalised ranking: returns the sum over samples s and their negatives n of softplus(r_sn - r_s0),
   * r_so = users[s] . items[s, o].
   */
  bprLoss(input: SampleLossInput<A>): number;
  /**
   * The hinge of metric learning: returns the sum over samples s of max(0, margin + d_s0 - min over n of d_sn),
   * d_so = |users[s] - items[s, o]|^2. Of equally near negatives the first is taken.
   */
  hingeLoss(input: SampleLossInput<A>, margin: number): number;
  /** out (sum.groups.count x columns) = the gradient of each row. */
  sumRows(table: A, columns: number, sum: RowSum<A>, out: A): void;
  /**
   * One Adam step of the rows of `groups`, which become up to date with `options.step`; they must be with the step before
   * (`adamReplay`), or else their skipped steps are lost (lazy Adam). `gradient`: one row a group, or a sum over `groups`
   * whose `source` is not this table.
   */
  adamRows(state: RowAdamState<A>, groups: RowGroups, gradient: A | RowSum<A>, options: RowAdamOptions): void;
  /** What `adamReplay` needs, for steps up to `steps`. Give it back with its `release`. */
  replaySchedule(constants: RowAdamConstants, steps: number): ReplaySchedule;
  /**
   * Brings the rows of `groups` up to date with `step`: the Adam steps between were of gradient 0.
   * m' = b1 m; v' = b2 v; theta' = theta - lr * (m' / (1 - b1^t)) / (sqrt(v' / (1 - b2^t)) + eps) for each of them.
   */
  adamReplay(
    state: RowAdamState<A>,
    groups: Pick<RowGroups, 'count' | 'rows'>,
    schedule: ReplaySchedule,
    step: number,
    largestNorm: number,
  ): void;
}
