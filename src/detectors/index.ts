/** `recaudit/detectors`: from interactions to one score a user; and what a detector of your own is made of. */

export { calibrated } from './calibrated/calibrated.js';
export type { CalibratedOptions } from './calibrated/options.js';
export { type ClickCountOptions, clickCount } from './click-count.js';
export type * from './findings.js';
export { type RandomOptions, randomScores } from './random.js';
export { type AnyDetector, DETECTORS, type DetectorRegistry, detectorNamed } from './registry.js';
export type * from './types.js';
