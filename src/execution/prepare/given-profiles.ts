/** Fake profiles that a user brings: read from a file, in the ids of the data they are meant for. */

import { existsSync, readFileSync } from 'node:fs';
import type { ProfileValues } from '../../data/fake-rows.js';
import { withoutApostrophe } from '../../data/files/write.js';
import { type Dataset, readInteractions } from '../../data/index.js';
import { RecauditError } from '../../errors.js';
import { shownNames } from '../../text/names.js';
import { provenancePathOf } from '../files/profile-files.js';
import { type ColumnOptions, duplicatesNote } from './load-data.js';

export interface GivenProfiles {
  /** item indices of each fake user, ascending; fake users in the order of their ids */
  readonly profiles: readonly Int32Array[];
  /** what the file says of the clicks, in the columns that the data have too */
  readonly values: ProfileValues;
  /** what looks wrong in the file, in words */
  readonly warnings: readonly string[];
}

/** The columns of the data, as the flags name them; the file may call them otherwise. */
type DataColumns = Pick<ColumnOptions, 'userColumn' | 'itemColumn' | 'ratingColumn' | 'timestampColumn'>;

/**
 * Columns are those that the data's flags name, where the file has them; else those with a usual name, such as `recaudit attack`
 * writes; else user and item are the first two.
 *
 * @throws RecauditError('data') for a file that cannot be read, an item that the data do not have, or a user that they
 *   do have
 */
export async function readProfiles(
  path: string,
  train: Dataset,
  { userColumn, itemColumn, ratingColumn, timestampColumn }: DataColumns,
): Promise<GivenProfiles> {
  const read = await readInteractions(path, {
    userColumn,
    itemColumn,
    ratingColumn,
    timestampColumn,
    byUsualNames: [
      'user',
      'item',
      ...(train.ratings ? (['rating'] as const) : []),
      ...(train.timestamps ? (['timestamp'] as const) : []),
    ],
  });
  const { dataset } = read;
  const idOf = sideOf(path)?.spreadsheetSafe === true ? withoutApostrophe : (id: string) => id;
  const [users, itemIds] = [dataset.users, dataset.items].map(({ ids }) => ids.map(idOf));
  const real = users.find((id) => train.users.indexOf(id) !== undefined);
  if (real !== undefined)
    throw new RecauditError(
      'data',
      `${path}: expected users that the data do not have, got "${real}", who is a real user. Give fake users new ids`,
    );
  checkItems(path, itemIds, train);
  const items = train.items.indicesOf(itemIds, path);
  const merged = read.duplicatesMerged > 0 ? [`${path}: ${duplicatesNote(read)}`] : [];
  return { ...inOrderOf(items, dataset), warnings: [...read.reading.warnings, ...merged] };
}

/** @throws RecauditError('data') for an item that the data do not have */
function checkItems(path: string, ids: readonly string[], train: Dataset): void {
  const unknown = ids.filter((id) => train.items.indexOf(id) === undefined);
  if (unknown.length === 0) return;
  const more = unknown.length === 1 ? '' : ` and ${unknown.length - 1} more`;
  throw new RecauditError(
    'data',
    `${path}: expected items of the data, got ${shownNames(unknown.slice(0, 3))
      .map((id) => `"${id}"`)
      .join(
        ', ',
      )}${more}. Check the ids, and that they survived --k-core; name items that nobody has clicked yet in --new-items`,
  );
}

/** Profiles in the items' indices, ascending, and their values in the same order. */
function inOrderOf(
  items: Int32Array,
  { interactions, ratings, timestamps }: Dataset,
): Omit<GivenProfiles, 'warnings'> {
  const { rowPointers, columns } = interactions;
  const orders = Array.from({ length: interactions.users }, (_, user) => {
    const [start, end] = [rowPointers[user], rowPointers[user + 1]];
    const entries = Array.from({ length: end - start }, (_, n) => start + n);
    return entries.sort((a, b) => items[columns[a]] - items[columns[b]]);
  });
  const inOrder = (values: Float64Array) =>
    orders.map((order) => Float64Array.from(order, (entry) => values[entry]));
  return {
    profiles: orders.map((order) => Int32Array.from(order, (entry) => items[columns[entry]])),
    values: {
      ...(ratings && { ratings: inOrder(ratings) }),
      ...(timestamps && { timestamps: inOrder(timestamps) }),
    },
  };
}

/** What to tell of columns that the data have and the file has not. */
export function missingValueNotes(path: string, train: Dataset, values: ProfileValues): string[] {
  const missing = [
    ...(train.ratings && !values.ratings ? ['ratings'] : []),
    ...(train.timestamps && !values.timestamps ? ['timestamps'] : []),
  ];
  if (missing.length === 0) return [];
  return [
    `${path} has no ${missing.join(' and no ')}, the data have: they are drawn (--fake-ratings, --fake-times)`,
  ];
}

interface SideFile {
  readonly targets?: unknown;
  readonly spreadsheetSafe?: unknown;
}

/** What stands beside the profiles; null where nothing does. @throws RecauditError('data') where it is no JSON */
function sideOf(path: string): SideFile | null {
  const side = provenancePathOf(path);
  if (!existsSync(side)) return null;
  try {
    return JSON.parse(readFileSync(side, 'utf8')) as SideFile | null;
  } catch (cause) {
    throw new RecauditError(
      'data',
      `${side}: expected JSON, got something else. Restore the file, or remove it and give --targets`,
      { cause },
    );
  }
}

/** The targets that a side file beside the profiles names; null where there is none. */
export function targetsBeside(path: string): string[] | null {
  const targets = sideOf(path)?.targets;
  return Array.isArray(targets) && targets.length > 0 ? targets.map(String) : null;
}
