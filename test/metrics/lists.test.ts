import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import {
  exposure,
  hitRatio,
  hitRatioAuthors,
  ndcgAtK,
  ofUsersWithClicks,
  recallAtK,
  targetRanks,
  testHitRatioAtK,
} from '../../dist/metrics/index.js';
import type { RankedLists } from '../../dist/recommenders/types.js';

const lists = (rows: number[][], users = rows.map((_, user) => user)): RankedLists => ({
  users: Int32Array.from(users),
  top: rows[0].length,
  items: Int32Array.from(rows.flat()),
});
const matrix = (rows: number[][]): InteractionMatrix => InteractionMatrix.fromRows(10, rows);

describe('ofUsersWithClicks', () => {
  const all: RankedLists = {
    ...lists([
      [0, 1],
      [2, 3],
      [4, -1],
    ]),
    targetRanks: Int32Array.of(1, 2, 3),
  };

  it('drops the lists and ranks of users without a row, so that they are in no average', () => {
    const train = matrix([[5], [], [6]]);
    const kept = ofUsersWithClicks(all, train);
    expect(kept).toEqual({
      users: Int32Array.of(0, 2),
      top: 2,
      items: Int32Array.of(0, 1, 4, -1),
      targetRanks: Int32Array.of(1, 3),
    });
    expect(hitRatio(kept, train, Int32Array.of(2), 2, 3)).toEqual({ mean: 0, users: 2 });
    expect(targetRanks(kept, 1, 3)).toEqual({ mean: 2, median: 2, pairs: 2 });
  });

  it('is the same object where all users have one', () => {
    expect(ofUsersWithClicks(all, matrix([[5], [1], [6]]))).toBe(all);
  });
});

describe('quality of the lists', () => {
  const test = matrix([[1, 2, 3, 4], [5], []]);
  // User 0 finds 1 and 2 of 4 test items at places 1 and 3; user 1 finds nothing; user 2 has nothing to find.
  const ranked = lists([
    [1, 0, 2],
    [7, 8, 9],
    [1, 2, 3],
  ]);

  it('Recall@k divides by the number of test items, over users with test items', () => {
    expect(recallAtK(ranked, test, 3, 3)).toEqual({ mean: (2 / 4 + 0) / 2, users: 2 });
    expect(recallAtK(ranked, test, 1, 3).mean).toBe(1 / 4 / 2);
  });

  it('NDCG@k truncates the ideal list at min(k, number of test items)', () => {
    const ideal = 1 + 1 / Math.log2(3) + 1 / 2; // 3 of the 4 test items fit
    expect(ndcgAtK(ranked, test, 3, 3).mean).toBeCloseTo((1 + 1 / 2) / ideal / 2, 14);
    const perfect = lists([[5, 0, 1]], [1]);
    expect(ndcgAtK(perfect, test, 3, 3)).toEqual({ mean: 1, users: 1 }); // one test item: an ideal of one place
  });

  it('test HR@k asks for one test item in the top k', () => {
    expect(testHitRatioAtK(ranked, test, 3, 3)).toEqual({ mean: 1 / 2, users: 2 });
    expect(testHitRatioAtK(lists([[0, 5]], [1]), test, 1, 3).mean).toBe(0);
    expect(testHitRatioAtK(lists([[0, 5]], [1]), test, 2, 3).mean).toBe(1);
  });

  it('never counts a fake user', () => {
    const withFakes = matrix([[1], [2], [3]]);
    const perfectFake = lists([[0], [0], [3]]);
    for (const measure of [recallAtK, ndcgAtK, testHitRatioAtK])
      expect(measure(perfectFake, withFakes, 1, 2)).toEqual({ mean: 0, users: 2 });
  });

  it('gives no value over no user', () => {
    expect(recallAtK(lists([[1]], [2]), test, 1, 3)).toEqual({ mean: null, users: 0 });
  });

  it('ignores the padding of short lists', () => {
    expect(recallAtK(lists([[5, -1, -1]], [1]), test, 3, 3).mean).toBe(1);
    expect(exposure(lists([[5, -1, -1]], [1]), Int32Array.of(5), 3, 3).mean).toBe(1 / 3);
  });

  it('refuses a k beyond the lists', () => {
    expect(() => recallAtK(ranked, test, 4, 3)).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => recallAtK(ranked, test, 0, 3)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('the two hit ratios', () => {
  const targets = Int32Array.of(8, 9);
  // User 0: clicked no target, sees one. User 1: clicked target 8, sees target 9. User 2: clicked none, sees none.
  // User 3: clicked none, sees one, but has no test item. User 4: clicked both. User 5 is fake and sees both.
  const train = matrix([[0], [0, 8], [0], [0], [8, 9], [8]]);
  const test = matrix([[1], [1], [1], [], [1], [1]]);
  const ranked = lists([
    [1, 9],
    [9, 2],
    [1, 2],
    [8, 1],
    [1, 2],
    [9, 8],
  ]);

  it('`hr` averages over real users who clicked no target: 0, 2 and 3', () => {
    expect(hitRatio(ranked, train, targets, 2, 5)).toEqual({ mean: 2 / 3, users: 3 });
  });

  it('`hr-authors` averages over real users with test items: 0, 1, 2 and 4', () => {
    expect(hitRatioAuthors(ranked, test, targets, 2, 5)).toEqual({ mean: 2 / 4, users: 4 });
  });

  it('both look at the first k places only', () => {
    expect(hitRatio(ranked, train, targets, 1, 5).mean).toBe(1 / 3);
    expect(hitRatioAuthors(ranked, test, targets, 1, 5).mean).toBe(1 / 4);
  });

  it('exposure is the share of k slots of every real user', () => {
    expect(exposure(ranked, targets, 2, 5)).toEqual({ mean: 3 / 10, users: 5 });
  });
});

describe('target ranks', () => {
  it('average over pairs of a real user and an unseen target', () => {
    const ranked = {
      ...lists([[1], [1], [1]]),
      targetRanks: Int32Array.of(4, 0, /* user 1 */ 2, 10, /* fake */ 1, 1),
    };
    expect(targetRanks(ranked, 2, 2)).toEqual({ mean: 16 / 3, median: 4, pairs: 3 });
    expect(targetRanks(ranked, 2, 2, [0])).toEqual({ mean: 3, median: 3, pairs: 2 });
    expect(targetRanks(ranked, 2, 1, [1])).toEqual({ mean: null, median: null, pairs: 0 });
  });

  it('refuses lists without ranks', () => {
    expect(() => targetRanks(lists([[1]]), 1, 1)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
