import { expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import {
  mostClickedQuality,
  ndcgAtK,
  ofUsersWithClicks,
  recallAtK,
  testHitRatioAtK,
} from '../../dist/metrics/index.js';

/** Lists of the most clicked unseen items; of items with as many clicks, the order of `ties` decides. */
function listsBy(train: InteractionMatrix, top: number, ties: readonly number[]) {
  const clicks = train.itemDegrees();
  const order = [...ties].sort((a, b) => clicks[b] - clicks[a]);
  const users = Int32Array.from({ length: train.users }, (_, user) => user);
  const items = new Int32Array(users.length * top).fill(-1);
  for (const user of users)
    items.set(order.filter((item) => !train.has(user, item)).slice(0, top), user * top);
  // Users without a click count in no average, and not here either.
  return ofUsersWithClicks({ users, top, items }, train);
}

it('is the mean over all orders of items with as many clicks', () => {
  // Clicks 3, 2, 1, 1, 1, 0; a test item that was clicked in training is no hit.
  const train = InteractionMatrix.fromRows(6, [[0, 1], [0, 2], [0, 3], [1, 4], []]);
  const test = InteractionMatrix.fromRows(6, [[2, 4], [1, 3], [4, 5, 0], [], [0, 2]]);
  const orders = permutations([0, 1, 2, 3, 4, 5]);
  for (const k of [1, 2, 3, 4, 6]) {
    const found = orders.map((order) => {
      const lists = listsBy(train, k, order);
      return [recallAtK, ndcgAtK, testHitRatioAtK].map((of) => of(lists, test, k, train.users).mean!);
    });
    const [recall, ndcg, hit] = [0, 1, 2].map(
      (m) => found.reduce((sum, values) => sum + values[m], 0) / found.length,
    );
    const yardstick = mostClickedQuality(train, test, k);
    expect(yardstick.users).toBe(3);
    expect(yardstick.recall).toBeCloseTo(recall, 12);
    expect(yardstick.ndcg).toBeCloseTo(ndcg, 12);
    expect(yardstick.testHitRatio).toBeCloseTo(hit, 12);
    expect(yardstick.leastRecall).toBeLessThanOrEqual(Math.min(...found.map(([value]) => value)) + 1e-12);
  }
});

it('is what the lists have where no two items have as many clicks', () => {
  const rows = Array.from({ length: 9 }, (_, user) => Array.from({ length: user }, (_, item) => item));
  const train = InteractionMatrix.fromRows(9, rows);
  const test = InteractionMatrix.fromRows(
    9,
    rows.map(({ length }) => [length, 8]),
  );
  const lists = listsBy(train, 2, [8, 7, 6, 5, 4, 3, 2, 1, 0]);
  const { recall, leastRecall, ndcg } = mostClickedQuality(train, test, 2);
  expect(recall).toBeCloseTo(recallAtK(lists, test, 2, 9).mean!, 12);
  expect(leastRecall).toBeCloseTo(recallAtK(lists, test, 2, 9).mean!, 12);
  expect(ndcg).toBeCloseTo(ndcgAtK(lists, test, 2, 9).mean!, 12);
});

it('has no figure without test items', () => {
  const train = InteractionMatrix.fromRows(2, [[0], [1]]);
  const none = InteractionMatrix.fromRows(2, [[], []]);
  expect(mostClickedQuality(train, none, 1)).toEqual({
    recall: null,
    ndcg: null,
    testHitRatio: null,
    leastRecall: null,
    users: 0,
  });
});

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((value) =>
    permutations(values.filter((other) => other !== value)).map((rest) => [value, ...rest]),
  );
}
