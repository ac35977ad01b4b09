/** `ground.json`: the facts of the data that a folder's results stand on, so that they are drawn without the data. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecauditError } from '../../errors.js';
import type { DataName, Ground } from '../../reproduction/index.js';
import { jsonText } from '../../text/json.js';
import { makeFolder, writeAtomic } from '../files/atomic-file.js';

const VERSION = 1;

const pathIn = (folder: string) => join(folder, 'ground.json');

/** Null where there is none. @throws RecauditError('data') where it is none of recaudit's */
export function readGround(folder: string): Ground | null {
  const path = pathIn(folder);
  if (!existsSync(path)) return null;
  try {
    const { version, ground } = JSON.parse(readFileSync(path, 'utf8'));
    if (version === VERSION) return ground as Ground;
  } catch {
    // told below
  }
  throw new RecauditError(
    'data',
    `${path}: expected the facts of a reproduction's data, version ${VERSION}, got something else. Give another --out, or restore the file`,
  );
}

/**
 * Adds the facts of the data at hand to those stored. Results of other data or kernels do not mix.
 *
 * @throws RecauditError('config') where the folder holds results of other data or kernels
 */
export function mergeGround(folder: string, stored: Ground | null, found: Ground): Ground {
  if (stored !== null && stored.kernelFlavour !== found.kernelFlavour)
    throw new RecauditError(
      'config',
      `${folder}: expected kernels ${stored.kernelFlavour}, which computed the results there, got ${found.kernelFlavour}. Change --kernels, or give another --out`,
    );
  for (const name of Object.keys(found.data) as DataName[]) {
    const [before, now] = [stored?.data[name], found.data[name]];
    if (before !== undefined && before.trainHash !== now?.trainHash)
      throw new RecauditError(
        'config',
        `${folder}: expected the ${name} data of the results there (hash ${before.trainHash.slice(0, 12)}), got others (${now?.trainHash.slice(0, 12)}). Check --data, or give another --out`,
      );
  }
  return { ...found, data: { ...stored?.data, ...found.data } };
}

export function writeGround(folder: string, ground: Ground): void {
  makeFolder(folder);
  writeAtomic(pathIn(folder), jsonText({ version: VERSION, ground }));
}
