/**
 * Items that nobody has clicked yet, such as those a seller lists today: columns without a click after the ones that exist. Every index
 * that meant something before means the same after (decision 22).
 *
 * What it is not: it draws nothing and gives no new item a click; attacks do.
 */

import { RecauditError } from '../errors.js';
import { createDataset, type Dataset } from './dataset.js';
import { IdMap, quoted } from './ids.js';
import type { Split } from './splits.js';

/**
 * Both data sets with more items, in the order given. Users, interactions, ratings and timestamps are the same.
 *
 * @param ids at least one, distinct, none of them in the data
 * @throws RecauditError `config` for an id that the data have, or that is named twice
 * @example
 * const grown = withNewItems(randomSplit(dataset, { fraction: 0.2 }, seed), ['9001']);
 * const report = await audit(grown, { targets: ['9001'] });
 */
export function withNewItems<S extends Split>(split: S, ids: readonly (string | number)[]): S {
  const names = ids.map(String);
  const { items } = split.train;
  if (names.length === 0) throw refuse('at least one id', 'none', 'Name an item');
  names.forEach((id, n) => {
    if (names.indexOf(id) !== n) throw refuse('distinct ids', `${quoted(id)} twice`, 'Drop one');
    if (items.indexOf(id) === undefined) return;
    const got = `${quoted(id)}, which they have (${clicksWords(split, id)})`;
    throw refuse('ids that the data do not have', got, 'Name it as a target alone');
  });
  const grown = IdMap.inOrder([...items.ids, ...names]);
  return { ...split, train: withItems(split.train, grown), test: withItems(split.test, grown) };
}

function refuse(expected: string, got: string, remedy: string): RecauditError {
  return new RecauditError('config', `new items: expected ${expected}, got ${got}. ${remedy}`);
}

function clicksWords({ train, test }: Split, id: string): string {
  const clicks = ({ interactions, items }: Dataset) =>
    interactions.columns.reduce((sum, item) => sum + (items.ids[item] === id ? 1 : 0), 0);
  return `${clicks(train)} training and ${clicks(test)} test clicks`;
}

function withItems(dataset: Dataset, items: IdMap): Dataset {
  const { hash: _, ...parts } = dataset;
  return createDataset({ ...parts, items, interactions: dataset.interactions.withItems(items.size) });
}
