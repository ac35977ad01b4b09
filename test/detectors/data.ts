/** Small data for detectors: users of many sizes with ratings and times, and the same data with users and items in another order. */

import { IdMap, InteractionMatrix, type Originals } from '../../dist/data/index.js';
import { SeedKey } from '../../dist/rng.js';

export interface DetectionData {
  readonly interactions: InteractionMatrix;
  readonly originals: Originals;
}

interface Entry {
  readonly user: number;
  readonly item: number;
  readonly rating: number;
  readonly timestamp: number;
}

const USERS = 60;
const ITEMS = 24;

function dataOf(users: IdMap, items: IdMap, entries: readonly Entry[]): DetectionData {
  const sorted = [...entries].sort((a, b) => a.user - b.user || a.item - b.item);
  const column = (name: keyof Entry) => sorted.map((entry) => entry[name]);
  return {
    interactions: InteractionMatrix.fromPairs(users.size, items.size, column('user'), column('item')),
    originals: {
      users,
      items,
      ratings: Float64Array.from(column('rating')),
      timestamps: Float64Array.from(column('timestamp')),
    },
  };
}

function entriesOf({ interactions, originals }: DetectionData): Entry[] {
  return Array.from({ length: interactions.users }, (_, user) => user).flatMap((user) =>
    Array.from(interactions.row(user), (item, n) => {
      const e = interactions.rowPointers[user] + n;
      return {
        user,
        item,
        rating: originals.ratings?.[e] ?? 0,
        timestamp: originals.timestamps?.[e] ?? 0,
      };
    }),
  );
}

/** 60 users of 1 to 16 of 24 items, popular ones more often; user 7 clicked nothing. */
export function detectionData(seed = 1): DetectionData {
  const stream = SeedKey.root(seed).child('detection data').stream();
  const entries = Array.from({ length: USERS }, (_, user) => user).flatMap((user) => {
    const size = user === 7 ? 0 : 1 + stream.integer(16);
    const drawn = new Set<number>();
    while (drawn.size < size) drawn.add(Math.floor(ITEMS * stream.uniform() ** 1.5));
    return Array.from(drawn, (item) => ({
      user,
      item,
      rating: 1 + stream.integer(5),
      timestamp: 1_600_000_000 + stream.integer(1e6),
    }));
  });
  return dataOf(IdMap.range(USERS), IdMap.range(ITEMS), entries);
}

/** A random order of `count` things: `order[new place] = old place`. */
export function randomOrder(count: number): Int32Array {
  return SeedKey.root(2)
    .child('order')
    .stream()
    .shuffle(Int32Array.from({ length: count }, (_, n) => n));
}

function inverseOf(order: Int32Array): Int32Array {
  const inverse = new Int32Array(order.length);
  order.forEach((old, place) => {
    inverse[old] = place;
  });
  return inverse;
}

/** The data with users and items in another order: `order[new place] = old place`; null leaves them. */
export function reordered(
  data: DetectionData,
  users: Int32Array | null,
  items: Int32Array | null,
): DetectionData {
  const { interactions, originals } = data;
  const userAt = users && inverseOf(users);
  const itemAt = items && inverseOf(items);
  const ids = (map: IdMap, order: Int32Array | null) =>
    order === null ? map : IdMap.inOrder(Array.from(order, (old) => map.ids[old]));
  const moved = entriesOf({ interactions, originals }).map((entry) => ({
    ...entry,
    user: userAt === null ? entry.user : userAt[entry.user],
    item: itemAt === null ? entry.item : itemAt[entry.item],
  }));
  return dataOf(ids(originals.users, users), ids(originals.items, items), moved);
}

/** The data with more users after the ones here. */
export function appended(data: DetectionData, profiles: readonly (readonly number[])[]): DetectionData {
  const { users, items } = data.originals;
  const fresh = users.fresh(profiles.length, SeedKey.root(3));
  const added = profiles.flatMap((profile, v) =>
    profile.map((item) => ({ user: users.size + v, item, rating: 5, timestamp: 1_600_000_000 + item })),
  );
  return dataOf(IdMap.inOrder([...users.ids, ...fresh]), items, [...entriesOf(data), ...added]);
}

/** Users without a click. */
export function emptyData(users: number, items: number): DetectionData {
  return dataOf(IdMap.range(users), IdMap.range(items), []);
}
