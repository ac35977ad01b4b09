/** What families draw from: items by clicks, users, users of an item, items of a user. The data have at least one click. */

import type { InteractionMatrix } from '../../../data/interactions.js';
import type { RandomStream } from '../../../rng.js';

/** An item, in proportion to its clicks. */
export function clickedItem({ columns }: InteractionMatrix, stream: RandomStream): number {
  return columns[stream.integer(columns.length)];
}

/** A user who clicked an item, uniformly; null where nobody did. */
export function clickerOf(matrix: InteractionMatrix, item: number, stream: RandomStream): number | null {
  const { columnPointers, rowIndices } = matrix.csc();
  const count = columnPointers[item + 1] - columnPointers[item];
  return count === 0 ? null : rowIndices[columnPointers[item] + stream.integer(count)];
}

/** All users who clicked an item. */
export function clickersOf(matrix: InteractionMatrix, item: number): Int32Array {
  const { columnPointers, rowIndices } = matrix.csc();
  return rowIndices.subarray(columnPointers[item], columnPointers[item + 1]);
}

/** One of a user's items, uniformly. */
export function itemOf(matrix: InteractionMatrix, user: number, stream: RandomStream): number {
  const row = matrix.row(user);
  return row[stream.integer(row.length)];
}

/** A user with at least `least` clicks, the largest of many draws where nobody drawn has as many. */
export function userOf(matrix: InteractionMatrix, least: number, stream: RandomStream): number {
  let best = 0;
  let most = -1;
  for (let draw = 0; draw < 200; draw++) {
    const user = stream.integer(matrix.users);
    const size = matrix.rowPointers[user + 1] - matrix.rowPointers[user];
    if (size >= least) return user;
    if (size > most) {
      most = size;
      best = user;
    }
  }
  return best;
}

/** From an item to another one that one of its clickers clicked; to any item where nobody clicked it. */
export function coClicked(matrix: InteractionMatrix, item: number, stream: RandomStream): number {
  const user = clickerOf(matrix, item, stream);
  return user === null ? clickedItem(matrix, stream) : itemOf(matrix, user, stream);
}

/** Counts of items among the rows of some users, most frequent first; ties by index. */
export function mostCommonItems(
  matrix: InteractionMatrix,
  users: ArrayLike<number>,
  weigh: (item: number, count: number) => number,
): number[] {
  const counts = new Map<number, number>();
  for (let n = 0; n < users.length; n++)
    for (const item of matrix.row(users[n])) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts.entries()]
    .map(([item, count]) => [item, weigh(item, count)] as const)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([item]) => item);
}
