/** Options of WRMF by alternating least squares. */

import { defaultsOf, type OptionTable } from '../../options.js';

export interface WrmfAlsOptions {
  /** latent size K */
  readonly factors: number;
  /** sweeps */
  readonly epochs: number;
  /** lambda */
  readonly regularisation: number;
  /** weight alpha of an observed entry (a missing one weighs 1) */
  readonly positiveWeight: number;
  /** standard deviation of the initial item factors; the users' are solved for first */
  readonly initialScale: number;
}

/** The authors' values on Gowalla. */
export const WRMF_ALS_OPTIONS: OptionTable<WrmfAlsOptions> = {
  factors: { type: 'integer', default: 128, min: 1, max: 4096, unit: 'factors', help: 'latent size K' },
  epochs: {
    type: 'integer',
    default: 10,
    min: 1,
    unit: 'sweeps',
    help: 'sweeps, each all users and then all items',
  },
  regularisation: {
    type: 'number',
    default: 0.05,
    above: 0,
    help: 'lambda, the weight of the squared norm of every factor',
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
    above: 0,
    help: 'standard deviation of the initial item factors',
  },
};

export const WRMF_ALS_DEFAULTS: WrmfAlsOptions = defaultsOf(WRMF_ALS_OPTIONS);
