/**
 * Fake profiles as rows in the form of real ones: ratings and timestamps, where the data have them, are those of random
 * real rows. What it is not: the ids (`IdMap.fresh`), the order of the rows, and who is fake.
 */

import type { SeedKey } from '../rng.js';
import type { InteractionRow } from './files/write.js';
import type { Originals } from './originals.js';

/**
 * The rows of fake users, user by user.
 *
 * @param profiles item indices of each fake user
 * @param userIds one id a fake user
 * @param real what the real rows hold
 * @param realRows number of real rows
 * @param seed of the draws
 */
export function fakeRows(
  profiles: readonly ArrayLike<number>[],
  userIds: readonly string[],
  { items, ratings, timestamps }: Originals,
  realRows: number,
  seed: SeedKey,
): InteractionRow[] {
  const stream = seed.stream();
  return profiles.flatMap((profile, v) =>
    Array.from(profile, (item): InteractionRow => {
      const row = stream.integer(realRows);
      return {
        user: userIds[v],
        item: items.ids[item],
        ...(ratings && { rating: ratings[row] }),
        ...(timestamps && { timestamp: timestamps[row] }),
      };
    }),
  );
}
