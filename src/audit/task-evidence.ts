/**
 * What single tasks tell beyond measures: the map of a victim's latent space, and the check of a gradient. Plain JSON. What it
 * is not: the evidence of a report (`summary/evidence-types.ts`), which collects it.
 */

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
