/** Options of EASE. */

import { defaultsOf, type OptionTable } from './options.js';

export interface EaseOptions {
  /** lambda */
  readonly regularisation: number;
}

export const EASE_OPTIONS: OptionTable<EaseOptions> = {
  regularisation: {
    type: 'number',
    default: 500,
    above: 0,
    help: 'lambda, the weight of the squared norm of the item weights',
  },
};

export const EASE_DEFAULTS: EaseOptions = defaultsOf(EASE_OPTIONS);
