/** How data were split and whom the split leaves without evidence, in the words of every report and of the dry run. */

import type { Gaps } from '../data/gaps.js';
import { count, integer } from '../text/numbers.js';

export interface SplitFacts {
  /** how training and test data came about; absent in reports written before it was told */
  readonly split?: string | undefined;
  readonly users: number;
  readonly items: number;
  /** absent in reports written before they were told */
  readonly gaps?: Gaps | undefined;
}

function gapsInWords(gaps: Gaps, users: number, items: number): string {
  const { usersWithoutClicks, itemsWithoutClicks, testOnlyItems, usersWithoutTestItems } = gaps;
  const people =
    usersWithoutClicks === 0
      ? 'Every user has a click in training'
      : `${integer(usersWithoutClicks)} of ${count(users, 'user')} ${have(usersWithoutClicks)} no click in training and are in no average`;
  const things =
    itemsWithoutClicks === 0
      ? 'every item has one'
      : `${integer(itemsWithoutClicks)} of ${count(items, 'item')} ${have(itemsWithoutClicks)} no click in training (${integer(testOnlyItems)} of them in test alone)`;
  const tested =
    usersWithoutTestItems === 0
      ? 'every user with clicks has a test item'
      : `${count(usersWithoutTestItems, 'user')} with clicks ${have(usersWithoutTestItems)} no test item`;
  return `${people}; ${things}; ${tested}.`;
}

const have = (number: number) => (number === 1 ? 'has' : 'have');

/** @example splitInWords({ split: 'by time', users: 9, items: 5, gaps })[0] // 'Split: by time.' */
export function splitInWords({ split, users, items, gaps }: SplitFacts): string[] {
  return [
    ...(split === undefined ? [] : [`Split: ${split}.`]),
    ...(gaps === undefined ? [] : [gapsInWords(gaps, users, items)]),
  ];
}
