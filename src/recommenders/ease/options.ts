/** Options of EASE, with a default measured on Gowalla. */

import { defaultsOf, type OptionTable } from '../../options.js';

export interface EaseOptions {
  /** lambda */
  readonly regularisation: number;
}

/** Recall@50 on Gowalla (15-core): 0.347 at 500, 0.362 at 200, 0.364 at 100, 0.358 at 50. */
export const EASE_OPTIONS: OptionTable<EaseOptions> = {
  regularisation: {
    type: 'number',
    default: 100,
    above: 0,
    help: 'lambda, the weight of the squared norm of the item weights',
  },
};

export const EASE_DEFAULTS: EaseOptions = defaultsOf(EASE_OPTIONS);
