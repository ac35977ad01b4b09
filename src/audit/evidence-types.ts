/**
 * What a report shows beyond the summary, as plain JSON: the data's statistics, distributions over real and fake users, the
 * fake profiles of small data, maps of a victim's latent space, and the check of the gradient. `report.json` holds it, so
 * that a report is drawn again without the data.
 *
 * Real users appear as counts and as unnamed points of a map, never as a row of clicks. What it is not: it computes nothing.
 */

import type { Arm } from './types.js';

/** Statistics of the training data, without fake users. */
export interface DataStatistics {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** interactions / (users x items) */
  readonly density: number;
  /** least, median, mean and most clicks of a user, then of an item */
  readonly userClicks: Spread;
  readonly itemClicks: Spread;
  /** Gini coefficient of the items' clicks */
  readonly popularityGini: number;
  readonly testInteractions: number;
}

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly most: number;
}

/** Clicks on items of one popularity; `arm` null: of the real users. */
export interface PopularityCount {
  readonly arm: Arm | null;
  /** real users who clicked such an item */
  readonly popularity: number;
  /** summed over all units */
  readonly clicks: number;
}

/** Users of one profile size. */
export interface SizeCount {
  readonly arm: Arm | null;
  /** clicks of such a user */
  readonly size: number;
  /** summed over all units */
  readonly users: number;
}

/** How far the fake users' distribution is from the real users'. */
export interface Discrepancy {
  readonly arm: Arm;
  readonly of: 'popularity' | 'profile size';
  /** largest distance of the two cumulative distributions, in [0, 1] */
  readonly kolmogorovSmirnov: number;
  /** Jensen-Shannon divergence in bits, in [0, 1] */
  readonly jensenShannon: number;
}

/** The fake profiles of one unit, where they are few enough to be drawn. */
export interface MatrixEvidence {
  readonly arm: Arm;
  readonly unit: string;
  readonly profiles: readonly (readonly number[])[];
  readonly targets: readonly number[];
  /** by item index: real users who clicked it */
  readonly popularity: readonly number[];
}

export interface LatentPoint {
  readonly kind: 'real' | 'fake' | 'target';
  readonly x: number;
  readonly y: number;
}

/** Two principal components of a victim's user embeddings, of one unit. */
export interface LatentMap {
  readonly victim: string;
  readonly arm: Arm;
  readonly unit: string;
  /** share of the variance of each component, in [0, 1] */
  readonly explained: readonly [number, number];
  readonly points: readonly LatentPoint[];
  /** how well the first components tell fake from real: area under the ROC curve of distances, 0.5 is not at all */
  readonly separationAuc: number | null;
  /** mean silhouette of the two groups in the embedding space, in [-1, 1] */
  readonly silhouette: number | null;
}

/** The attack's gradient against finite differences, in float64, on a part of the data. */
export interface GradientCheck {
  readonly estimator: string;
  readonly users: number;
  readonly items: number;
  /** directional derivatives */
  readonly directions: readonly {
    readonly gradient: number;
    readonly finiteDifference: number;
    /** |gradient - finiteDifference| / max(|gradient|, |finiteDifference|) */
    readonly relativeError: number;
  }[];
  readonly tolerance: number;
  readonly passed: boolean;
  /** why there is none, where the estimator is no derivative of a training run; then there are no directions */
  readonly note: string | null;
}

export interface Evidence {
  readonly data: DataStatistics;
  readonly popularity: readonly PopularityCount[];
  readonly profileSizes: readonly SizeCount[];
  readonly discrepancies: readonly Discrepancy[];
  readonly matrices: readonly MatrixEvidence[];
  readonly latent: readonly LatentMap[];
  readonly gradientCheck: GradientCheck | null;
}
