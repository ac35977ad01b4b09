/**
 * Whether the targets of a set moved alike under an attack, in words: the hit ratio of a set hides it. What it is not: a table
 * (`report/text/target-table.ts`).
 */

import { pairedComparison } from '../../metrics/index.js';
import { count, listed, pointsSize } from '../../text/numbers.js';
import type { AuditSummary, ItemEffect, VictimSummary } from '../summary/summary-types.js';
import { direction } from './comparison-words.js';
import { intervalOver } from './interval-words.js';

type Movement = 'up' | 'down' | 'still' | 'unknown';

/** By the interval where there is one, else by the sign on every unit. */
function movementOf({ change }: ItemEffect): Movement {
  if (change === null) return 'unknown';
  const side = direction(change);
  if (side === 'above' || (change.interval === null && change.allAbove)) return 'up';
  return side === 'below' || (change.interval === null && change.allBelow) ? 'down' : 'still';
}

const SAYS: readonly (readonly [Movement, (n: string) => string])[] = [
  ['up', (n) => `rose for ${n}`],
  ['down', (n) => `fell for ${n}`],
  ['still', (n) => `was not shown to change for ${n}`],
  ['unknown', (n) => `cannot be measured for ${n}, which every real user had clicked`],
];

type Known = ItemEffect & { readonly change: NonNullable<ItemEffect['change']> };

interface Distance {
  readonly words: string;
  /** more than chance gives */
  readonly shown: boolean;
}

/** The greatest change against the least, by unit: that one change is shown and another is not does not tell them apart. */
function distanceOf(items: readonly ItemEffect[]): Distance | null {
  const known = items.filter((item): item is Known => item.change !== null);
  if (known.length < 2) return null;
  const sorted = [...known].sort((a, b) => a.change.mean - b.change.mean);
  const [least, most] = [sorted[0].change, sorted[sorted.length - 1].change];
  const comparison = pairedComparison(most.differences, least.differences);
  const { mean, interval, units } = comparison;
  const chosen = known.length > 2 ? '; not corrected for choosing these two by their results' : '';
  const words = `the greatest and the least change are ${pointsSize(mean)} apart (${interval === null ? 'interval: ' : ''}${intervalOver(interval, units, 'unit')}${chosen})`;
  return { words, shown: ['above', 'no-spread'].includes(direction(comparison)) };
}

/** One sentence for each set whose targets moved unlike: some up, some not. */
export function itemsInWords(
  { items = [] }: VictimSummary,
  { units, top, targetSets }: AuditSummary,
): string[] {
  const sets = [...new Set(items.map(({ set }) => set))];
  return sets.flatMap((set) => {
    const own = items.filter((item) => item.set === set);
    const movements = own.map(movementOf);
    const kinds = new Set(movements);
    if (!kinds.has('up') || kinds.size === 1) return [];
    const parts = SAYS.flatMap(([movement, say]) => {
      const number = movements.filter((found) => found === movement).length;
      return number === 0 ? [] : [say(String(number))];
    });
    const signs = own.some(({ change }) => change !== null && change.interval === null);
    const rule = signs ? ' (where there is no interval, by the sign on every unit)' : '';
    const name = targetSets > 1 ? ` of ${units[set].targetSet}` : '';
    const found = `hr@${top} of the item ${listed(parts)}${rule}; the table of targets tells which`;
    const distance = distanceOf(own);
    const all = `${count(own.length, 'target')}${name}`;
    if (distance === null) return [`Of the ${all}, ${found}.`];
    return distance.shown
      ? [`The ${all} did not move alike: ${found}, and ${distance.words}.`]
      : [`Of the ${all}, ${found}. That they moved unlike is not shown: ${distance.words}.`];
  });
}
