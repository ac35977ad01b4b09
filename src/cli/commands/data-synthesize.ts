/** `recaudit data synthesize`: interactions from the paper's generator (section 3.1). */

import { dirname } from 'node:path';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { makeFolder } from '../../execution/atomic-file.js';
import { SeedKey } from '../../rng.js';
import { withSession } from '../session.js';
import { showNumber } from '../style.js';

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('data synthesize', raw);
  await withSession(options, async (session) => {
    if (options.out !== undefined) makeFolder(dirname(options.out));
    session.progress.phase('generating');
    const { synthesize } = await import('../../data/synthetic.js');
    const { users, items, rank, threshold = 5, out } = options;
    const seed = SeedKey.root(options.seed).child('embedded');
    const { dataset } = synthesize({ users, items, rank, threshold, startRows: 0, heldOut: false, seed });
    if (out !== undefined) {
      session.progress.phase(`writing ${out}`);
      const { datasetRows, writeInteractions } = await import('../../data/write.js');
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
