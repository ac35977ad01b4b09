/**
 * The proof: a recommender trained again without some users, and how often it recommends the item then. Users keep their rows,
 * emptied, so that the draws of all others stay the same. What it is not: it chooses nobody.
 */

import type { ComputeContext } from '../compute.js';
import { InteractionMatrix } from '../data/interactions.js';
import { recommenderNamed } from '../recommenders/registry.js';
import { REGISTRIES, type Registries } from '../registries.js';
import { SeedKey } from '../rng.js';
import { positionsWithout, sampledUsers } from './audience.js';
import { victimSeed } from './pushes.js';
import type { RefitResult, RefitTask } from './types.js';

/** The interactions with these users' rows emptied. @example withoutUsers(interactions, [7]).row(7).length // 0 */
export function withoutUsers(interactions: InteractionMatrix, users: readonly number[]): InteractionMatrix {
  const removed = new Set(users);
  const { columns } = interactions;
  const rowPointers = new Int32Array(interactions.users + 1);
  const kept = new Int32Array(columns.length);
  for (let user = 0; user < interactions.users; user++) {
    const row = removed.has(user) ? columns.subarray(0, 0) : interactions.row(user);
    kept.set(row, rowPointers[user]);
    rowPointers[user + 1] = rowPointers[user] + row.length;
  }
  return InteractionMatrix.fromCsr(
    interactions.items,
    rowPointers,
    kept.slice(0, rowPointers[interactions.users]),
  );
}

/**
 * Users of the item, drawn by the seed: as many as there are, at most `count`, ascending.
 *
 * @param clickers all users of the item
 */
export function randomClickers(clickers: Int32Array, count: number, seed: number, item: number): number[] {
  const key = SeedKey.root(seed).child('random clickers').child(item);
  return Array.from(clickers, (user) => ({ user, draw: key.child(user).stream().uniform() }))
    .sort((a, b) => a.draw - b.draw || a.user - b.user)
    .slice(0, count)
    .map(({ user }) => user)
    .sort((a, b) => a - b);
}

/**
 * Trains without the users, and counts in whose list the item stands. The audience is that of the data as they are, so that all
 * trainings of a proof are measured on the same users.
 *
 * @throws RecauditError `numeric` where training diverges, `interrupted`
 * @example const { hitRatio } = await refit({ ...task, removed: pushers }, interactions, { kernels });
 */
export async function refit(
  { model, item, top, audience, seed, removed }: RefitTask,
  interactions: InteractionMatrix,
  context: ComputeContext,
  { recommenders }: Registries = REGISTRIES,
): Promise<RefitResult> {
  const sampled = sampledUsers(interactions, audience);
  const users = positionsWithout(interactions, sampled, item).map((j) => sampled[j]);
  const recommender = recommenderNamed(model.name, recommenders);
  const train = withoutUsers(interactions, removed);
  const fitted = await recommender.fit(train, model.options, victimSeed(seed), context);
  try {
    const { targetRanks } = await fitted.recommend({ users, top, targets: Int32Array.of(item) });
    const hits = (targetRanks ?? new Int32Array(0)).reduce(
      (sum, rank) => sum + (rank >= 1 && rank <= top ? 1 : 0),
      0,
    );
    return { audience: users.length, hitRatio: users.length === 0 ? 0 : hits / users.length };
  } finally {
    fitted.dispose();
  }
}
