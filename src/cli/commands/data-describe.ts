/** `recaudit data describe`: what an interaction file holds. */

import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { DatasetDescription } from '../../data/describe.js';
import type { ReadResult } from '../../data/files/read.js';
import { readFile } from '../../execution/prepare/load-data.js';
import { withSession } from '../session.js';
import { showNumber, table } from '../style.js';

function show(path: string, read: ReadResult, facts: DatasetDescription): string {
  const { users, items, interactions, density, itemPopularity, profileSize, buckets, hash } = facts;
  const quantiles = ['min', 'p1', 'p5', 'p25', 'p50', 'p75', 'p95', 'p99', 'max', 'mean'] as const;
  const row = (name: string, of: typeof itemPopularity) => [name, ...quantiles.map((q) => showNumber(of[q]))];
  const bucketText = Object.entries(buckets).map(([name, count]) => `${name} ${showNumber(count)}`);
  return [
    `${path}: ${showNumber(users)} users x ${showNumber(items)} items, ${showNumber(interactions)} interactions`,
    `density ${(100 * density).toPrecision(3)} %`,
    `${showNumber(read.rows)} rows read, ${showNumber(read.belowThreshold)} below the threshold, ${showNumber(read.duplicatesMerged)} duplicates merged`,
    '',
    table([['interactions of', ...quantiles], row('an item', itemPopularity), row('a user', profileSize)]),
    '',
    `items by popularity: ${bucketText.join(', ')}`,
    `hash ${hash}`,
  ].join('\n');
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('data describe', raw);
  await withSession(options, async (session) => {
    const read = await readFile(options.file, options, options.kCore, session.progress.phase);
    const { describe } = await import('../../data/describe.js');
    const facts = describe(read.dataset);
    const { rows, belowThreshold, duplicatesMerged } = read;
    const document = {
      schemaVersion: 1,
      command: 'data describe',
      file: options.file,
      kCore: options.kCore ?? null,
      ...facts,
      rows,
      belowThreshold,
      duplicatesMerged,
    };
    session.result(document, () => show(options.file, read, facts));
  });
}
