/** The course of an attack that goes in steps, one record an evaluation. */

/** One evaluation of the current fake profiles inside a learned attack. */
export interface OuterStepRecord {
  /** 0: the start, before any gradient step */
  readonly step: number;
  /** L_adv on the surrogate that gives the gradient */
  readonly adversarialLoss: number;
  /** L_adv is an estimate from this many real users, other ones at every step; absent: it is that of all */
  readonly adversarialLossUsers?: number;
  /** selection-hr@k: share of all real users (or of the sample) with a target in their top k that they have not clicked */
  readonly selectionHitRatio: number;
  /** it is that of this many real users, the same at every step; absent: of all */
  readonly selectionUsers?: number;
  readonly gradientNorm: number;
  /** clicks of all fake users together */
  readonly clicks: number;
  /** test HR@k of the real users on the surrogate that gives the gradient, where the request observes it */
  readonly testHitRatio?: number;
  readonly implicit?: ImplicitRecord;
}

/** How the estimator `implicit` came to its gradient. */
export interface ImplicitRecord {
  /** steps towards the inner optimum */
  readonly innerSteps: number;
  /** |grad f| at the end, relative to where training starts */
  readonly relativeGradient: number;
  /** whether that is within the tolerance: else the gradient is not that of an optimum */
  readonly converged: boolean;
  /** null where no gradient was asked for */
  readonly linear: {
    readonly stop: 'residual' | 'iterations' | 'curvature';
    readonly iterations: number;
    /** relative to the right side */
    readonly residual: number;
    readonly damping: number;
  } | null;
}
