/**
 * `IdMap`: the original ids of users or items, and their indices. Ids are text; numbers keep their text, so "7" and
 * "07" are two ids.
 *
 * The order is a function of the set of ids alone (never of a file's order or of a reader's threads): by value
 * when all ids are integers in plain notation, else by code points of the text.
 */

import { RecauditError } from '../errors.js';
import type { SeedKey } from '../rng.js';
import { freshTextIds } from './fresh-ids.js';

const PLAIN_INTEGER = /^(?:0|-?[1-9][0-9]*)$/;

export class IdMap {
  /** the id of each index */
  readonly ids: readonly string[];
  #indices: Map<string, number> | undefined;

  private constructor(ids: readonly string[]) {
    this.ids = ids;
  }

  /** The map of a set of distinct ids, in the order that the file header defines. */
  static sorted(ids: readonly string[]): IdMap {
    return new IdMap(Array.from(sortedOrder(ids), (position) => ids[position]));
  }

  /** Index i has id `ids[i]`. For subsets of a sorted map. */
  static inOrder(ids: readonly string[]): IdMap {
    return new IdMap(ids);
  }

  /** Ids "0", "1", ... of `size` indices. @example IdMap.range(3).ids // ['0', '1', '2'] */
  static range(size: number): IdMap {
    return new IdMap(Array.from({ length: size }, (_, index) => String(index)));
  }

  get size(): number {
    return this.ids.length;
  }

  /** The index of an id, or undefined where the data set does not have it. Numbers stand for their text. */
  indexOf(id: string | number): number | undefined {
    this.#indices ??= new Map(this.ids.map((known, index) => [known, index]));
    return this.#indices.get(String(id));
  }

  /**
   * The indices of ids that must exist, in the order given.
   *
   * @param where what the ids are for, for the error message
   * @throws RecauditError `data` naming the first unknown id
   */
  indicesOf(ids: readonly (string | number)[], where: string): Int32Array {
    return Int32Array.from(ids, (id) => {
      const index = this.indexOf(id);
      if (index === undefined) {
        const some = this.ids.slice(0, 3).map(quoted).join(', ');
        throw new RecauditError(
          'data',
          `${where}: expected one of the data set's ${this.size} ids (such as ${some}), got ${quoted(String(id))}. ` +
            'Check the spelling, and that the id survived filtering.',
        );
      }
      return index;
    });
  }

  /**
   * `count` ids that no index has, in the form of those that exist: the next integers where all ids are integers, else
   * as {@link freshTextIds} draws them.
   *
   * @param seed of the draws; integers need none
   * @example IdMap.sorted(['7', '12']).fresh(2, seed) // ['13', '14']
   */
  fresh(count: number, seed: SeedKey): string[] {
    if (!this.ids.every((id) => PLAIN_INTEGER.test(id))) return freshTextIds(this.ids, count, seed);
    const largest = this.ids.reduce((most, id) => (BigInt(id) > most ? BigInt(id) : most), -1n);
    return Array.from({ length: count }, (_, v) => String(largest + 1n + BigInt(v)));
  }
}

/** The permutation that sorts ids: by value when all are plain integers, else by code points. */
export function sortedOrder(ids: readonly string[]): Int32Array {
  const order = Int32Array.from({ length: ids.length }, (_, position) => position);
  if (!ids.every((id) => PLAIN_INTEGER.test(id))) {
    return order.sort((a, b) => compareCodePoints(ids[a], ids[b]));
  }
  const numbers = Float64Array.from(ids, Number);
  if (numbers.every(Number.isSafeInteger)) return order.sort((a, b) => numbers[a] - numbers[b]);
  const values = ids.map(BigInt);
  return order.sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0));
}

/**
 * Order by code points. JavaScript's own `<` compares UTF-16 code units, which puts astral characters (surrogates,
 * D800 to DFFF) before E000 to FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let k = 0; k < length; k++) {
    const x = a.charCodeAt(k);
    const y = b.charCodeAt(k);
    if (x !== y) return surrogatesLast(x) - surrogatesLast(y);
  }
  return a.length - b.length;
}

function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** An id for a message: quoted, shortened. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
