/** `tau.json` beside the results: a document of `recaudit bench tau --json`, where somebody made one. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type MeasuredCurves, type UnrollCost, unrollCost } from '../../reproduction/index.js';
import { readBenchDocument } from '../bench/document.js';

/** What the names of its results start with. */
const TAU = 'tau, ';

/** Null where there is no such file. @throws RecauditError('data') where it is no document of `recaudit bench` */
export function readCost(folder: string): UnrollCost | null {
  const path = join(folder, 'tau.json');
  if (!existsSync(path)) return null;
  const { results, machine } = readBenchDocument(path);
  const measured = results
    .filter(({ name, curves }) => name.startsWith(TAU) && curves !== undefined)
    .map(({ name, curves }): MeasuredCurves => ({ name: name.slice(TAU.length), curves: curves ?? [] }));
  return unrollCost(measured, machine.kernels);
}
