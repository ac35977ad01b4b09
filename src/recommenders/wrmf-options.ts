import { RecauditError } from '../errors.js';

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

/**
 * @param where what the options are for, for the error message
 * @throws RecauditError `config` naming the first option that is out of its range
 * @example validateWrmfOptions({ ...WRMF_DEFAULTS, factors: 64 })
 */
export function validateWrmfOptions(options: WrmfOptions, where = 'wrmf'): void {
  const check = (name: keyof WrmfOptions, fits: boolean, expected: string) => {
    if (!fits)
      throw new RecauditError(
        'config',
        `${where}, ${name}: expected ${expected}, got ${options[name]}. Start from WRMF_DEFAULTS (${WRMF_DEFAULTS[name]}).`,
      );
  };
  const { factors, epochs, batchSize, learningRate, weightDecay, positiveWeight, initialScale } = options;
  check('factors', Number.isSafeInteger(factors) && factors >= 1, 'a whole number of at least 1');
  check('epochs', Number.isSafeInteger(epochs) && epochs >= 1, 'a whole number of at least 1');
  check('batchSize', Number.isSafeInteger(batchSize) && batchSize >= 0, 'a whole number of at least 0');
  check('learningRate', Number.isFinite(learningRate) && learningRate > 0, 'a number above 0');
  check('weightDecay', Number.isFinite(weightDecay) && weightDecay >= 0, 'a number of at least 0');
  check('positiveWeight', Number.isFinite(positiveWeight) && positiveWeight > 0, 'a number above 0');
  check('initialScale', Number.isFinite(initialScale) && initialScale >= 0, 'a number of at least 0');
}
