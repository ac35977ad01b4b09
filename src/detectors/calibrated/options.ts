/** Options of the calibrated detector. There is no rate of contamination among them: nobody knows it. */

import { defaultsOf, type OptionTable } from '../../options.js';

export interface CalibratedOptions {
  readonly expectedFalseItems: number;
  readonly leaveOut: string;
}

export const CALIBRATED_OPTIONS: OptionTable<CalibratedOptions> = {
  expectedFalseItems: {
    type: 'number',
    default: 0.2,
    above: 0,
    max: 100,
    unit: 'items',
    help: 'items of a clean file that may look pushed, on average',
  },
  leaveOut: {
    type: 'text',
    default: 'none',
    help: 'families of attacks that are not simulated, joined by commas, to measure what is seen of an unknown attack',
  },
};

export const CALIBRATED_DEFAULTS: CalibratedOptions = defaultsOf(CALIBRATED_OPTIONS);
