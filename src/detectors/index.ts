/** `recaudit/detectors`: from interactions to one score a user; and what a detector of your own is made of. */

export { type ClickCountOptions, clickCount } from './click-count.js';
export { type RandomOptions, randomScores } from './random.js';
export { type AnyDetector, DETECTORS, type DetectorRegistry, detectorNamed } from './registry.js';
export type * from './types.js';
