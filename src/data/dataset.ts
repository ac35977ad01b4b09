/**
 * `Dataset`: an interaction matrix with the original ids of its rows and columns, and what else a file said
 * about each interaction. Plain and immutable.
 */

import { RecauditError } from '../errors.js';
import { sha256 } from '../hash.js';
import { compareCodePoints, IdMap } from './ids.js';
import { InteractionMatrix } from './interactions.js';

export interface Dataset {
  readonly interactions: InteractionMatrix;
  readonly users: IdMap;
  readonly items: IdMap;
  /** in CSR order; of merged duplicates the earliest. Numbers of the file as they are, dates as seconds since 1970 UTC */
  readonly timestamps?: Float64Array;
  /** in CSR order; of merged duplicates the largest */
  readonly ratings?: Float64Array;
  /** hex SHA-256 of the ids and the pairs of original ids, whatever the order of the indices */
  readonly hash: string;
}

/** A data set's parts but its hash. */
export type DatasetParts = Omit<Dataset, 'hash'>;

/**
 * Checks that the parts fit each other and adds the hash.
 *
 * @throws RecauditError `data` when the id maps or the values have other sizes than the matrix
 */
export function createDataset(parts: DatasetParts): Dataset {
  const { interactions, users, items, timestamps, ratings } = parts;
  checkLength('user ids', users.size, interactions.users);
  checkLength('item ids', items.size, interactions.items);
  if (timestamps) checkLength('timestamps', timestamps.length, interactions.nonZeros);
  if (ratings) checkLength('ratings', ratings.length, interactions.nonZeros);
  return { ...parts, hash: hashPairs(parts) };
}

/**
 * The data set of the entries that `keep` selects (by CSR position), on the same users and items.
 *
 * @param keep length nonZeros, non-zero where the entry stays
 */
export function filterEntries(dataset: Dataset, keep: Uint8Array): Dataset {
  const { interactions } = dataset;
  const rowPointers = new Int32Array(interactions.users + 1);
  for (let u = 0; u < interactions.users; u++) {
    let kept = 0;
    for (let e = interactions.rowPointers[u]; e < interactions.rowPointers[u + 1]; e++)
      kept += keep[e] ? 1 : 0;
    rowPointers[u + 1] = rowPointers[u] + kept;
  }
  const columns = interactions.columns.filter((_, e) => keep[e] !== 0);
  return createDataset({
    interactions: InteractionMatrix.fromCsr(interactions.items, rowPointers, columns),
    users: dataset.users,
    items: dataset.items,
    ...valuesOf(dataset, (values) => values.filter((_, e) => keep[e] !== 0)),
  });
}

/** The data set of the users and items marked non-zero and the entries between them, re-indexed in the same order. */
export function selectRowsAndColumns(dataset: Dataset, users: Uint8Array, items: Uint8Array): Dataset {
  const { interactions } = dataset;
  const newItems = new Int32Array(interactions.items);
  let itemCount = 0;
  for (let i = 0; i < interactions.items; i++) newItems[i] = items[i] ? itemCount++ : -1;
  const keep = new Uint8Array(interactions.nonZeros);
  const rowPointers = [0];
  const columns: number[] = [];
  for (let u = 0; u < interactions.users; u++) {
    if (!users[u]) continue;
    for (let e = interactions.rowPointers[u]; e < interactions.rowPointers[u + 1]; e++) {
      const item = newItems[interactions.columns[e]];
      if (item < 0) continue;
      keep[e] = 1;
      columns.push(item);
    }
    rowPointers.push(columns.length);
  }
  return createDataset({
    interactions: InteractionMatrix.fromCsr(
      itemCount,
      Int32Array.from(rowPointers),
      Int32Array.from(columns),
    ),
    users: IdMap.inOrder(dataset.users.ids.filter((_, u) => users[u])),
    items: IdMap.inOrder(dataset.items.ids.filter((_, i) => items[i])),
    ...valuesOf(dataset, (values) => values.filter((_, e) => keep[e] !== 0)),
  });
}

function valuesOf(dataset: Dataset, select: (values: Float64Array) => Float64Array) {
  return {
    ...(dataset.timestamps && { timestamps: select(dataset.timestamps) }),
    ...(dataset.ratings && { ratings: select(dataset.ratings) }),
  };
}

/**
 * SHA-256 over the ids and the pairs in code-point order of the ids. Lengths come first everywhere, so that no two
 * data sets have the same bytes.
 */
function hashPairs({ interactions, users, items }: DatasetParts): string {
  const userOrder = textOrder(users.ids);
  const itemRank = inverse(textOrder(items.ids));
  const sorted = new Int32Array(interactions.nonZeros);
  const rowLengths = new Int32Array(interactions.users);
  let next = 0;
  userOrder.forEach((u, rank) => {
    const row = interactions.row(u);
    for (let e = 0; e < row.length; e++) sorted[next + e] = itemRank[row[e]];
    sorted.subarray(next, next + row.length).sort();
    rowLengths[rank] = row.length;
    next += row.length;
  });
  return sha256([
    `recaudit data set 1\n${interactions.users} ${interactions.items} ${interactions.nonZeros}\n`,
    lengthPrefixed(userOrder, users.ids),
    lengthPrefixed(inverse(itemRank), items.ids),
    rowLengths,
    sorted,
  ]);
}

function lengthPrefixed(order: Int32Array, ids: readonly string[]): string {
  return Array.from(order, (index) => `${ids[index].length}:${ids[index]}`).join('');
}

function textOrder(ids: readonly string[]): Int32Array {
  return Int32Array.from({ length: ids.length }, (_, index) => index).sort((a, b) =>
    compareCodePoints(ids[a], ids[b]),
  );
}

function inverse(permutation: Int32Array): Int32Array {
  const positions = new Int32Array(permutation.length);
  permutation.forEach((value, position) => {
    positions[value] = position;
  });
  return positions;
}

function checkLength(what: string, got: number, expected: number): void {
  if (got !== expected) {
    throw new RecauditError(
      'data',
      `data set: expected ${expected} ${what}, got ${got}. Build both from one source.`,
    );
  }
}
