/**
 * (user, item) pairs in any order -> compressed sparse rows. Two stable counting sorts, no comparison:
 * O(pairs + users + items). It checks nothing: `InteractionMatrix` does.
 */

export interface CompressedPairs {
  /** length users + 1 */
  readonly rowPointers: Int32Array;
  /** the items of each user, ascending, without duplicates */
  readonly columns: Int32Array;
  /** CSR position of each input pair; duplicates share one */
  readonly positions: Int32Array;
}

export function compressPairs(
  users: number,
  items: number,
  userIndices: ArrayLike<number>,
  itemIndices: ArrayLike<number>,
): CompressedPairs {
  const order = countingSort(users, userIndices, countingSort(items, itemIndices));
  const rowPointers = new Int32Array(users + 1);
  const columns = new Int32Array(order.length);
  const positions = new Int32Array(order.length);
  let size = 0;
  let lastUser = -1;
  let lastItem = -1;
  for (let k = 0; k < order.length; k++) {
    const pair = order[k];
    const user = userIndices[pair];
    const item = itemIndices[pair];
    if (user !== lastUser || item !== lastItem) {
      columns[size++] = item;
      rowPointers[user + 1]++;
      lastUser = user;
      lastItem = item;
    }
    positions[pair] = size - 1;
  }
  for (let u = 0; u < users; u++) rowPointers[u + 1] += rowPointers[u];
  return { rowPointers, columns: size === columns.length ? columns : columns.slice(0, size), positions };
}

/** The stable order of `keys` in [0, bound): a permutation of `order` (default 0, 1, 2, ...). */
function countingSort(bound: number, keys: ArrayLike<number>, order?: Int32Array): Int32Array {
  const next = new Int32Array(bound + 1);
  for (let p = 0; p < keys.length; p++) next[keys[p] + 1]++;
  for (let key = 0; key < bound; key++) next[key + 1] += next[key];
  const sorted = new Int32Array(keys.length);
  for (let k = 0; k < keys.length; k++) {
    const pair = order ? order[k] : k;
    sorted[next[keys[pair]]++] = pair;
  }
  return sorted;
}
