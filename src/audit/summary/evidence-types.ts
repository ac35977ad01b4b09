/**
 * What a report shows beyond the summary, as plain JSON: the data's statistics, distributions over real and fake users, the
 * fake profiles of small data, maps of a victim's latent space, and the check of the gradient. `report.json` holds it, so
 * that a report is drawn again without the data.
 *
 * Real users appear as counts and as unnamed points of a map, never as a row of clicks. What it is not: it computes nothing.
 */

import type { Gaps } from '../../data/gaps.js';
import type { Yardstick } from '../../metrics/index.js';
import type { InjectedArm } from '../arms.js';
import type { GradientCheck, LatentEvidence } from '../task-evidence.js';
import type { Unit } from './summary-types.js';

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
  /** whom the split leaves without evidence; absent in reports written before it was told */
  readonly gaps?: Gaps;
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
  readonly arm: InjectedArm | null;
  /** real users who clicked such an item */
  readonly popularity: number;
  /** of fake users summed over all units that have a result */
  readonly clicks: number;
}

/** Users of one profile size, in the steps of `PopularityCount`. */
export interface SizeCount {
  readonly arm: InjectedArm | null;
  /** clicks of such a user */
  readonly size: number;
  /** fake users summed over all units that have a result */
  readonly users: number;
}

/** How far the fake users' distribution is from the real users', both as counted above. */
export interface Discrepancy {
  readonly arm: InjectedArm;
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
  readonly arm: InjectedArm;
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

/** Two principal components of a victim's user embeddings, of the first unit. */
export interface LatentMap extends LatentEvidence {
  readonly victim: string;
  readonly arm: InjectedArm;
  readonly unit: Unit;
}

/** The check of an attack's gradient. */
export interface AttackGradientCheck extends GradientCheck {
  /** label of the attack */
  readonly attack: string;
}

export interface Evidence {
  readonly data: DataStatistics;
  /** how well the most clicked unseen items would serve everybody, at the audit's k; absent in older reports */
  readonly yardstick?: Yardstick;
  readonly popularity: readonly PopularityCount[];
  readonly profileSizes: readonly SizeCount[];
  readonly discrepancies: readonly Discrepancy[];
  readonly matrices: readonly MatrixEvidence[];
  readonly latent: readonly LatentMap[];
  /** of each attack that differentiates something; none where its task has no result */
  readonly gradientChecks: readonly AttackGradientCheck[];
}
