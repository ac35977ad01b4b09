/** How data were split and whom the split leaves without evidence, in the words of every report and of the dry run. */

import type { Gaps } from '../data/gaps.js';
import { count, integer } from '../text/numbers.js';

export interface DataFacts {
  /** how the data were read and split, by name; absent in reports written before it was told */
  readonly source?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly users: number;
  readonly items: number;
  /** absent in reports written before they were told */
  readonly gaps?: Gaps | undefined;
}

/** Users and items without evidence, in a sentence. @example gapsInWords(gapsOf(train, test), { users: 9, items: 5 }) */
export function gapsInWords(gaps: Gaps, { users, items }: Pick<DataFacts, 'users' | 'items'>): string {
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

/**
 * How the data were split, and whom that leaves without evidence.
 *
 * @example evidenceInWords({ source: [['split', 'by time']], users: 9, items: 5, gaps })[0] // 'Split: by time.'
 */
export function evidenceInWords({ source = [], gaps, ...sizes }: DataFacts): string[] {
  const split = source.find(([name]) => name === 'split');
  return [
    ...(split === undefined ? [] : [`Split: ${split[1]}.`]),
    ...(gaps === undefined ? [] : [gapsInWords(gaps, sizes)]),
  ];
}
