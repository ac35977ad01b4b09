/**
 * What one click (u, i) says, beside how fake u looks: how badly the item fits the rest of the profile, and how new it is beside it.
 *
 *     misfit_ui = (mean over j in u, j != i, of g_uj - g_ui) / (deviation of g over u + 0.3)
 *
 * Each has what is usual at the item's popularity taken out, and what is usual in the item's audience.
 */

import type { InteractionMatrix } from '../../../data/interactions.js';
import { quantile } from '../../../data/popularity.js';
import type { Features } from '../features/features.js';
import { correct, fitTrend } from '../model/trend.js';

const LEAST_DEVIATION = 0.3;
const LEAST = -4;
const MOST = 8;

export interface ClickFeatures {
  /** one value an entry, in CSR order */
  readonly misfit: Float64Array;
  readonly novelty: Float64Array;
}

function misfits({ users, rowPointers }: InteractionMatrix, fit: Float64Array): Float64Array {
  const values = new Float64Array(fit.length).fill(Number.NaN);
  for (let u = 0; u < users; u++) {
    const [from, to] = [rowPointers[u], rowPointers[u + 1]];
    const count = to - from;
    if (count < 2) continue;
    let [sum, squares] = [0, 0];
    for (let e = from; e < to; e++) {
      sum += fit[e];
      squares += fit[e] ** 2;
    }
    const deviation = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
    for (let e = from; e < to; e++)
      values[e] = ((sum - fit[e]) / (count - 1) - fit[e]) / (deviation + LEAST_DEVIATION);
  }
  return values;
}

/** A shift of an audience is taken out up to this bound, and less of it where the audience is small. */
const MOST_SHIFT = 1.5;
const PRIOR_CLICKERS = 10;

/**
 * Values of clicks with the median of their item's audience taken out, within bounds: an item that fits nobody's profile, such as an
 * airport, is none that fakes push. Where fakes are the greater part of an audience, the bound keeps them visible.
 */
function withinAudience(matrix: InteractionMatrix, values: Float64Array): Float64Array {
  const { columnPointers, csrPositions } = matrix.csc();
  const centred = values.slice();
  for (let i = 0; i < matrix.items; i++) {
    const entries = csrPositions.subarray(columnPointers[i], columnPointers[i + 1]);
    if (entries.length === 0) continue;
    const median = quantile(Float64Array.from(entries, (entry) => values[entry]).sort(), 0.5);
    const shrunk = (median * entries.length) / (entries.length + PRIOR_CLICKERS);
    const shift = Math.max(-MOST_SHIFT, Math.min(MOST_SHIFT, shrunk));
    for (const entry of entries) centred[entry] -= shift;
  }
  return centred;
}

/** @example clickFeatures(interactions, features).misfit */
export function clickFeatures(matrix: InteractionMatrix, features: Features): ClickFeatures {
  const popularity = Float64Array.from(matrix.columns, (item) => features.degrees[item]);
  const unusual = (values: Float64Array) =>
    withinAudience(matrix, correct(values, popularity, fitTrend(values, popularity), LEAST, MOST));
  return { misfit: unusual(misfits(matrix, features.fit)), novelty: unusual(features.novelty) };
}
