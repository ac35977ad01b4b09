/** A file as stage 2 sees it: users scored, clicks weighed, audiences described. */

import type { ComputeContext } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import { breathing, type Features } from '../features/features.js';
import { scoreUsers, type UserModel, type UserScores } from '../model/user-model.js';
import { type ClickFeatures, clickFeatures } from './click-features.js';
import { neighbourhoodScores } from './neighbourhood.js';

/** What no score of users changes. */
export interface DescribedFile {
  readonly matrix: InteractionMatrix;
  readonly features: Features;
  readonly clickFeatures: ClickFeatures;
  /** the user of each entry */
  readonly owners: Int32Array;
}

export interface Clicks {
  readonly matrix: InteractionMatrix;
  readonly degrees: Int32Array;
  readonly scores: UserScores;
  /** one an item: what is usual around it */
  readonly usual: Float64Array;
  readonly features: ClickFeatures;
  readonly owners: Int32Array;
}

function ownersOf({ users, rowPointers, nonZeros }: InteractionMatrix): Int32Array {
  const owners = new Int32Array(nonZeros);
  for (let u = 0; u < users; u++) owners.fill(u, rowPointers[u], rowPointers[u + 1]);
  return owners;
}

/** @example describeFile(interactions, await featuresOf(interactions, seed, context, 'file')) */
export function describeFile(matrix: InteractionMatrix, features: Features): DescribedFile {
  return { matrix, features, clickFeatures: clickFeatures(matrix, features), owners: ownersOf(matrix) };
}

/** The file's clicks, with its users scored by a model. */
export async function clicksOf(
  { matrix, features, clickFeatures: described, owners }: DescribedFile,
  model: UserModel,
  context: ComputeContext,
  phase: string,
): Promise<Clicks> {
  const scores = scoreUsers(model, features);
  const breathe = breathing(context, `${phase}: audiences`);
  const usual = await neighbourhoodScores(matrix, scores.z0, breathe);
  return { matrix, degrees: features.degrees, scores, usual, features: described, owners };
}
