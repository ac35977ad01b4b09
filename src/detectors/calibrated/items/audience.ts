/** A file as stage 2 sees it: users scored, clicks weighed, audiences described. */

import type { ComputeContext } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
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
  readonly features: ClickFeatures;
  /** the user of each entry */
  readonly owners: Int32Array;
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
  return {
    matrix,
    degrees: features.degrees,
    scores,
    usual: await neighbourhoodScores(matrix, scores.z0, breathing(context, `${phase}: audiences`)),
    features: clickFeatures(matrix, features),
    owners: ownersOf(matrix),
  };
}
