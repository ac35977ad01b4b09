/** `recaudit/detectors`: from interactions to one score a user; and what a detector of your own is made of. */

export { calibrated } from './calibrated/calibrated.js';
export type { CalibratedOptions } from './calibrated/options.js';
export type * from './findings.js';
export { type ClickCountOptions, clickCount } from './floors/click-count.js';
export { type FapOptions, fap } from './floors/fap.js';
export { fraudar } from './floors/fraudar.js';
export { type LeastPopularOptions, leastPopular } from './floors/least-popular.js';
export { medianClicks } from './floors/median-clicks.js';
export { type PcaVarSelectOptions, pcaVarSelect } from './floors/pca-var-select.js';
export { type RandomOptions, randomScores } from './floors/random.js';
export { spectralSignature } from './floors/spectral-signature.js';
export { unrap } from './floors/unrap.js';
export {
  type KnownFakesOptions,
  knownFakes,
  type NearKnownFakes,
  nearKnownFakes,
} from './latent/known-fakes.js';
export { type LatentDensityOptions, latentDensity } from './latent/latent-density.js';
export type { SpaceName, SpaceOptions } from './latent/space.js';
export { type RatedLockstepOptions, ratedLockstep } from './lockstep/rated-lockstep.js';
export { type TimedLockstepOptions, timedLockstep } from './lockstep/timed-lockstep.js';
export { FAMILIES, type Family, type Simulated, simulate } from './profiles/families.js';
export { profileOutliers } from './profiles/profile-outliers.js';
export { type SupervisedOptions, supervised } from './profiles/supervised.js';
export { type AnyDetector, DETECTORS, type DetectorRegistry, detectorNamed } from './registry.js';
export { type SpectralResidualOptions, spectralResidual } from './spectral/spectral-residual.js';
export { type SvdOptions, type TruncatedSvd, truncatedSvd } from './spectral/truncated-svd.js';
export type * from './types.js';
