/** Reading ranked lists for averages over real users. What it is not: a metric. */

import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';

/** Ranked lists of unseen items, as recommenders give them. */
export interface RankedLists {
  readonly users: Int32Array;
  readonly top: number;
  /** users.length x top; -1: no item, as the list is short or the slot went to an item that the user has seen */
  readonly items: Int32Array;
  /** users.length x targets.length: 1-based rank, 0 where the user has seen the target; absent where ranks are unknown */
  readonly targetRanks?: Int32Array;
}

/**
 * The lists of users with a row in `train` alone. Of the others no model knows anything, so that averages over them would say what
 * a service shows to strangers. The same object where all users have one.
 */
export function ofUsersWithClicks(lists: RankedLists, train: InteractionMatrix): RankedLists {
  const { users, top, items, targetRanks } = lists;
  const kept = Int32Array.from(users.keys()).filter(
    (row) => train.rowPointers[users[row]] < train.rowPointers[users[row] + 1],
  );
  if (kept.length === users.length) return lists;
  const rowsOf = (values: Int32Array, width: number) => {
    const out = new Int32Array(kept.length * width);
    kept.forEach((row, j) => {
      out.set(values.subarray(row * width, (row + 1) * width), j * width);
    });
    return out;
  };
  return {
    users: kept.map((row) => users[row]),
    top,
    items: rowsOf(items, top),
    ...(targetRanks && { targetRanks: rowsOf(targetRanks, targetRanks.length / users.length) }),
  };
}

/** A mean over users, and how many there were; null where there was none. */
export interface Average {
  readonly mean: number | null;
  readonly users: number;
}

/**
 * Averages `measure` over the rows of `lists` that belong to real users. `measure` returns null for a user who does
 * not count. Users from `realUsers` on are fake and never enter.
 *
 * @throws RecauditError('internal') when k is above the length of the lists
 */
export function averageOverRealUsers(
  lists: RankedLists,
  k: number,
  realUsers: number,
  measure: (user: number, items: Int32Array) => number | null,
): Average {
  let sum = 0;
  let users = 0;
  eachRealUser(lists, k, realUsers, (user, items) => {
    const value = measure(user, items);
    if (value === null) return;
    sum += value;
    users++;
  });
  return { mean: users === 0 ? null : sum / users, users };
}

/**
 * Visits the rows of `lists` that belong to real users, each with its first k items.
 *
 * @throws RecauditError('internal') when k is above the length of the lists
 */
export function eachRealUser(
  lists: RankedLists,
  k: number,
  realUsers: number,
  visit: (user: number, items: Int32Array) => void,
): void {
  checkLength(lists, k);
  for (let row = 0; row < lists.users.length; row++) {
    const user = lists.users[row];
    if (user < realUsers) visit(user, lists.items.subarray(row * lists.top, row * lists.top + k));
  }
}

/** @throws RecauditError('internal') unless 1 <= k <= lists.top */
export function checkLength(lists: RankedLists, k: number): void {
  if (!(Number.isInteger(k) && k >= 1 && k <= lists.top)) {
    throw new RecauditError(
      'internal',
      `metrics: expected a list length of 1 to ${lists.top}, got ${k}. Recommend longer lists.`,
    );
  }
}

/** Whether an ascending array holds a value. O(log length). */
export function holds(ascending: Int32Array, value: number): boolean {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low < ascending.length && ascending[low] === value;
}
