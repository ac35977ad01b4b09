/** `recaudit/defences`: from a victim to a defended one; and what a defence of your own is made of. */

export { type ClickCapOptions, clickCap } from './click-cap.js';
export { type DefendedDescription, describeDefended, type SplitOptions } from './defended.js';
export { type AnyDefence, DEFENCES, type DefenceRegistry, defenceNamed, defendedNamed } from './registry.js';
export { type Thinning, trainedOnLess } from './trained-on-less.js';
export type * from './types.js';
