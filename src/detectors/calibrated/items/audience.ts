/** A file as stage 2 sees it: users scored, clicks weighed, audiences described. */

import type { ComputeContext } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import { quantile } from '../../../data/popularity.js';
import type { Features } from '../features/features.js';
import { breathing } from '../features/features.js';
import { scoreUsers, type UserModel, type UserScores } from '../model/user-model.js';
import { type ClickFeatures, clickFeatures } from './click-features.js';
import { neighbourhoodScores } from './neighbourhood.js';

export interface Clicks {
  readonly matrix: InteractionMatrix;
  readonly degrees: Int32Array;
  readonly scores: UserScores;
  /** one an item: what is usual around it */
  readonly usual: Float64Array;
  /** misfit and novelty as they are within the item's audience */
  readonly features: ClickFeatures;
  /** the user of each entry */
  readonly owners: Int32Array;
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

function ownersOf({ users, rowPointers, nonZeros }: InteractionMatrix): Int32Array {
  const owners = new Int32Array(nonZeros);
  for (let u = 0; u < users; u++) owners.fill(u, rowPointers[u], rowPointers[u + 1]);
  return owners;
}

export async function clicksOf(
  matrix: InteractionMatrix,
  features: Features,
  model: UserModel,
  context: ComputeContext,
  phase: string,
): Promise<Clicks> {
  const scores = scoreUsers(model, features);
  const raw = clickFeatures(matrix, features);
  return {
    matrix,
    degrees: features.degrees,
    scores,
    usual: await neighbourhoodScores(matrix, scores.z0, breathing(context, `${phase}: audiences`)),
    features: {
      ...raw,
      misfit: withinAudience(matrix, raw.misfit),
      novelty: withinAudience(matrix, raw.novelty),
    },
    owners: ownersOf(matrix),
  };
}
