/**
 * Ranked lists: what every ranking checks and holds, and the one of models that score by a dot product of a user's and
 * an item's factors. Models that score otherwise: `rank-scores.ts`.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { RecauditError } from '../../errors.js';
import type { RankingInput } from '../../kernels/ranking-types.js';
import type { Kernels } from '../../kernels/types.js';
import type { RankedLists, RankRequest } from '../types.js';

/** score(u, i) = users_u . items_i, row-major with k columns. */
export interface Factors {
  readonly users: Float32Array;
  readonly items: Float32Array;
  readonly itemCount: number;
  readonly k: number;
}

/**
 * Ranks every requested user's unseen items by p_u . q_i; ties go to the lower item index.
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
  return rankWith(kernels, train, request, (ranking) => kernels.topK({ ...ranking, users, items, n, k }));
}

/**
 * Checks a request and ranks with `rank`, which gets everything of a ranking but the scores, in kernel memory that is
 * given back afterwards. What the request says was seen is left out, else the rows of `train`.
 *
 * @throws RecauditError `config` for users, targets or a list length that the data do not have
 */
export function rankWith(
  kernels: Kernels<Float32Array>,
  train: InteractionMatrix,
  request: RankRequest,
  rank: (ranking: RankingInput<Float32Array>) => void,
): RankedLists {
  validateRequest(train, request);
  const { top, targets } = request;
  const count = request.users.length;
  const held: Int32Array[] = [];
  const indices = (length: number, values?: Int32Array): Int32Array => {
    const array = kernels.allocateIndices(length);
    if (values) array.set(values);
    held.push(array);
    return array;
  };
  try {
    const outItems = indices(count * top);
    const ranks = targets && {
      targets: indices(targets.length, targets),
      outRanks: indices(count * targets.length),
    };
    const rows = indices(count, request.users);
    const seen = seenItems(request.seen ?? train, request.users, indices);
    rank({ n: train.items, rows, ...seen, top, outItems, ...ranks });
    return {
      users: request.users,
      top,
      items: Int32Array.from(outItems),
      ...(ranks && { targetRanks: Int32Array.from(ranks.outRanks) }),
    };
  } finally {
    for (const array of held) kernels.release(array);
  }
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

/** The seen items of each requested user, in kernel memory made by `indices`. */
export function seenItems(
  train: InteractionMatrix,
  users: Int32Array,
  indices: (length: number, values?: Int32Array) => Int32Array,
): { seenPointers: Int32Array; seenItems: Int32Array } {
  const pointers = new Int32Array(users.length + 1);
  users.forEach((user, j) => {
    pointers[j + 1] = pointers[j] + train.rowPointers[user + 1] - train.rowPointers[user];
  });
  const items = indices(pointers[users.length]);
  users.forEach((user, j) => {
    items.set(train.columns.subarray(train.rowPointers[user], train.rowPointers[user + 1]), pointers[j]);
  });
  return { seenPointers: indices(pointers.length, pointers), seenItems: items };
}
