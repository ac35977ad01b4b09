/**
 * The files that a command reads: {train}, all interactions it is to learn from, and {users}, whom to recommend to. Both
 * are CSV in the user's own ids, in random order, so that nothing in their form tells a fake row from a real one.
 *
 * Each real row's place depends on (seed, user, entry) alone: real rows stand in the same order whether or not fake
 * rows stand between them.
 */

import { closeSync, openSync, writeSync } from 'node:fs';
import type { ProfileValues } from '../../data/fake-rows.js';
import { IdMap } from '../../data/ids.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import type { Originals } from '../../data/originals.js';
import { RecauditError } from '../../errors.js';
import type { SeedKey } from '../../rng.js';
import { storageError } from '../files/atomic-file.js';

const CHUNK_CHARACTERS = 1 << 18;

/** One field: quoted where it holds what CSV gives a meaning, or spaces at an end. */
function field(value: string): string {
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** @throws RecauditError('storage') */
function writeLines(path: string, lines: Iterable<string>): void {
  try {
    const file = openSync(path, 'wx');
    try {
      let text = '';
      const flush = () => {
        const bytes = Buffer.from(text);
        for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
        text = '';
      };
      for (const line of lines) {
        text += `${line}\n`;
        if (text.length > CHUNK_CHARACTERS) flush();
      }
      flush();
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storageError(path, error);
  }
}

/** Positions in ascending order of their draws: each has a 32-bit draw in the high half, its position in the low one. */
function orderOf(count: number, draw: (position: number) => number): Uint32Array {
  const words = new Uint32Array(2 * count);
  for (let position = 0; position < count; position++) {
    words[2 * position] = position;
    words[2 * position + 1] = draw(position);
  }
  new BigUint64Array(words.buffer).sort();
  return Uint32Array.from({ length: count }, (_, n) => words[2 * n]);
}

/** The user of each entry, in CSR order. */
function usersOf({ rowPointers, nonZeros, users }: InteractionMatrix): Int32Array {
  const found = new Int32Array(nonZeros);
  for (let user = 0; user < users; user++) found.fill(user, rowPointers[user], rowPointers[user + 1]);
  return found;
}

/** One draw an entry, from a stream of its user's. */
function entryDraws({ rowPointers, nonZeros, users }: InteractionMatrix, seed: SeedKey): Uint32Array {
  const draws = new Uint32Array(nonZeros);
  for (let user = 0; user < users; user++) {
    const stream = seed.child(user).stream();
    for (let e = rowPointers[user]; e < rowPointers[user + 1]; e++) draws[e] = stream.uint32();
  }
  return draws;
}

/** Where each entry stands in `whole`, which holds them all. */
function positionsIn(whole: InteractionMatrix, part: InteractionMatrix): Int32Array | null {
  if (whole === part) return null;
  const positions = new Int32Array(part.nonZeros);
  for (let user = 0; user < part.users; user++) {
    let place = whole.rowPointers[user];
    for (let e = part.rowPointers[user]; e < part.rowPointers[user + 1]; e++) {
      while (place < whole.rowPointers[user + 1] && whole.columns[place] < part.columns[e]) place++;
      positions[e] = place;
    }
  }
  return positions;
}

/** Of the real entries, and of those after them, by their place among all. */
function valueAt(
  realEntries: number,
  real: Float64Array | undefined,
  fake: readonly Float64Array[] | undefined,
): (place: number) => number | undefined {
  if (real === undefined) return () => undefined;
  const more = (fake ?? []).flatMap((values) => Array.from(values));
  return (place) => (place < realEntries ? real[place] : more[place - realEntries]);
}

function* trainingLines(
  train: InteractionMatrix,
  originals: Originals,
  users: IdMap,
  seed: SeedKey,
  whole: InteractionMatrix,
  appended: ProfileValues,
) {
  const { ratings, timestamps, items } = originals;
  const positions = positionsIn(whole, train);
  const realEntries = whole.rowPointers[originals.users.size];
  const rating = valueAt(realEntries, ratings, appended.ratings);
  const timestamp = valueAt(realEntries, timestamps, appended.timestamps);
  const userOf = usersOf(train);
  const draws = entryDraws(train, seed.child('order'));
  const itemFields = items.ids.map(field);
  yield ['user', 'item', ...(ratings ? ['rating'] : []), ...(timestamps ? ['timestamp'] : [])].join(',');
  for (const entry of orderOf(train.nonZeros, (e) => draws[e])) {
    const place = positions?.[entry] ?? entry;
    const pair = `${field(users.ids[userOf[entry]])},${itemFields[train.columns[entry]]}`;
    yield `${pair}${ratings ? `,${rating(place)}` : ''}${timestamps ? `,${timestamp(place)}` : ''}`;
  }
}

/** Every row that was added to data with such a column has its values. */
function checkAppended(
  column: 'ratings' | 'timestamps',
  originals: Originals,
  { nonZeros, rowPointers }: InteractionMatrix,
  appended: ProfileValues,
): void {
  if (originals[column] === undefined) return;
  const expected = nonZeros - rowPointers[originals.users.size];
  const got = (appended[column] ?? []).reduce((sum, { length }) => sum + length, 0);
  if (got === expected) return;
  throw new RecauditError(
    'internal',
    `training file: expected ${column} of ${expected} fake clicks, got ${got}. Plan the audit with fakeValues.${column}.`,
  );
}

/**
 * Writes {train}: a header `user,item[,rating][,timestamp]`, then one line an interaction.
 *
 * @param train rows of the real users first, fake users after
 * @param originals of the real rows of `whole`
 * @param whole the clicks that `train` is a part of, where a defence left some out
 * @returns the ids of all users of the file, by row
 * @param appended ratings and timestamps of the rows of `whole` after the real ones
 * @throws RecauditError `storage` where it cannot be written, `internal` where ids, rows and values are not of one data set
 */
export function writeTraining(
  path: string,
  train: InteractionMatrix,
  originals: Originals,
  seed: SeedKey,
  whole: InteractionMatrix = train,
  appended: ProfileValues = {},
): IdMap {
  const { users, items } = originals;
  if (users.size > train.users || items.size !== train.items)
    throw new RecauditError(
      'internal',
      `training file: expected ids of at most ${train.users} users and of ${train.items} items, got ${users.size} and ${items.size}. Pass the originals of this training set.`,
    );
  for (const column of ['ratings', 'timestamps'] as const) checkAppended(column, originals, whole, appended);
  const fake = users.fresh(train.users - users.size, seed.child('ids'));
  const all = IdMap.inOrder([...users.ids, ...fake]);
  writeLines(path, trainingLines(train, originals, all, seed, whole, appended));
  return all;
}

/** Writes {users}: a header `user`, then one id a line. @throws RecauditError('storage') */
export function writeUsers(path: string, users: Int32Array, ids: IdMap, seed: SeedKey): void {
  const order = orderOf(users.length, (n) => seed.child(users[n]).stream().uint32());
  writeLines(path, ['user', ...Array.from(order, (n) => field(ids.ids[users[n]]))]);
}
