/** Puts a training and a test file, read separately, on the same users and items. */

import { RecauditError } from '../errors.js';
import { createDataset, type Dataset } from './dataset.js';
import { compressPairs } from './files/compress.js';
import { IdMap, quoted } from './ids.js';
import { InteractionMatrix } from './interactions.js';
import type { Split } from './splits.js';

/**
 * Both data sets over the union of their ids, in the order that a single file with all of them would have.
 *
 * @throws RecauditError `data` when an interaction is in both, naming the first one
 * @example const { train, test } = alignSplit(trainFile.dataset, testFile.dataset);
 */
export function alignSplit(train: Dataset, test: Dataset): Split {
  const users = IdMap.sorted([...new Set([...train.users.ids, ...test.users.ids])]);
  const items = IdMap.sorted([...new Set([...train.items.ids, ...test.items.ids])]);
  const split = { train: reindex(train, users, items), test: reindex(test, users, items) };
  for (let u = 0; u < users.size; u++) {
    const both = split.test.interactions.row(u).find((item) => split.train.interactions.has(u, item));
    if (both !== undefined) {
      throw new RecauditError(
        'data',
        `split: expected no interaction in both training and test, got user ${quoted(users.ids[u])} with item ` +
          `${quoted(items.ids[both])} in both. Remove it from one of the files.`,
      );
    }
  }
  return split;
}

function reindex(dataset: Dataset, users: IdMap, items: IdMap): Dataset {
  const { interactions } = dataset;
  const newUsers = users.indicesOf(dataset.users.ids, 'users');
  const newItems = items.indicesOf(dataset.items.ids, 'items');
  const userIndices = new Int32Array(interactions.nonZeros);
  for (let u = 0; u < interactions.users; u++)
    userIndices.fill(newUsers[u], interactions.rowPointers[u], interactions.rowPointers[u + 1]);
  const itemIndices = interactions.columns.map((item) => newItems[item]);
  const { rowPointers, columns, positions } = compressPairs(users.size, items.size, userIndices, itemIndices);
  const moved = (values: Float64Array) => {
    const result = new Float64Array(values.length);
    positions.forEach((position, entry) => {
      result[position] = values[entry];
    });
    return result;
  };
  return createDataset({
    interactions: InteractionMatrix.fromCsr(items.size, rowPointers, columns),
    users,
    items,
    ...(dataset.timestamps && { timestamps: moved(dataset.timestamps) }),
    ...(dataset.ratings && { ratings: moved(dataset.ratings) }),
  });
}
