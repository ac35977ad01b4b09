/** Random data sets for property tests. */

import fc from 'fast-check';
import { createDataset, type Dataset, IdMap, InteractionMatrix } from '../../dist/data/index.js';

/** Small data sets with text ids and, every second time, timestamps with ties. */
export const datasets: fc.Arbitrary<Dataset> = fc
  .record({
    users: fc.integer({ min: 1, max: 14 }),
    items: fc.integer({ min: 1, max: 14 }),
    pairs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(6)), { minLength: 1, maxLength: 90 }),
    timed: fc.boolean(),
  })
  .map(({ users, items, pairs, timed }) => {
    const interactions = InteractionMatrix.fromPairs(
      users,
      items,
      pairs.map(([u]) => u % users),
      pairs.map(([, i]) => i % items),
    );
    const ids = (prefix: string, size: number) =>
      IdMap.sorted(Array.from({ length: size }, (_, k) => `${prefix}${k}`));
    const timestamps = Float64Array.from(
      { length: interactions.nonZeros },
      (_, e) => pairs[e % pairs.length][2],
    );
    return createDataset({
      interactions,
      users: ids('u', users),
      items: ids('i', items),
      ...(timed && { timestamps }),
    });
  });

/** Entries as `user|item` (or `user|item@time`), in CSR order. */
export function entries({ interactions, users, items, timestamps }: Dataset): string[] {
  const found: string[] = [];
  for (let u = 0; u < interactions.users; u++) {
    for (let e = interactions.rowPointers[u]; e < interactions.rowPointers[u + 1]; e++) {
      const time = timestamps ? `@${timestamps[e]}` : '';
      found.push(`${users.ids[u]}|${items.ids[interactions.columns[e]]}${time}`);
    }
  }
  return found;
}
