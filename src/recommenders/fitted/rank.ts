/**
 * Ranked lists: what every ranking checks and holds, and the one of models that score by a dot product of a user's and
 * an item's factors. Models that score otherwise: `rank-scores.ts`.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { RecauditError } from '../../errors.js';
import type { RankingInput } from '../../kernels/ranking-types.js';
import type { Kernels } from '../../kernels/types.js';
import type { RankedLists, RankRequest } from '../types.js';
import { type ItemOrder, orderOfTwins, popularityOrder } from './popularity-order.js';

/** score(u, i) = users_u . items_i, row-major with k columns. */
export interface Factors {
  readonly users: Float32Array;
  readonly items: Float32Array;
  readonly itemCount: number;
  readonly k: number;
}

/**
 * Ranks every requested user's unseen items by p_u . q_i; items with the same factors by popularity. A user whose factors are all 0
 * is one of whom the model knows nothing.
 *
 * @param factors in kernel memory
 * @param train whose rows are the seen items
 * @throws RecauditError `config` for users, targets or a list length that the data do not have, `numeric` when a score is not finite
 */
export function rankByFactors(
  kernels: Kernels<Float32Array>,
  { users, items, itemCount: n, k }: Factors,
  train: InteractionMatrix,
  request: RankRequest,
): RankedLists {
  const order = orderOfTwins(items, k, train);
  const isKnown = (user: number) => users.subarray(user * k, (user + 1) * k).some((value) => value !== 0);
  return rankWith(kernels, train, request, { order, isKnown }, (ranking) => {
    if (order === null) return kernels.topK({ ...ranking, users, items, n, k });
    const places = kernels.allocateIndices(n);
    const placed = kernels.allocate(n * k);
    try {
      places.set(order.items);
      kernels.gatherRows(items, k, places, placed);
      kernels.topK({ ...ranking, users, items: placed, n, k });
    } finally {
      kernels.release(placed);
      kernels.release(places);
    }
  });
}

/** What a ranking says beside its scores. */
export interface RankingRules {
  /** that equal scores are ranked by; null: that of the indices */
  readonly order: ItemOrder | null;
  /** whether the model has learned anything of a user who has clicks */
  readonly isKnown?: (user: number) => boolean;
}

/**
 * Ranks with `rank`, which gets everything of a ranking but the scores, in kernel memory that is given back afterwards. What
 * the request says was seen is left out, else the rows of `train`.
 *
 * To `rank` an item is its place in the order, so that the kernels' rule for equal scores, the lower index first, puts the one
 * first that the order has first. It is asked for users who have clicks in `train` alone: the others get the items by popularity,
 * whatever the model (decision 21).
 *
 * @throws RecauditError `config` for users, targets or a list length that the data do not have
 */
export function rankWith(
  kernels: Kernels<Float32Array>,
  train: InteractionMatrix,
  request: RankRequest,
  { order, isKnown = () => true }: RankingRules,
  rank: (ranking: RankingInput<Float32Array>) => void,
): RankedLists {
  validateRequest(train, request);
  const { users, top, targets, seen = train } = request;
  const lists: RankedLists = {
    users,
    top,
    items: new Int32Array(users.length * top),
    ...(targets && { targetRanks: new Int32Array(users.length * targets.length) }),
  };
  const known: number[] = [];
  users.forEach((user, j) => {
    if (train.rowPointers[user] < train.rowPointers[user + 1] && isKnown(user)) known.push(j);
    else writePopular(lists, j, popularityOrder(train), seen.row(user), targets);
  });
  if (known.length > 0) writeRanked(kernels, lists, Int32Array.from(known), { seen, targets, order }, rank);
  return lists;
}

/** What is left out of lists, what is ranked, and how equal scores are. */
interface Asked {
  readonly seen: InteractionMatrix;
  readonly targets: Int32Array | undefined;
  readonly order: ItemOrder | null;
}

/** Writes the lists of users `known` (places of the request), from places back to items. */
function writeRanked(
  kernels: Kernels<Float32Array>,
  { users, top, items, targetRanks }: RankedLists,
  known: Int32Array,
  { seen, targets, order }: Asked,
  rank: (ranking: RankingInput<Float32Array>) => void,
): void {
  const held: Int32Array[] = [];
  const indices = (length: number, values?: Int32Array): Int32Array => {
    const array = kernels.allocateIndices(length);
    if (values) array.set(values);
    held.push(array);
    return array;
  };
  try {
    const rows = known.map((j) => users[j]);
    const outItems = indices(known.length * top);
    const ranks = targets && {
      targets: indices(targets.length, order === null ? targets : targets.map((item) => order.places[item])),
      outRanks: indices(known.length * targets.length),
    };
    const hidden = seenPlaces(seen, rows, order, indices);
    rank({ n: seen.items, rows: indices(rows.length, rows), ...hidden, top, outItems, ...ranks });
    known.forEach((j, row) => {
      for (let r = 0; r < top; r++) {
        const place = outItems[row * top + r];
        items[j * top + r] = place < 0 || order === null ? place : order.items[place];
      }
      if (ranks === undefined) return;
      const count = ranks.targets.length;
      targetRanks?.set(ranks.outRanks.subarray(row * count, (row + 1) * count), j * count);
    });
  } finally {
    for (const array of held) kernels.release(array);
  }
}

/** Writes the j-th list: the most clicked items but those in `seen`, padded with -1. */
function writePopular(
  { top, items, targetRanks }: RankedLists,
  j: number,
  order: ItemOrder,
  seen: Int32Array,
  targets: Int32Array | undefined,
): void {
  const hidden = seen.map((item) => order.places[item]).sort();
  const list = items.subarray(j * top, (j + 1) * top).fill(-1);
  let skipped = 0;
  for (let place = 0; place < order.items.length && place - skipped < top; place++) {
    if (hidden[skipped] === place) skipped++;
    else list[place - skipped] = order.items[place];
  }
  targets?.forEach((item, t) => {
    const place = order.places[item];
    const before = hidden.filter((other) => other < place).length;
    if (targetRanks) targetRanks[j * targets.length + t] = hidden.includes(place) ? 0 : place - before + 1;
  });
}

/** @throws RecauditError('config') for users, targets or a list length that the data do not have */
export function validateRequest(train: InteractionMatrix, { users, top, targets, seen }: RankRequest): void {
  if (!Number.isSafeInteger(top) || top < 1 || top > train.items) {
    throw new RecauditError(
      'config',
      `list length: expected a whole number from 1 to ${train.items} (the whole catalogue), got ${top}. Change top.`,
    );
  }
  checkIndices('users', users, train.users);
  if (seen !== undefined && (seen.users !== train.users || seen.items !== train.items))
    throw new RecauditError(
      'config',
      `seen items: expected ${train.users} users x ${train.items} items, got ${seen.users} x ${seen.items}. Give the clicks of the users and items trained on.`,
    );
  if (targets === undefined) return;
  checkIndices('target items', targets, train.items);
  if (new Set(targets).size !== targets.length) {
    const twice = targets.find((item, n) => targets.indexOf(item) !== n);
    throw new RecauditError(
      'config',
      `target items: expected distinct items, got ${twice} twice. Drop the duplicates.`,
    );
  }
}

function checkIndices(what: string, indices: ArrayLike<number>, size: number): void {
  for (let n = 0; n < indices.length; n++) {
    const index = indices[n];
    if (Number.isSafeInteger(index) && index >= 0 && index < size) continue;
    throw new RecauditError(
      'config',
      `${what}: expected indices from 0 to ${size - 1}, got ${index}. Give indices of the training data.`,
    );
  }
}

/** The places of the seen items of each user, ascending, in kernel memory made by `indices`. */
function seenPlaces(
  seen: InteractionMatrix,
  users: Int32Array,
  order: ItemOrder | null,
  indices: (length: number, values?: Int32Array) => Int32Array,
): { seenPointers: Int32Array; seenItems: Int32Array } {
  const pointers = new Int32Array(users.length + 1);
  users.forEach((user, j) => {
    pointers[j + 1] = pointers[j] + seen.rowPointers[user + 1] - seen.rowPointers[user];
  });
  const seenItems = indices(pointers[users.length]);
  users.forEach((user, j) => {
    const row = seen.row(user);
    seenItems.set(order === null ? row : row.map((item) => order.places[item]).sort(), pointers[j]);
  });
  return { seenPointers: indices(pointers.length, pointers), seenItems };
}
