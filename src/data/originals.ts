/**
 * `Originals`: what a file said of interactions beside who and what, in the user's own terms: for recommenders outside
 * that read files, not matrices.
 */

import { sha256 } from '../hash.js';
import type { Dataset } from './dataset.js';

/** Of a training set: ids by index, and one rating and timestamp an entry, in CSR order, where the file has them. */
export type Originals = Pick<Dataset, 'users' | 'items' | 'ratings' | 'timestamps'>;

/** @example const data = { train: train.interactions, test, originals: originalsOf(train) } */
export function originalsOf({ users, items, ratings, timestamps }: Dataset): Originals {
  return { users, items, ...(ratings && { ratings }), ...(timestamps && { timestamps }) };
}

const hashes = new WeakMap<Originals, string>();

/** Hex SHA-256 of ids and values by index. Computed once for an object. */
export function hashOriginals(originals: Originals): string {
  const known = hashes.get(originals);
  if (known !== undefined) return known;
  const { users, items, ratings, timestamps } = originals;
  const texts = ({ ids }: Dataset['users']) => ids.map((id) => `${id.length}:${id}`).join('');
  const values = (name: string, array: Float64Array | undefined) =>
    array === undefined ? [`no ${name}\n`] : [`${name} ${array.length}\n`, array];
  const hash = sha256([
    `recaudit originals 1\n${users.size} ${items.size}\n`,
    texts(users),
    texts(items),
    ...values('ratings', ratings),
    ...values('timestamps', timestamps),
  ]);
  hashes.set(originals, hash);
  return hash;
}
