/**
 * Lists from outside recaudit when users have clicked more than the model was trained on (`RankRequest.seen`). What is outside
 * knows its training data alone, so it is asked for longer lists, and what was seen beside them is taken out here.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import type { RankedLists, RankRequest } from './types.js';

const NONE = -1;

/** Items that the user has clicked beside the training row. */
function beside(seen: InteractionMatrix, train: InteractionMatrix, user: number): number {
  return seen.row(user).filter((item) => !train.has(user, item)).length;
}

/**
 * The list length that leaves `top` items of every list when what was seen is taken out of it: longer by the most that a user has
 * clicked beside the training row. Where seen items may stand in a list it is `top`: their slots are spent.
 */
export function topToAskFor(
  { users, top, seen }: RankRequest,
  train: InteractionMatrix,
  allowSeen: boolean,
): number {
  if (seen === undefined || allowSeen) return top;
  const most = users.reduce((largest, user) => Math.max(largest, beside(seen, train, user)), 0);
  return Math.min(train.items, top + most);
}

/**
 * The lists without what was seen, cut to the length that the request asks for; what follows moves up, but where seen items may stand
 * in a list, their slots hold nothing.
 */
export function withoutSeen(
  lists: RankedLists,
  { users, top, seen }: RankRequest,
  allowSeen: boolean,
): RankedLists {
  if (seen === undefined) return lists;
  const items = new Int32Array(users.length * top).fill(NONE);
  users.forEach((user, row) => {
    const list = lists.items.subarray(row * lists.top, (row + 1) * lists.top);
    const isSeen = (item: number) => item !== NONE && seen.has(user, item);
    const left = allowSeen
      ? list.map((item) => (isSeen(item) ? NONE : item))
      : list.filter((item) => item !== NONE && !isSeen(item)).subarray(0, top);
    items.set(left, row * top);
  });
  return { users, top, items };
}
