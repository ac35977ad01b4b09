/** Fake profiles that a user brings: read from a file, in the ids of the data they are meant for. */

import { existsSync, readFileSync } from 'node:fs';
import { withoutApostrophe } from '../../data/files/write.js';
import { type Dataset, readInteractions } from '../../data/index.js';
import { RecauditError } from '../../errors.js';
import { provenancePathOf } from '../files/profile-files.js';

/**
 * Item indices of each fake user, ascending; fake users in the order of their ids.
 *
 * @throws RecauditError('data') for a file that cannot be read, an item that the data do not have, or a user that they
 *   do have
 */
export async function readProfiles(path: string, train: Dataset): Promise<number[][]> {
  const { dataset } = await readInteractions(path);
  const idOf = sideOf(path)?.spreadsheetSafe === true ? withoutApostrophe : (id: string) => id;
  const [users, itemIds] = [dataset.users, dataset.items].map(({ ids }) => ids.map(idOf));
  const real = users.find((id) => train.users.indexOf(id) !== undefined);
  if (real !== undefined)
    throw new RecauditError(
      'data',
      `${path}: expected users that the data do not have, got "${real}", who is a real user. Give fake users new ids`,
    );
  const items = train.items.indicesOf(itemIds, path);
  return users.map((_, user) =>
    Array.from(dataset.interactions.row(user), (item) => items[item]).sort((a, b) => a - b),
  );
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
