/** Options of WRMF trained with Adam (equation 5 of the paper). */
export interface WrmfOptions {
  /** latent size K */
  readonly factors: number;
  readonly learningRate: number;
  /** L2 added to the gradient before Adam's moments */
  readonly weightDecay: number;
  readonly epochs: number;
  /** users a step; 0: full batch */
  readonly batchSize: number;
  /** weight alpha of an observed entry (a missing one weighs 1) */
  readonly positiveWeight: number;
  /** standard deviation of the initial factors */
  readonly initialScale: number;
}

/** The authors' values on Gowalla. */
export const WRMF_DEFAULTS: WrmfOptions = {
  factors: 128,
  learningRate: 1e-2,
  weightDecay: 1e-5,
  epochs: 50,
  batchSize: 2048,
  positiveWeight: 20,
  initialScale: 0.1,
};

/** The authors' values on the synthetic data (section 3.1). */
export const WRMF_SYNTHETIC: WrmfOptions = {
  factors: 16,
  learningRate: 0.5,
  weightDecay: 0,
  epochs: 100,
  batchSize: 0,
  positiveWeight: 20,
  initialScale: 1,
};
