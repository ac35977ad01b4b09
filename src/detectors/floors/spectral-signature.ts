/**
 * `spectral-signature`: how far a profile lies along the direction that profiles vary most by.
 *
 *     x_u: clicks of u, less the mean profile; v: first right singular vector of these rows
 *     score(u) = (x_u . v)^2
 *
 * A floor: the direction is the taste of large honest users unless fakes outweigh it, so the score follows profile size. The paper takes
 * the representation of a network and drops a share of the data that it must be told; there is no such share here.
 */

import { NO_OPTIONS, type NoOptions } from '../../options.js';
import { startScoring } from '../scoring.js';
import { svdCost, truncatedSvd } from '../spectral/truncated-svd.js';
import type { Detector } from '../types.js';

const SVD = { rank: 1, iterations: 20 };

/** @example await spectralSignature.score({ interactions, options: {}, seed, context }) */
export const spectralSignature: Detector<NoOptions> = {
  name: 'spectral-signature',
  title: 'how far a profile lies along the main direction: a floor that follows size',
  kind: 'floor',
  source: 'Tran, Li, Madry: Spectral Signatures in Backdoor Attacks, NeurIPS 2018',
  version: 1,
  options: NO_OPTIONS,
  defaults: {},
  presets: {},
  cost(shape) {
    const { operations, bytes } = svdCost(shape, SVD);
    return { operations, bytes: bytes + 16 * shape.users };
  },
  async score(request) {
    const { interactions, seed, context } = request;
    const step = startScoring('spectral-signature', NO_OPTIONS, request);
    const { users, items } = interactions;
    const mean = Float64Array.from(interactions.itemDegrees(), (clicks) => clicks / Math.max(1, users));
    const less = { rows: new Float64Array(users).fill(1), columns: mean };
    const drawn = seed.child('spectral-signature');
    const { rank, right } = await truncatedSvd({ interactions, less }, SVD, drawn, context, step);
    const direction = rank === 0 ? new Float64Array(items) : right;
    const centre = direction.reduce((sum, value, item) => sum + value * mean[item], 0);
    return Float64Array.from({ length: users }, (_, user) => {
      const along = interactions.row(user).reduce((sum, item) => sum + direction[item], 0);
      return (along - centre) ** 2;
    });
  },
};
