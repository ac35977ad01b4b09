/**
 * Fake users among the real ones, in an order that tells nothing: a detector that sees the rows in it cannot tell by a user's place who
 * was added. What it is not: the data that a victim trains on, where fake users come last.
 */

import type { ProfileValues } from '../../data/fake-rows.js';
import { IdMap } from '../../data/ids.js';
import { InteractionMatrix } from '../../data/interactions.js';
import type { Originals } from '../../data/originals.js';
import { RecauditError } from '../../errors.js';
import type { SeedKey } from '../../rng.js';

export interface MixedRows {
  readonly interactions: InteractionMatrix;
  /** ids, ratings and timestamps in that order, where they were given */
  readonly originals?: Originals;
  /** user of each row: real ones as they were, then the fake ones */
  readonly userAt: Int32Array;
}

export interface MixedParts {
  readonly train: InteractionMatrix;
  readonly profiles: readonly Int32Array[];
  readonly originals?: Originals | undefined;
  /** ratings and timestamps of the profiles, where the originals have some */
  readonly values?: ProfileValues | undefined;
}

/** The values of all entries, user by user in the order of the rows. @throws RecauditError('internal') without those of fake users */
function mixedColumn(
  { train, profiles }: MixedParts,
  { userAt, interactions }: MixedRows,
  real: Float64Array,
  fake: readonly Float64Array[] = [],
): Float64Array {
  if (fake.length !== profiles.length)
    throw new RecauditError(
      'internal',
      `fake users: expected ratings or timestamps of ${profiles.length}, got those of ${fake.length}. Plan the audit with fakeValues.`,
    );
  const column = new Float64Array(interactions.nonZeros);
  userAt.forEach((user, row) => {
    const own =
      user < train.users
        ? real.subarray(train.rowPointers[user], train.rowPointers[user + 1])
        : fake[user - train.users];
    column.set(own, interactions.rowPointers[row]);
  });
  return column;
}

/**
 * @param seed of the order, and of the fake users' ids
 * @example const { interactions, userAt } = mixedRows({ train, profiles }, seed);
 */
export function mixedRows(parts: MixedParts, seed: SeedKey): MixedRows {
  const { train, profiles, originals, values } = parts;
  const users = train.users + profiles.length;
  const userAt = seed
    .child('order')
    .stream()
    .shuffle(Int32Array.from({ length: users }, (_, user) => user));
  const clicksOf = (user: number) => (user < train.users ? train.row(user) : profiles[user - train.users]);
  const rowPointers = new Int32Array(users + 1);
  userAt.forEach((user, row) => {
    rowPointers[row + 1] = rowPointers[row] + clicksOf(user).length;
  });
  const columns = new Int32Array(rowPointers[users]);
  userAt.forEach((user, row) => {
    columns.set(clicksOf(user), rowPointers[row]);
  });
  const interactions = InteractionMatrix.fromCsr(train.items, rowPointers, columns);
  const mixed: MixedRows = { interactions, userAt };
  if (originals === undefined) return mixed;
  const ids = [...originals.users.ids, ...originals.users.fresh(profiles.length, seed.child('ids'))];
  const { ratings, timestamps, items } = originals;
  return {
    ...mixed,
    originals: {
      users: IdMap.inOrder(Array.from(userAt, (user) => ids[user])),
      items,
      ...(ratings && { ratings: mixedColumn(parts, mixed, ratings, values?.ratings) }),
      ...(timestamps && { timestamps: mixedColumn(parts, mixed, timestamps, values?.timestamps) }),
    },
  };
}
