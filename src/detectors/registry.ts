/** Detectors by name. What it is not: it sets no options; each detector's table does. */

import { memberNamed, type Registry } from '../described.js';
import { calibrated } from './calibrated/calibrated.js';
import { clickCount } from './click-count.js';
import { randomScores } from './random.js';
import type { Detector } from './types.js';

/** A detector whose options the caller has checked. */
export type AnyDetector = Detector<object>;

export type DetectorRegistry = Registry<AnyDetector>;

export const DETECTORS: DetectorRegistry = {
  random: randomScores as AnyDetector,
  'click-count': clickCount as AnyDetector,
  calibrated: calibrated as unknown as AnyDetector,
};

/** @throws RecauditError('config') on an unknown name @example detectorNamed('click-count').version */
export function detectorNamed(name: string, registry: DetectorRegistry = DETECTORS): AnyDetector {
  return memberNamed('detector', name, registry);
}
