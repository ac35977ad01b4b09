/**
 * `InteractionMatrix`: which user interacted with which item, a binary users x items matrix in compressed
 * sparse rows. Immutable: nothing writes to its arrays after construction, and callers must not either.
 *
 * What it is not: it knows no original ids (`IdMap`), no timestamps or ratings (`Dataset`) and no file.
 */

import { RecauditError } from '../errors.js';
import { sha256 } from '../hash.js';
import { compressPairs } from './compress-pairs.js';

/** The same entries by columns: users ascend within an item. */
export interface CompressedColumns {
  /** length items + 1 */
  readonly columnPointers: Int32Array;
  /** length nonZeros: the user of each entry, in CSC order */
  readonly rowIndices: Int32Array;
  /** length nonZeros: CSR position of the p-th entry in CSC order */
  readonly csrPositions: Int32Array;
}

/** A matrix as a plain object over shared memory: `postMessage` sends it without copying the entries. */
export interface SharedInteractions {
  readonly users: number;
  readonly items: number;
  readonly rowPointers: Int32Array;
  readonly columns: Int32Array;
  readonly hash: string;
}

export class InteractionMatrix {
  readonly users: number;
  readonly items: number;
  /** length users + 1: user u's entries are positions rowPointers[u] to rowPointers[u + 1] */
  readonly rowPointers: Int32Array;
  /** length nonZeros: the item of each entry, ascending within a user */
  readonly columns: Int32Array;
  #columnsFirst: CompressedColumns | undefined;
  #hash: string | undefined;

  private constructor(
    users: number,
    items: number,
    rowPointers: Int32Array,
    columns: Int32Array,
    hash?: string,
  ) {
    this.users = users;
    this.items = items;
    this.rowPointers = rowPointers;
    this.columns = columns;
    this.#hash = hash;
  }

  /**
   * From (user, item) pairs in any order; duplicates are merged.
   *
   * @throws RecauditError `data` for an index outside the matrix or arrays of different length
   * @example InteractionMatrix.fromPairs(2, 3, [0, 1, 0], [2, 1, 0]).row(0) // Int32Array [0, 2]
   */
  static fromPairs(
    users: number,
    items: number,
    userIndices: ArrayLike<number>,
    itemIndices: ArrayLike<number>,
  ): InteractionMatrix {
    checkSize('users', users);
    checkSize('items', items);
    if (userIndices.length !== itemIndices.length) {
      throw invalid(
        `expected as many item indices as user indices (${userIndices.length}), got ${itemIndices.length}`,
      );
    }
    checkIndices('user', users, userIndices);
    checkIndices('item', items, itemIndices);
    const { rowPointers, columns } = compressPairs(users, items, userIndices, itemIndices);
    return new InteractionMatrix(users, items, rowPointers, columns);
  }

  /**
   * From one list of item indices a user, in any order; duplicates are merged.
   *
   * @throws RecauditError `data` for an item index outside the matrix
   */
  static fromRows(items: number, rows: readonly ArrayLike<number>[]): InteractionMatrix {
    checkSize('items', items);
    const sorted = rows.map((row) => ascending(items, row));
    const rowPointers = new Int32Array(rows.length + 1);
    sorted.forEach((row, u) => {
      rowPointers[u + 1] = rowPointers[u] + row.length;
    });
    const columns = new Int32Array(rowPointers[rows.length]);
    sorted.forEach((row, u) => {
      columns.set(row, rowPointers[u]);
    });
    return new InteractionMatrix(rows.length, items, rowPointers, columns);
  }

  /**
   * From compressed rows as they are (not copied).
   *
   * @throws RecauditError `data` unless the pointers ascend from 0 to the number of entries and every row's
   *   items ascend strictly within [0, items)
   */
  static fromCsr(items: number, rowPointers: Int32Array, columns: Int32Array): InteractionMatrix {
    checkSize('items', items);
    const users = rowPointers.length - 1;
    if (users < 0 || rowPointers[0] !== 0 || rowPointers[users] !== columns.length)
      throw invalid(`expected row pointers from 0 to ${columns.length}, got ${[...rowPointers.slice(-1)]}`);
    for (let u = 0; u < users; u++) {
      if (rowPointers[u] > rowPointers[u + 1]) throw invalid(`expected ascending row pointers at row ${u}`);
      let last = -1;
      for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
        if (columns[e] <= last || columns[e] >= items) {
          throw invalid(`expected row ${u} to ascend strictly within [0, ${items}), got ${columns[e]}`);
        }
        last = columns[e];
      }
    }
    return new InteractionMatrix(users, items, rowPointers, columns);
  }

  /** What `toShared` made, in this or another thread. */
  static fromShared(shared: SharedInteractions): InteractionMatrix {
    const { users, items, rowPointers, columns, hash } = shared;
    return new InteractionMatrix(users, items, rowPointers, columns, hash);
  }

  /** A plain object over shared memory, for other threads. Copies the entries once, unless they are shared already. */
  toShared(): SharedInteractions {
    const { users, items, hash } = this;
    return { users, items, hash, rowPointers: shared(this.rowPointers), columns: shared(this.columns) };
  }

  /** Number of interactions. */
  get nonZeros(): number {
    return this.columns.length;
  }

  /** Hex SHA-256 of the shape and the entries (indices, not original ids: see `Dataset.hash`). */
  get hash(): string {
    this.#hash ??= sha256([
      `recaudit interactions 1\n${this.users} ${this.items}\n`,
      this.rowPointers,
      this.columns,
    ]);
    return this.#hash;
  }

  /** The items of a user, ascending: a view, not a copy. */
  row(user: number): Int32Array {
    checkIndex('user', this.users, user);
    return this.columns.subarray(this.rowPointers[user], this.rowPointers[user + 1]);
  }

  /** Whether the user interacted with the item. O(log row length). */
  has(user: number, item: number): boolean {
    checkIndex('user', this.users, user);
    let low = this.rowPointers[user];
    let high = this.rowPointers[user + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.columns[middle] < item) low = middle + 1;
      else high = middle;
    }
    return low < this.rowPointers[user + 1] && this.columns[low] === item;
  }

  /** The matrix by columns; computed once, when first asked for. */
  csc(): CompressedColumns {
    this.#columnsFirst ??= byColumns(this.items, this.rowPointers, this.columns);
    return this.#columnsFirst;
  }

  /** Interactions of each user (profile sizes), length users. */
  userDegrees(): Int32Array {
    return Int32Array.from({ length: this.users }, (_, u) => this.rowPointers[u + 1] - this.rowPointers[u]);
  }

  /** Interactions of each item (popularity), length items. */
  itemDegrees(): Int32Array {
    const degrees = new Int32Array(this.items);
    for (let e = 0; e < this.columns.length; e++) degrees[this.columns[e]]++;
    return degrees;
  }

  /**
   * The same interactions in a catalogue of more items, which nobody has clicked.
   *
   * @param items their number, at least as many as here
   * @throws RecauditError `data` for fewer
   */
  withItems(items: number): InteractionMatrix {
    checkSize('items', items);
    if (items < this.items) throw invalid(`expected at least ${this.items} items, got ${items}`);
    return new InteractionMatrix(this.users, items, this.rowPointers, this.columns);
  }

  /**
   * A matrix with more users, after the ones here: fake profiles. Every index that meant something before means
   * the same after.
   *
   * @throws RecauditError `data` for an item index outside the matrix
   */
  appendRows(profiles: readonly ArrayLike<number>[]): InteractionMatrix {
    const added = InteractionMatrix.fromRows(this.items, profiles);
    const rowPointers = new Int32Array(this.users + added.users + 1);
    rowPointers.set(this.rowPointers);
    for (let v = 1; v <= added.users; v++) rowPointers[this.users + v] = this.nonZeros + added.rowPointers[v];
    const columns = new Int32Array(this.nonZeros + added.nonZeros);
    columns.set(this.columns);
    columns.set(added.columns, this.nonZeros);
    return new InteractionMatrix(this.users + added.users, this.items, rowPointers, columns);
  }
}

function byColumns(items: number, rowPointers: Int32Array, columns: Int32Array): CompressedColumns {
  const columnPointers = new Int32Array(items + 1);
  for (let e = 0; e < columns.length; e++) columnPointers[columns[e] + 1]++;
  for (let i = 0; i < items; i++) columnPointers[i + 1] += columnPointers[i];
  const next = columnPointers.slice(0, items);
  const rowIndices = new Int32Array(columns.length);
  const csrPositions = new Int32Array(columns.length);
  for (let u = 0; u + 1 < rowPointers.length; u++) {
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
      const p = next[columns[e]]++;
      rowIndices[p] = u;
      csrPositions[p] = e;
    }
  }
  return { columnPointers, rowIndices, csrPositions };
}

/** Sorted copy without duplicates. */
function ascending(items: number, row: ArrayLike<number>): Int32Array {
  checkIndices('item', items, row);
  const sorted = Int32Array.from(row).sort();
  let size = 0;
  for (let e = 0; e < sorted.length; e++) {
    if (e === 0 || sorted[e] !== sorted[e - 1]) sorted[size++] = sorted[e];
  }
  return sorted.subarray(0, size);
}

/** In memory that threads share, where the host has such: a browser may have none. */
function shared(array: Int32Array): Int32Array {
  if (globalThis.SharedArrayBuffer === undefined || array.buffer instanceof SharedArrayBuffer) return array;
  const copy = new Int32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

function invalid(problem: string): RecauditError {
  return new RecauditError('data', `interactions: ${problem}. Check the indices against the id maps.`);
}

function checkSize(what: string, size: number): void {
  if (!Number.isInteger(size) || size < 0 || size >= 2 ** 31 - 1)
    throw invalid(`expected a number of ${what} in [0, 2^31 - 1), got ${size}`);
}

function checkIndex(what: string, bound: number, index: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= bound)
    throw invalid(`expected a ${what} index in [0, ${bound}), got ${index}`);
}

function checkIndices(what: string, bound: number, indices: ArrayLike<number>): void {
  for (let p = 0; p < indices.length; p++) checkIndex(what, bound, indices[p]);
}

/** Clicks of the user with the fewest, of those who have any; infinite where none has. @example smallestProfileOf(train) // 1 */
export function smallestProfileOf(interactions: InteractionMatrix): number {
  return interactions
    .userDegrees()
    .reduce((least, clicks) => (clicks > 0 ? Math.min(least, clicks) : least), Number.POSITIVE_INFINITY);
}
