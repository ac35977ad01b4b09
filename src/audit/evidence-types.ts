/**
 * What a report shows beyond the summary, as plain JSON: the data's statistics, distributions over real and fake users, the
 * fake profiles of small data, maps of a victim's latent space, and the check of the gradient. `report.json` holds it, so
 * that a report is drawn again without the data.
 *
 * Real users appear as counts and as unnamed points of a map, never as a row of clicks. What it is not: it computes nothing.
 */

import type { Unit } from './summary-types.js';
import type { Arm } from './types.js';

/** Statistics of the training data, without fake users. */
export interface DataStatistics {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** interactions / (users x items) */
  readonly density: number;
  /** clicks of a user */
  readonly userClicks: Spread;
  /** clicks of an item */
  readonly itemClicks: Spread;
  /** Gini coefficient of the items' clicks, in [0, 1): 0 where all items have as many */
  readonly popularityGini: number;
  readonly testInteractions: number;
}

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly most: number;
}

/**
 * Clicks on items of one popularity; `arm` null: of the real users, counted once. Numbers below 64 stand for themselves;
 * beyond, each doubling is cut into 32 equal steps and a number stands for its step, whose least number it is. So a
 * distribution has at most a few hundred entries, whatever the data's size.
 */
export interface PopularityCount {
  readonly arm: Arm | null;
  /** real users who clicked such an item */
  readonly popularity: number;
  /** of fake users summed over all units that have a result */
  readonly clicks: number;
}

/** Users of one profile size, in the steps of `PopularityCount`. */
export interface SizeCount {
  readonly arm: Arm | null;
  /** clicks of such a user */
  readonly size: number;
  /** fake users summed over all units that have a result */
  readonly users: number;
}

/** How far the fake users' distribution is from the real users', both as counted above. */
export interface Discrepancy {
  readonly arm: Arm;
  readonly of: 'popularity' | 'profile size';
  /** largest distance of the two cumulative distributions, in [0, 1] */
  readonly kolmogorovSmirnov: number;
  /** Jensen-Shannon divergence in bits, in [0, 1], of the shares of 0, 1, 2 to 3, 4 to 7, 8 to 15, ... */
  readonly jensenShannon: number;
}

/** Most fake users, and most items that any of them clicks, of a matrix that a report holds and draws. */
export interface MatrixLimits {
  readonly users: number;
  readonly items: number;
}

/**
 * The fake profiles of the first unit, where they are few enough to be drawn. A profile that is a copy of a part of a real
 * user's clicks is withheld: all of `copied` and `copied-unforced`, and of the others any whose items, targets aside, one
 * real user has all clicked, or that hold all of one real user's clicks and as many items beside them at most.
 */
export interface MatrixEvidence {
  readonly arm: Arm;
  /** the first seed with the first target set, here and in maps */
  readonly unit: Unit;
  /** item indices of each fake user, ascending, but those withheld */
  readonly profiles: readonly (readonly number[])[];
  /** number of fake users whose profiles are not here */
  readonly withheld: number;
  readonly targets: readonly number[];
  /** items that any of the profiles clicks, ascending */
  readonly items: readonly number[];
  /** real users who clicked each of them, in the same order */
  readonly popularity: readonly number[];
  /** items of the catalogue */
  readonly catalogue: number;
}

export interface LatentPoint {
  readonly kind: 'real' | 'fake' | 'target';
  readonly x: number;
  readonly y: number;
}

/** What a victim's task tells of its latent space; in two dimensions, without any user's name. */
export interface LatentEvidence {
  /** share of the variance of each component, in [0, 1] */
  readonly explained: readonly [number, number];
  /** real users (at most 500, drawn by the seed), fake users (at most 500), and targets where items share the users' space */
  readonly points: readonly LatentPoint[];
  /** real users that could be drawn from */
  readonly realUsers: number;
  /** length of an embedding */
  readonly dimensions: number;
  /**
   * Area under the ROC curve of telling fake users from real ones by their mean distance to the other fake users less that
   * to the other real ones, in the whole embedding space: 1 where that is smaller for every fake user than for any real
   * one, 0.5 where it tells nothing. Null below two of either.
   */
  readonly separationAuc: number | null;
  /** mean silhouette of all points in two groups, fake and real, in the whole embedding space, in [-1, 1] */
  readonly silhouette: number | null;
}

/** Two principal components of a victim's user embeddings, of the first unit. */
export interface LatentMap extends LatentEvidence {
  readonly victim: string;
  readonly arm: Arm;
  readonly unit: Unit;
}

/** A derivative of L_adv along one direction, by the estimator and by a central difference. */
export interface DirectionalDerivative {
  readonly gradient: number;
  readonly finiteDifference: number;
  /** |gradient - finiteDifference| / max(|gradient|, |finiteDifference|); 0 where both are 0 */
  readonly relativeError: number;
}

/** The attack's gradient against finite differences, in float64, on a part of the data. */
export interface GradientCheck {
  readonly surrogate: string;
  /** with what of it was cut, e.g. `unrolled over 2 of 4 epochs` */
  readonly estimator: string;
  /** the sub-sample's sizes; `users` are real */
  readonly users: number;
  readonly fakeUsers: number;
  readonly items: number;
  readonly directions: readonly DirectionalDerivative[];
  readonly tolerance: number;
  /** null where it was not made */
  readonly passed: boolean | null;
  /** why it was not made; then there are no directions */
  readonly note: string | null;
}

export interface Evidence {
  readonly data: DataStatistics;
  readonly popularity: readonly PopularityCount[];
  readonly profileSizes: readonly SizeCount[];
  readonly discrepancies: readonly Discrepancy[];
  readonly matrices: readonly MatrixEvidence[];
  readonly latent: readonly LatentMap[];
  /** null where its task has no result */
  readonly gradientCheck: GradientCheck | null;
}
