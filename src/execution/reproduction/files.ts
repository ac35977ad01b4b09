/** The files of a reproduction: `reproduction.json`. */

import { join } from 'node:path';
import { jsonText } from '../../audit/json-text.js';
import type { ReproductionDocument } from '../../reproduction/index.js';
import { writeAtomic } from '../atomic-file.js';

export interface ReproductionFiles {
  readonly json: string;
  readonly page: string | null;
}

/** @throws RecauditError('storage') */
export async function writeReproduction(
  folder: string,
  document: ReproductionDocument,
): Promise<ReproductionFiles> {
  const json = join(folder, 'reproduction.json');
  writeAtomic(json, jsonText(document));
  return { json, page: null };
}
