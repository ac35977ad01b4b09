/** What titles call an attack, an interval and a finding. */

import { LEAST_UNITS, type PairedComparison } from '../../../metrics/index.js';
import { pointsInterval } from '../../../text/numbers.js';
import { displayName } from './names.js';

const WORDS: Readonly<Record<string, string>> = {
  clean: 'the clean run',
  learned: 'the learned attack',
  'closed-form': 'the closed-form attack',
  clusters: 'the clusters attack',
  given: 'the given profiles',
  random: 'the random control',
  copied: 'the copied control',
  'copied-unforced': 'the unforced copies',
  'rand-filter-authors': "the authors' random baseline (not at equal cost)",
};

/** @example attackWords('random') // 'the random control' */
export function attackWords(name: string): string {
  return Object.hasOwn(WORDS, name) ? WORDS[name] : displayName(name);
}

/** The interval of a difference of shares, or why there is none. */
export function intervalWords({ interval, units }: PairedComparison): string {
  if (interval !== null) return pointsInterval(interval);
  return units < LEAST_UNITS
    ? `no interval, fewer than ${LEAST_UNITS} units`
    : 'no interval, no spread between units';
}

/** Whether an interval includes 0, so that no effect was shown. False where there is no interval. */
export function includes0({ interval }: PairedComparison): boolean {
  return interval !== null && interval.low <= 0 && interval.high >= 0;
}
