/** An interval in words, or why there is none: for every report that shows one. */

import { type Interval, LEAST_UNITS } from '../../metrics/index.js';
import { pointsInterval } from '../../text/numbers.js';

/** An interval over so many units, or why there is none. @example intervalOver(null, 2, 'seed') */
export function intervalOver(interval: Interval | null, units: number, noun: string): string {
  if (interval !== null) return pointsInterval(interval);
  return units < LEAST_UNITS
    ? `none (fewer than ${LEAST_UNITS} ${noun}s)`
    : `none (no spread between ${noun}s)`;
}
