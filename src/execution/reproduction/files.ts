/**
 * The files of a reproduction: `reproduction.json`, `index.html` and `figures/`. Each is replaced whole; drawings of an earlier
 * page that this one has not are removed.
 */

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { jsonText } from '../../audit/json-text.js';
import { RecauditError } from '../../errors.js';
import { EXPERIMENTS, type ReproductionDocument } from '../../reproduction/index.js';
import { makeFolder, writeAtomic } from '../atomic-file.js';

export interface ReproductionFiles {
  readonly json: string;
  readonly page: string;
  readonly figures: readonly string[];
}

/** The experiments and seeds of a page. */
export type Shown = Pick<ReproductionDocument, 'experiments' | 'seeds'>;

const documentPath = (folder: string) => join(folder, 'reproduction.json');

/**
 * What the next page of a folder shows: what is asked for, and what the page there shows already.
 *
 * @throws RecauditError('data') where the folder's document is none of recaudit's
 */
export function shownWith(folder: string, asked: Shown): Shown {
  const path = documentPath(folder);
  if (!existsSync(path)) return asked;
  const before = readShown(path);
  const longer = (a: readonly number[], b: readonly number[]) => (a.length > b.length ? a : b);
  return {
    experiments: EXPERIMENTS.filter((one) => [...asked.experiments, ...before.experiments].includes(one)),
    seeds: {
      synthetic: longer(asked.seeds.synthetic, before.seeds.synthetic),
      gowalla: longer(asked.seeds.gowalla, before.seeds.gowalla),
    },
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
