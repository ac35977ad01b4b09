/**
 * `pca-var-select`: how little a user takes part in what users vary by together.
 *
 *     Z = rows of X, each centred and divided by its standard deviation; v_1, v_2, v_3: leading eigenvectors of Z Z^T
 *     score(u) = -(v_1(u)^2 + v_2(u)^2 + v_3(u)^2)
 *
 * Fake users were said to correlate with few. A floor: profiles that are parts of real ones correlate with more users than honest ones do
 * (AUC .31 on copies, .26 on the learned attack). Clicks stand for ratings, as the data are binary here.
 */

import { defaultsOf, type OptionTable } from '../../options.js';
import { startScoring } from '../scoring.js';
import { svdCost, truncatedSvd } from '../spectral/truncated-svd.js';
import type { Detector } from '../types.js';

export interface PcaVarSelectOptions {
  /** leading eigenvectors that count */
  readonly components: number;
}

const PCA_VAR_SELECT_OPTIONS: OptionTable<PcaVarSelectOptions> = {
  components: {
    type: 'integer',
    default: 3,
    min: 1,
    max: 64,
    unit: 'components',
    help: 'leading eigenvectors that count',
  },
};

const svdOptions = ({ components }: PcaVarSelectOptions) => ({ rank: components, iterations: 20 });

/** @example await pcaVarSelect.score({ interactions, options: { components: 3 }, seed, context }) */
export const pcaVarSelect: Detector<PcaVarSelectOptions> = {
  name: 'pca-var-select',
  title: 'how little a user varies with the others: a floor that misses profiles made of real ones',
  kind: 'floor',
  source:
    'Mehta, Nejdl: Unsupervised Strategies for Shilling Detection and Robust Collaborative Filtering, User Modeling and User-Adapted Interaction 2009',
  version: 1,
  options: PCA_VAR_SELECT_OPTIONS,
  defaults: defaultsOf(PCA_VAR_SELECT_OPTIONS),
  presets: {},
  cost(shape, options) {
    const { operations, bytes } = svdCost(shape, svdOptions(options));
    return { operations, bytes: bytes + 24 * shape.users };
  },
  async score(request) {
    const { interactions, options, seed, context } = request;
    const step = startScoring('pca-var-select', PCA_VAR_SELECT_OPTIONS, request);
    const { users, items } = interactions;
    const share = Float64Array.from(interactions.userDegrees(), (count) => (items === 0 ? 0 : count / items));
    // A row of one value has no deviation and stays 0.
    const rowScale = share.map((mean) => (mean > 0 && mean < 1 ? 1 / Math.sqrt(mean * (1 - mean)) : 0));
    const less = {
      rows: share.map((mean, user) => mean * rowScale[user]),
      columns: new Float64Array(items).fill(1),
    };
    const { rank, left } = await truncatedSvd(
      { interactions, rowScale, less },
      svdOptions(options),
      seed.child('pca-var-select'),
      context,
      step,
    );
    return Float64Array.from({ length: users }, (_, user) => {
      let taken = 0;
      for (let d = 0; d < rank; d++) taken += left[user * rank + d] ** 2;
      return -taken;
    });
  },
};
