/** The k-core: the largest part of a data set in which every user and every item has at least k interactions. */

import { RecauditError } from '../errors.js';
import { type Dataset, selectRowsAndColumns } from './dataset.js';

/**
 * The iterative k-core. Users and items below k are removed until none is left; the result does not depend on
 * the order of removal. O(interactions).
 *
 * @param k the smallest number of interactions of a user and of an item, at least 1
 * @returns a data set with the ids that stay, in the same order
 * @throws RecauditError `config` for a k that is no positive integer, `data` when nothing is left
 * @example kCore(dataset, 15).interactions.users
 */
export function kCore(dataset: Dataset, k: number): Dataset {
  if (!Number.isSafeInteger(k) || k < 1)
    throw new RecauditError(
      'config',
      `k-core: expected a positive integer k, got ${k}. Give --k-core 1 or more.`,
    );
  const { users, items } = survivors(dataset, k);
  if (!users.includes(1)) {
    const { interactions } = dataset;
    throw new RecauditError(
      'data',
      `k-core: expected users and items with at least ${k} interactions each among ` +
        `${interactions.users} users x ${interactions.items} items, got none. Choose a smaller k.`,
    );
  }
  return selectRowsAndColumns(dataset, users, items);
}

/** 1 for the users and items of the k-core. Nodes of the bipartite graph: user u is u, item i is users + i. */
function survivors({ interactions }: Dataset, k: number): { users: Uint8Array; items: Uint8Array } {
  const { users, items, rowPointers, columns } = interactions;
  const { columnPointers, rowIndices } = interactions.csc();
  const degrees = new Int32Array(users + items);
  degrees.set(interactions.userDegrees());
  degrees.set(interactions.itemDegrees(), users);
  const alive = new Uint8Array(users + items).fill(1);
  const queue: number[] = [];
  const remove = (node: number) => {
    alive[node] = 0;
    queue.push(node);
  };
  const lower = (node: number) => {
    if (--degrees[node] < k && alive[node]) remove(node);
  };
  for (let node = 0; node < users + items; node++) if (degrees[node] < k) remove(node);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node < users) {
      for (let e = rowPointers[node]; e < rowPointers[node + 1]; e++) lower(users + columns[e]);
    } else {
      const item = node - users;
      for (let p = columnPointers[item]; p < columnPointers[item + 1]; p++) lower(rowIndices[p]);
    }
  }
  return { users: alive.slice(0, users), items: alive.slice(users) };
}
