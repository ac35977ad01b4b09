/**
 * The files of a reproduction: `reproduction.json`, `index.html` and `figures/`. Each is replaced whole; drawings of an earlier
 * page that this one has not are removed.
 */

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RecauditError } from '../../errors.js';
import { type DataName, EXPERIMENTS, type ReproductionDocument } from '../../reproduction/index.js';
import { jsonText } from '../../text/json.js';
import { makeFolder, writeAtomic } from '../files/atomic-file.js';
import type { RecordStore } from './record-store.js';

export interface ReproductionFiles {
  readonly json: string;
  readonly page: string;
  readonly figures: readonly string[];
}

/** The experiments and seeds of a page. */
export type Shown = Pick<ReproductionDocument, 'experiments' | 'seeds'>;

const documentPath = (folder: string) => join(folder, 'reproduction.json');

/** The first seeds, as many as there are. */
export const counted = (seeds: number): number[] => Array.from({ length: seeds }, (_, n) => n + 1);

/**
 * What the next page of a folder shows: what is asked for, what the page there shows already, and every seed that has records.
 *
 * @param stored the last seed of each data set that has a record
 * @throws RecauditError('data') where the folder's document is none of recaudit's
 */
export function shownWith(folder: string, asked: Shown, stored: RecordStore['seeds']): Shown {
  const path = documentPath(folder);
  const before = existsSync(path) ? readShown(path) : asked;
  const most = (data: DataName) =>
    counted(Math.max(asked.seeds[data].length, before.seeds[data].length, stored[data]));
  return {
    experiments: EXPERIMENTS.filter((one) => [...asked.experiments, ...before.experiments].includes(one)),
    seeds: { synthetic: most('synthetic'), gowalla: most('gowalla') },
  };
}

function readShown(path: string): Shown {
  try {
    const { experiments, seeds } = JSON.parse(readFileSync(path, 'utf8')) as ReproductionDocument;
    const lists = [experiments, seeds.synthetic, seeds.gowalla];
    if (lists.every(Array.isArray)) return { experiments, seeds };
  } catch {
    // told below
  }
  throw new RecauditError(
    'data',
    `${path}: expected a document of recaudit reproduce, got something else. Delete it: it is made again from the results`,
  );
}

/** @throws RecauditError('storage') */
export async function writeReproduction(
  folder: string,
  document: ReproductionDocument,
): Promise<ReproductionFiles> {
  const json = documentPath(folder);
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
  for (const name of readdirSync(drawings))
    if (/^(fig|table)\w[\w-]*\.svg$/.test(name) && !Object.hasOwn(figures, name))
      rmSync(join(drawings, name), { force: true });
  const page = join(folder, 'index.html');
  writeAtomic(page, html);
  return { json, page, figures: drawn };
}
