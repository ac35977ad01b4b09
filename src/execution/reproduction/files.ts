/** The files of a reproduction: `reproduction.json`, `index.html` and `figures/`. Each is replaced whole. */

import { join } from 'node:path';
import { jsonText } from '../../audit/json-text.js';
import type { ReproductionDocument } from '../../reproduction/index.js';
import { makeFolder, writeAtomic } from '../atomic-file.js';

export interface ReproductionFiles {
  readonly json: string;
  readonly page: string;
  readonly figures: readonly string[];
}

/** @throws RecauditError('storage') */
export async function writeReproduction(
  folder: string,
  document: ReproductionDocument,
): Promise<ReproductionFiles> {
  const json = join(folder, 'reproduction.json');
  writeAtomic(json, jsonText(document));
  // Drawing code is heavy: not before there is something to draw.
  const { reproductionPage } = await import('../../reproduction/page/index.js');
  const { html, figures } = reproductionPage(document);
  const drawings = join(folder, 'figures');
  makeFolder(drawings);
  const drawn = Object.entries(figures).map(([name, svg]) => {
    const file = join(drawings, name);
    writeAtomic(file, svg);
    return file;
  });
  const page = join(folder, 'index.html');
  writeAtomic(page, html);
  return { json, page, figures: drawn };
}
