/**
 * Targets that nobody had clicked in the training data, in words: new items, and those that only the test data hold. What a recommender
 * learns of them it learns from fake users, and where it puts them without an attack is its rule for items it knows nothing of.
 */

import { count } from '../../text/numbers.js';
import type { AuditSummary, VictimSummary } from '../summary/summary-types.js';

/** One sentence where every target of every set, or some of a set of several, had no click; else none. */
export function unclickedInWords(
  { targetSets, largestTargetSet }: Pick<AuditSummary, 'targetSets' | 'largestTargetSet'>,
  { users, items = [] }: Pick<VictimSummary, 'users' | 'items'>,
): string[] {
  const learns = 'the recommender can learn of';
  // Of the users with clicks, hr leaves out who clicked a target: where it leaves out nobody, nobody did.
  if (users.hr === users.real - (users.withoutClicks ?? 0)) {
    const one = targetSets === 1 && largestTargetSet === 1;
    return [
      `${one ? 'The target has' : 'The targets have'} 0 clicks in the training data: all that ${learns} ${one ? 'it' : 'them'} comes from fake users.`,
    ];
  }
  const known = new Map(items.map(({ item, clicks }) => [item, clicks]));
  const without = [...known.values()].filter((clicks) => clicks === 0).length;
  if (without === 0) return [];
  return [
    `${without} of ${count(known.size, 'target')} ${without === 1 ? 'has' : 'have'} 0 clicks in the training data: all that ${learns} ${without === 1 ? 'it' : 'these'} comes from fake users.`,
  ];
}
