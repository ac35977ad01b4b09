/**
 * Fake profiles as rows in the form of real ones. What it is not: the ids (`IdMap.fresh`), the ratings and timestamps
 * (`attacks/fake-values.ts`), and the order of the rows.
 */

import type { InteractionRow } from './files/write.js';
import type { IdMap } from './ids.js';

/** One value a click: of each fake user an array, in the order of its profile. */
export type ClickValues = readonly Float64Array[];

/** What fake profiles say of their clicks; a column that the data do not have is absent. */
export interface ProfileValues {
  readonly ratings?: ClickValues;
  readonly timestamps?: ClickValues;
}

/** The rows of fake users, user by user. */
export function fakeRows(
  profiles: readonly ArrayLike<number>[],
  userIds: readonly string[],
  items: IdMap,
  { ratings, timestamps }: ProfileValues,
): InteractionRow[] {
  return profiles.flatMap((profile, v) =>
    Array.from(
      profile,
      (item, n): InteractionRow => ({
        user: userIds[v],
        item: items.ids[item],
        ...(ratings && { rating: ratings[v][n] }),
        ...(timestamps && { timestamp: timestamps[v][n] }),
      }),
    ),
  );
}
