/** `recaudit data synthesize`: interactions from the paper's generator (section 3.1), or from power laws. */

import { dirname } from 'node:path';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { Dataset } from '../../data/index.js';
import { makeFolder, refuseOverwriting } from '../../execution/files/atomic-file.js';
import { SeedKey } from '../../rng.js';
import { withSession } from '../session.js';
import { showNumber } from '../style.js';

type Options = CommandOptions<'data synthesize'>;

async function generate(options: Options): Promise<Dataset> {
  const { users, items, interactions } = options;
  const root = SeedKey.root(options.seed);
  if (interactions === undefined) {
    const { synthesize } = await import('../../data/synthetic.js');
    const { rank = 20, threshold = 5 } = options;
    const seed = root.child('embedded');
    return synthesize({ users, items, rank, threshold, startRows: 0, heldOut: false, seed }).dataset;
  }
  const { powerLawDataset, ratingsLaw } = await import('../../data/power-law.js');
  const shape = { users, items, interactions };
  const law = ratingsLaw(shape);
  const { userExponent, itemExponent, userShift, itemShift } = { ...law, ...given(options) };
  const seed = root.child('power-law');
  return powerLawDataset({ ...shape, userExponent, itemExponent, userShift, itemShift, seed });
}

/** The parts of the law that were given. */
function given({ userExponent, itemExponent, userShift, itemShift }: Options) {
  return {
    ...(userExponent !== undefined && { userExponent }),
    ...(itemExponent !== undefined && { itemExponent }),
    ...(userShift !== undefined && { userShift }),
    ...(itemShift !== undefined && { itemShift }),
  };
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('data synthesize', raw);
  await withSession(options, async (session) => {
    const { out } = options;
    refuseOverwriting([out], []);
    if (out !== undefined) makeFolder(dirname(out));
    session.progress.phase('generating');
    const dataset = await generate(options);
    if (out !== undefined) {
      session.progress.phase(`writing ${out}`);
      const { datasetRows, writeInteractions } = await import('../../data/files/write.js');
      await writeInteractions(out, datasetRows(dataset));
    }
    const { describe } = await import('../../data/describe.js');
    const facts = describe(dataset);
    const without = {
      usersWithoutClicks: zeros(dataset.interactions.userDegrees()),
      itemsWithoutClicks: zeros(dataset.interactions.itemDegrees()),
    };
    const where = out === undefined ? 'not written (give --out FILE)' : out;
    session.result(
      { schemaVersion: 1, command: 'data synthesize', file: out ?? null, ...facts, ...without },
      () =>
        `${where}: ${showNumber(facts.users)} users x ${showNumber(facts.items)} items, ` +
        `${showNumber(facts.interactions)} interactions, density ${(100 * facts.density).toPrecision(3)} %` +
        withoutClicks(without),
    );
  });
}

function zeros(counts: Int32Array): number {
  return counts.filter((count) => count === 0).length;
}

/** A file of clicks cannot hold who makes or gets none: whoever reads it back finds that many fewer. */
function withoutClicks(without: { usersWithoutClicks: number; itemsWithoutClicks: number }): string {
  const { usersWithoutClicks: users, itemsWithoutClicks: items } = without;
  if (users + items === 0) return '';
  return `\nwithout a click, and so without a row in a file: ${showNumber(users)} users, ${showNumber(items)} items`;
}
