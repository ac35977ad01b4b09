/**
 * A recommender trained again without some users, and how often it recommends items then. Users keep their rows,
 * emptied, so that the draws of all others stay the same. What it is not: it chooses nobody.
 */

import type { ComputeContext } from '../../compute.js';
import { InteractionMatrix } from '../../data/interactions.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { REGISTRIES, type Registries } from '../../registries.js';
import { SeedKey } from '../../rng.js';
import { positionsWithout, sampledUsers } from '../audience.js';
import { victimSeed } from '../pushes.js';
import type { MeasuredItem, RefitResult, RefitTask } from '../types.js';

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
 * Some of the users, drawn by the seed: as many as there are, at most `count`, ascending.
 *
 * @param users distinct
 * @param item what they are drawn for
 */
export function drawnUsers(users: ArrayLike<number>, count: number, seed: number, item: number): number[] {
  const key = SeedKey.root(seed).child('random clickers').child(item);
  return Array.from(users, (user) => ({ user, draw: key.child(user).stream().uniform() }))
    .sort((a, b) => a.draw - b.draw || a.user - b.user)
    .slice(0, count)
    .map(({ user }) => user)
    .sort((a, b) => a - b);
}

/**
 * Trains without the users, and counts in whose lists the items stand. An audience is that of the data as they are, so that all
 * trainings of a proof measure an item on the same users.
 *
 * @throws RecauditError `numeric` where training diverges, `interrupted`
 * @example const { measured } = await refit({ ...task, removed: pushers }, interactions, { kernels });
 */
export async function refit(
  { model, top, audience, seed, removed, measured }: RefitTask,
  interactions: InteractionMatrix,
  context: ComputeContext,
  { recommenders }: Registries = REGISTRIES,
): Promise<RefitResult> {
  const users = sampledUsers(interactions, { ...audience, without: [] });
  const recommender = recommenderNamed(model.name, recommenders);
  const train = withoutUsers(interactions, removed);
  const fitted = await recommender.fit(train, model.options, victimSeed(seed), context);
  try {
    const targets = Int32Array.from(new Set(measured.map(({ item }) => item)));
    const { targetRanks = new Int32Array(0) } = await fitted.recommend({ users, top, targets });
    const measure = ({ item, without }: MeasuredItem) => {
      const out = new Set(without);
      const own = positionsWithout(interactions, users, item).filter((j) => !out.has(users[j]));
      const t = targets.indexOf(item);
      const hits = own.reduce((sum, j) => {
        const rank = targetRanks[j * targets.length + t];
        return sum + (rank >= 1 && rank <= top ? 1 : 0);
      }, 0);
      return { audience: own.length, hitRatio: own.length === 0 ? 0 : hits / own.length };
    };
    return { measured: measured.map(measure) };
  } finally {
    fitted.dispose();
  }
}
