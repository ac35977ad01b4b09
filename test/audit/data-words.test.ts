import { expect, it } from 'vitest';
import { evidenceInWords } from '../../dist/audit/data-words.js';

const none = { usersWithoutClicks: 0, itemsWithoutClicks: 0, testOnlyItems: 0, usersWithoutTestItems: 0 };

it('says how data were split, and whom that leaves without evidence', () => {
  expect(
    evidenceInWords({
      source: [
        ['k-core', 'no filter'],
        ['split', 'by time'],
      ],
      users: 942,
      items: 1447,
      gaps: none,
    }),
  ).toEqual([
    'Split: by time.',
    'Every user has a click in training; every item has one; every user with clicks has a test item.',
  ]);
  const gaps = {
    usersWithoutClicks: 189,
    itemsWithoutClicks: 30,
    testOnlyItems: 1,
    usersWithoutTestItems: 1,
  };
  expect(evidenceInWords({ users: 942, items: 1447, gaps })).toEqual([
    '189 of 942 users have no click in training and are in no average; 30 of 1,447 items have no click in training (1 of them in test alone); 1 user with clicks has no test item.',
  ]);
});

it('says nothing of reports that do not', () => {
  expect(evidenceInWords({ users: 3, items: 3 })).toEqual([]);
});
