/** Who pushes, in plain words. What it is not: what trainings showed, and what to do (`proof/words.ts`). */

import { count, integer, percent } from '../text/numbers.js';
import type { Explanation, Usual } from './explanation.js';

const rounded = (value: number) => (Number.isInteger(value) ? integer(value) : value.toFixed(1));

function usualInWords(
  { items, clicks, median, least, most }: Usual,
  show: (value: number) => string,
): string {
  const [fewest, largest] = clicks;
  const range =
    fewest === largest ? `${integer(fewest)} clicks` : `${integer(fewest)} to ${integer(largest)} clicks`;
  return `Usual for ${count(items, 'item')} of ${range}: ${show(median)} (${show(least)} to ${show(most)}).`;
}

/** Fewer items say too little of what is usual. */
const LEAST_COMPARED = 10;

/** Of ten items compared with, nine have to lie on one side: one may be pushed by the same users. */
const MOST_EXCEPTIONS = 0.1;

/** @param count items on one side of the value */
export const isUnusual = (count: number, { items }: Usual): boolean =>
  items >= LEAST_COMPARED && count >= (1 - MOST_EXCEPTIONS) * items;

/** How the item stands among those that it is compared with. */
function rankInWords(usual: Usual, more: string, fewer: string): string | null {
  const { items, below, above } = usual;
  const of = (count: number) => (count === items ? 'any of them' : `${count} of them`);
  if (isUnusual(below, usual)) return `That is ${more} than for ${of(below)}.`;
  if (isUnusual(above, usual)) return `That is ${fewer} than for ${of(above)}.`;
  return null;
}

/** Who pushes. */
export function pushInWords({
  item,
  clicks,
  audience,
  hitRatio,
  listLength,
  half,
  suspects,
}: Explanation): string[] {
  const shown = `Item ${item}: ${count(clicks, 'user')} clicked it. ${percent(hitRatio)} of the other ${integer(audience)} users find it in their top ${listLength}.`;
  if (half.users === 0) return [shown, 'Nobody pushes it.'];
  const lines = [
    shown,
    [
      `${count(half.users, 'user makes', 'users make')} half of its push.`,
      ...(half.usual === null
        ? []
        : [usualInWords(half.usual, rounded), rankInWords(half.usual, 'more', 'fewer')]),
    ]
      .filter((part) => part !== null)
      .join(' '),
  ];
  if (suspects === null) return lines;
  const { users, clickedItem, share, usual, amongHalf } = suspects;
  return [
    ...lines,
    [
      `Your ${count(users, 'suspect gives', 'suspects give')} ${percent(share)} of the push; ${integer(clickedItem)} of them clicked the item, ${integer(amongHalf)} are among those ${integer(half.users)} users.`,
      ...(usual === null ? [] : [usualInWords(usual, percent), rankInWords(usual, 'more', 'less')]),
    ]
      .filter((part) => part !== null)
      .join(' '),
  ];
}
