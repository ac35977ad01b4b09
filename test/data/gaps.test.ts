import { expect, it } from 'vitest';
import { gapsOf, hasColdStart, usersWithClicks } from '../../dist/data/gaps.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';

it('counts users and items that a split leaves without evidence', () => {
  const train = InteractionMatrix.fromRows(5, [[0], [], [0, 2], []]);
  const test = InteractionMatrix.fromRows(5, [[1], [2, 3], [], []]);
  expect(gapsOf(train, test)).toEqual({
    usersWithoutClicks: 2,
    itemsWithoutClicks: 3,
    testOnlyItems: 2,
    usersWithoutTestItems: 1,
  });
  expect(Array.from(usersWithClicks(train))).toEqual([0, 2]);
});

it('is a cold start where a user or an item has no click', () => {
  expect(hasColdStart(InteractionMatrix.fromRows(2, [[0], [1]]))).toBe(false);
  expect(hasColdStart(InteractionMatrix.fromRows(2, [[0], [0]]))).toBe(true);
  expect(hasColdStart(InteractionMatrix.fromRows(2, [[0, 1], []]))).toBe(true);
});
