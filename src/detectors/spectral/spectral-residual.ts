/**
 * `spectral-residual`: how much of a profile lies outside the directions that most users share.
 *
 *     A = D_u^-1/2 X D_i^-1/2 ~ U S V^T of rank k        D: clicks of each user, of each item
 *     score(u) = 1 - |U_u S|^2 / |A_u|^2                 in [0, 1]; 0 for a user without clicks
 *
 * Random fillers lie outside, so their profiles score high. It misses profiles that are parts of real ones, and on small stores whose
 * honest users have little in common it points the wrong way (docs/detectors.md).
 */

import { defaultsOf, type OptionTable } from '../../options.js';
import { startScoring } from '../scoring.js';
import type { Detector } from '../types.js';
import { svdCost, truncatedSvd } from './truncated-svd.js';

export interface SpectralResidualOptions {
  /** k */
  readonly rank: number;
  readonly iterations: number;
}

export const SPECTRAL_RESIDUAL_OPTIONS: OptionTable<SpectralResidualOptions> = {
  rank: {
    type: 'integer',
    default: 64,
    min: 1,
    max: 512,
    unit: 'directions',
    help: 'k, the directions that most users share; 32 does for fewer than 5,000 users',
  },
  iterations: { type: 'integer', default: 6, min: 1, max: 50, unit: 'passes', help: 'passes over the data' },
};

/** @example await spectralResidual.score({ interactions, options: spectralResidual.defaults, seed, context }) */
export const spectralResidual: Detector<SpectralResidualOptions> = {
  name: 'spectral-residual',
  title: 'the part of a profile outside the directions that most users share',
  source:
    'Shyu, Chen, Sarinnapakorn, Chang: A Novel Anomaly Detection Scheme Based on Principal Component Classifier, ICDM 2003',
  version: 1,
  options: SPECTRAL_RESIDUAL_OPTIONS,
  defaults: defaultsOf(SPECTRAL_RESIDUAL_OPTIONS),
  presets: { synthetic: { rank: 8 } },
  cost(shape, options) {
    const { operations, bytes } = svdCost(shape, options);
    return { operations, bytes: bytes + 8 * shape.users };
  },
  async score(request) {
    const { interactions, options, seed, context } = request;
    const step = startScoring('spectral-residual', SPECTRAL_RESIDUAL_OPTIONS, request);
    const inverseRoots = (clicks: Int32Array) =>
      Float64Array.from(clicks, (count) => (count > 0 ? 1 / Math.sqrt(count) : 0));
    const rowScale = inverseRoots(interactions.userDegrees());
    const columnScale = inverseRoots(interactions.itemDegrees());
    const { rank, left, values } = await truncatedSvd(
      { interactions, rowScale, columnScale },
      options,
      seed.child('spectral-residual'),
      context,
      step,
    );
    return Float64Array.from({ length: interactions.users }, (_, user) => {
      let [whole, inside] = [0, 0];
      for (const item of interactions.row(user)) whole += (rowScale[user] * columnScale[item]) ** 2;
      for (let d = 0; d < rank; d++) inside += (left[user * rank + d] * values[d]) ** 2;
      return whole === 0 ? 0 : Math.max(0, 1 - inside / whole);
    });
  },
};
