/**
 * Whom `hr` averages over, in words: users who had clicked a target in the training data are left out, as nothing recommends it to them
 * again. Where nearly everybody had, the figures are about the few who are left.
 */

import { count, integer, percent, pointsSize } from '../../text/numbers.js';
import { type Arm, isAttackArm } from '../arms.js';
import type { AuditSummary, VictimSummary } from '../summary/summary-types.js';

/** Below this share of the real users a hit ratio is one of a few. */
const FEW = 0.1;

const AGAIN = 'what a user has clicked is not recommended to that user again';

/** Sets of targets leave out different users. @example 'the 754 of 900 real users who had not clicked the target in the training data' */
export function usersInWords(
  { targetSets, largestTargetSet }: AuditSummary,
  { users }: VictimSummary,
): string {
  const which = largestTargetSet === 1 ? 'not clicked the target' : 'clicked no target';
  const number =
    users.hr === users.real
      ? `all ${users.real}`
      : `the ${users.hr}${targetSets > 1 ? ' or more' : ''} of ${users.real}`;
  return `${number} real users who had ${which} in the training data`;
}

/** A warning where few users are left, or on some set none. */
export function fewUsersInWords(
  { targetSets, largestTargetSet, top }: AuditSummary,
  { users }: VictimSummary,
): string[] {
  if (users.hr >= FEW * users.real) return [];
  const target = largestTargetSet === 1 ? 'the target' : 'a target';
  const where = targetSets > 1 ? 'On one of the target sets or more, ' : '';
  const had = `had clicked ${target} in the training data, and ${AGAIN}`;
  if (users.hr === 0)
    return [`${where}${where ? 'e' : 'E'}very real user ${had}: hr@${top} cannot be measured there.`];
  const share = percent(users.hr / Math.max(1, users.real));
  return [
    `${where}hr@${top} is a figure of few users: all but ${integer(users.hr)} of ${count(users.real, 'real user')} (${share}) ${had}. One user is ${pointsSize(1 / users.hr)}, and most users cannot show an effect.`,
  ];
}

/** Whether both runs have results, and only users to average over are missing. */
export function nobodyIsLeft({ arms, users }: VictimSummary): boolean {
  const measured = (wanted: (arm: Arm) => boolean) =>
    arms.some(({ arm, measures }) => wanted(arm) && measures.exposure.mean !== null);
  return users.hr === 0 && measured((arm) => arm === 'clean') && measured(isAttackArm);
}
