import type { Dataset, ProfileValues } from '../../../dist/data/index.js';
import { createDataset, IdMap, InteractionMatrix } from '../../../dist/data/index.js';

/** Ratings 0.25 and timestamps 990 of fake clicks: no real row has them. */
export function valuesFor(profiles: readonly ArrayLike<number>[]): ProfileValues {
  const each = (value: number) => profiles.map(({ length }) => new Float64Array(length).fill(value));
  return { ratings: each(0.25), timestamps: each(990) };
}

/** 5 users, 6 items, with ids that need quoting left out, ratings and timestamps. */
export function smallDataset(): Dataset {
  const interactions = InteractionMatrix.fromRows(6, [
    [0, 1, 2],
    [0, 1, 3],
    [0, 2, 4],
    [1, 2, 5],
    [0, 3],
  ]);
  return createDataset({
    interactions,
    users: IdMap.inOrder(['u01', 'u02', 'u03', 'u05', 'u09']),
    items: IdMap.inOrder(['a', 'b', 'c', 'd', 'e', 'f']),
    ratings: Float64Array.from({ length: interactions.nonZeros }, (_, e) => (e % 5) + 0.5),
    timestamps: Float64Array.from({ length: interactions.nonZeros }, (_, e) => 1000 + e),
  });
}
