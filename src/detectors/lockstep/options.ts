/** What the lockstep detectors have in common: options, and what pairs of clicks cost. */

import type { TrainingShape } from '../../compute.js';
import type { OptionTable } from '../../options.js';

export interface LockstepOptions {
  readonly ratings: 'same' | 'ignore';
  readonly rounds: number;
}

export const LOCKSTEP_OPTIONS: OptionTable<LockstepOptions> = {
  ratings: {
    type: 'choice',
    default: 'same',
    choices: ['same', 'ignore'],
    help: 'same: an item counts as common where both gave it the same rating; ignore: wherever both clicked it',
  },
  rounds: {
    type: 'integer',
    default: 3,
    min: 0,
    max: 20,
    unit: 'rounds',
    help: 'how often suspicion passes along links',
  },
};

/** Pairs of clicks of one item: where no sums are known, clicks are taken to be as uneven as Gowalla's. */
export function pairOperations({ items, interactions, squares }: TrainingShape): number {
  return squares?.items ?? (3 * interactions ** 2) / Math.max(1, items);
}
