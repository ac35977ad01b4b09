/** Options of WRMF trained with Adam (equation 5 of the paper). */

import { defaultsOf, type OptionTable } from '../../options.js';

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
export const WRMF_OPTIONS: OptionTable<WrmfOptions> = {
  factors: {
    type: 'integer',
    default: 128,
    min: 1,
    max: 4096,
    unit: 'factors',
    help: 'latent size K',
  },
  learningRate: { type: 'number', default: 1e-2, above: 0, help: "Adam's learning rate" },
  weightDecay: {
    type: 'number',
    default: 1e-5,
    min: 0,
    help: "L2 added to the gradient before Adam's moments",
  },
  epochs: { type: 'integer', default: 50, min: 1, unit: 'epochs', help: 'training epochs' },
  batchSize: {
    type: 'integer',
    default: 2048,
    min: 0,
    unit: 'users',
    help: 'users a step; 0 is the full batch',
  },
  positiveWeight: {
    type: 'number',
    default: 20,
    above: 0,
    help: 'weight of an observed entry, where a missing one weighs 1',
  },
  initialScale: {
    type: 'number',
    default: 0.1,
    min: 0,
    help: 'standard deviation of the initial factors',
  },
};

export const WRMF_DEFAULTS: WrmfOptions = defaultsOf(WRMF_OPTIONS);

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
