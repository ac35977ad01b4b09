/** Puts a training and a test file, read separately, on the same users and items. */

import { RecauditError } from '../errors.js';
import { compressPairs } from './compress-pairs.js';
import { createDataset, type Dataset, filterEntries } from './dataset.js';
import { IdMap, quoted } from './ids.js';
import { InteractionMatrix } from './interactions.js';
import type { Split } from './splits.js';

/**
 * Both data sets over the union of their ids, in the order that a single file with all of them would have.
 *
 * @param dropOverlap leaves test interactions that are in training out, instead of refusing them
 * @throws RecauditError `data` when an interaction is in both, with their number and the first one; when no user or no
 *   item is in both; when the overlap is all there is
 * @example const { train, test } = alignSplit(trainFile.dataset, testFile.dataset);
 */
export function alignSplit(
  train: Dataset,
  test: Dataset,
  { dropOverlap = false }: { readonly dropOverlap?: boolean } = {},
): AlignedSplit {
  checkMeeting('user', train.users, test.users);
  checkMeeting('item', train.items, test.items);
  const users = IdMap.sorted([...new Set([...train.users.ids, ...test.users.ids])]);
  const items = IdMap.sorted([...new Set([...train.items.ids, ...test.items.ids])]);
  const split = { train: reindex(train, users, items), test: reindex(test, users, items) };
  const { overlap, first, apart } = overlapOf(split);
  if (overlap === 0) return { ...split, overlap };
  if (!dropOverlap)
    throw new RecauditError(
      'data',
      `split: expected no interaction in both training and test, got ${overlap} of ${apart.length}, such as user ` +
        `${quoted(users.ids[first.user])} with item ${quoted(items.ids[first.item])}. Remove them from one of the files, or ` +
        'pass --drop-overlap to leave them out of the test data.',
    );
  if (overlap === apart.length)
    throw new RecauditError(
      'data',
      'split: expected test interactions that are not in training, got none. Check that the files differ.',
    );
  return { train: split.train, test: filterEntries(split.test, apart), overlap };
}

export interface AlignedSplit extends Split {
  /** interactions that both files had */
  readonly overlap: number;
}

/** Ids that never meet are most often one id in two forms. */
function checkMeeting(what: 'user' | 'item', train: IdMap, test: IdMap): void {
  if (test.ids.some((id) => train.indexOf(id) !== undefined)) return;
  const [a, b] = [train, test].map(({ ids }) => ids.slice(0, 3).map(quoted).join(', '));
  throw new RecauditError(
    'data',
    `split: expected ${what} ids that are in both training and test, got none (training has ${a}, test ${b}). ` +
      'Write them alike in both files, and check the columns.',
  );
}

function overlapOf({ train, test }: Split) {
  const apart = new Uint8Array(test.interactions.nonZeros).fill(1);
  let overlap = 0;
  let first = { user: -1, item: -1 };
  for (let user = 0; user < test.interactions.users; user++) {
    const start = test.interactions.rowPointers[user];
    test.interactions.row(user).forEach((item, k) => {
      if (!train.interactions.has(user, item)) return;
      if (overlap++ === 0) first = { user, item };
      apart[start + k] = 0;
    });
  }
  return { overlap, first, apart };
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
