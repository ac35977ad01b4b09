/**
 * What one click (u, i) says, beside how fake u looks: how badly the item fits the rest of the profile, how new it is beside it, and
 * how many of the users that u moves in lockstep with clicked it too.
 *
 *     misfit_ui = (mean over j in u, j != i, of g_uj - g_ui) / (deviation of g over u + 0.3)
 *
 * Each has what is usual at the item's popularity taken out.
 */

import type { InteractionMatrix } from '../../../data/interactions.js';
import type { Features } from '../features/features.js';
import { LINKS } from '../features/lockstep.js';
import { correct, fitTrend } from '../model/trend.js';

const LEAST_DEVIATION = 0.3;
const LEAST = -4;
const MOST = 8;
/** Weight of links that agree with nothing: few links say little. */
const LINK_PRIOR = 2;

export interface ClickFeatures {
  /** one value an entry, in CSR order */
  readonly misfit: Float64Array;
  readonly novelty: Float64Array;
  readonly linked: Float64Array;
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

function linkedShares(matrix: InteractionMatrix, { links, linkWeights }: Features['links']): Float64Array {
  const { users, rowPointers, columns } = matrix;
  const values = new Float64Array(columns.length);
  const held = new Float64Array(matrix.items);
  for (let u = 0; u < users; u++) {
    let total = LINK_PRIOR;
    const touched: Int32Array[] = [];
    for (let n = u * LINKS; n < (u + 1) * LINKS && links[n] >= 0; n++) {
      total += linkWeights[n];
      const row = matrix.row(links[n]);
      touched.push(row);
      for (const item of row) held[item] += linkWeights[n];
    }
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) values[e] = held[columns[e]] / total;
    for (const row of touched) for (const item of row) held[item] = 0;
  }
  return values;
}

/** @example clickFeatures(interactions, features).misfit */
export function clickFeatures(matrix: InteractionMatrix, features: Features): ClickFeatures {
  const popularity = Float64Array.from(matrix.columns, (item) => features.degrees[item]);
  const usual = (values: Float64Array) =>
    correct(values, popularity, fitTrend(values, popularity), LEAST, MOST);
  return {
    misfit: usual(misfits(matrix, features.fit)),
    novelty: usual(features.novelty),
    linked: usual(linkedShares(matrix, features.links)),
  };
}
