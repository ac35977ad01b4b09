/** Detectors by name. What it is not: it sets no options; each detector's table does. */

import { memberNamed, type Registry } from '../described.js';
import { calibrated } from './calibrated/calibrated.js';
import { clickCount } from './floors/click-count.js';
import { fap } from './floors/fap.js';
import { fraudar } from './floors/fraudar.js';
import { leastPopular } from './floors/least-popular.js';
import { medianClicks } from './floors/median-clicks.js';
import { pcaVarSelect } from './floors/pca-var-select.js';
import { randomScores } from './floors/random.js';
import { spectralSignature } from './floors/spectral-signature.js';
import { unrap } from './floors/unrap.js';
import { knownFakes } from './latent/known-fakes.js';
import { latentDensity } from './latent/latent-density.js';
import { ratedLockstep } from './lockstep/rated-lockstep.js';
import { timedLockstep } from './lockstep/timed-lockstep.js';
import { profileOutliers } from './profiles/profile-outliers.js';
import { supervised } from './profiles/supervised.js';
import { spectralResidual } from './spectral/spectral-residual.js';
import type { Detector } from './types.js';

/** A detector whose options the caller has checked. */
export type AnyDetector = Detector<object>;

export type DetectorRegistry = Registry<AnyDetector>;

export const DETECTORS: DetectorRegistry = {
  random: randomScores as AnyDetector,
  'click-count': clickCount as AnyDetector,
  'median-clicks': medianClicks as AnyDetector,
  'least-popular': leastPopular as unknown as AnyDetector,
  'pca-var-select': pcaVarSelect as unknown as AnyDetector,
  unrap: unrap as AnyDetector,
  fraudar: fraudar as AnyDetector,
  fap: fap as unknown as AnyDetector,
  'spectral-signature': spectralSignature as AnyDetector,
  'spectral-residual': spectralResidual as unknown as AnyDetector,
  'profile-outliers': profileOutliers as AnyDetector,
  'rated-lockstep': ratedLockstep as unknown as AnyDetector,
  'timed-lockstep': timedLockstep as unknown as AnyDetector,
  'latent-density': latentDensity as unknown as AnyDetector,
  'known-fakes': knownFakes as unknown as AnyDetector,
  supervised: supervised as unknown as AnyDetector,
  calibrated: calibrated as unknown as AnyDetector,
};

/** @throws RecauditError('config') on an unknown name @example detectorNamed('click-count').version */
export function detectorNamed(name: string, registry: DetectorRegistry = DETECTORS): AnyDetector {
  return memberNamed('detector', name, registry);
}
