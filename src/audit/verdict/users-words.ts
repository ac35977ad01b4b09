/**
 * Whom `hr` averages over, in words. Users without a click in the training data are in no average (decision 21). Of the others, those
 * who had clicked a target there are left out, as nothing recommends it to them again; where nearly everybody had, the figures are about
 * the few who are left.
 */

import { count, integer, percent, pointsSize } from '../../text/numbers.js';
import { type Arm, isAttackArm } from '../arms.js';
import type { AuditSummary, VictimSummary } from '../summary/summary-types.js';

/** Below this share of the real users with clicks a hit ratio is one of a few. */
const FEW = 0.1;

const AGAIN = 'what a user has clicked is not recommended to that user again';

/** The real users that averages may count, and what to call them. */
function countedUsers({ users: { real, withoutClicks = 0 } }: VictimSummary) {
  return {
    counted: real - withoutClicks,
    qualified: withoutClicks === 0 ? '' : ' with clicks in the training data',
  };
}

/** Sets of targets leave out different users. @example 'the 754 of 900 real users who had not clicked the target in the training data' */
export function usersInWords({ targetSets, largestTargetSet }: AuditSummary, victim: VictimSummary): string {
  const { hr } = victim.users;
  const { counted, qualified } = countedUsers(victim);
  const which = largestTargetSet === 1 ? 'not clicked the target' : 'clicked no target';
  const number = hr === counted ? `all ${hr}` : `the ${hr}${targetSets > 1 ? ' or more' : ''} of ${counted}`;
  const there = qualified === '' ? ' in the training data' : ' there';
  return `${number} real users${qualified} who had ${which}${there}`;
}

/** Who is in no average, where anybody is. */
export function leftOutInWords({ users: { real, withoutClicks = 0 } }: VictimSummary): string[] {
  if (withoutClicks === 0) return [];
  const have = withoutClicks === 1 ? 'has' : 'have';
  return [
    `${integer(withoutClicks)} of ${count(real, 'real user')} ${have} no click in the training data: no recommender knows anything of them, and they are in no average.`,
  ];
}

/** A warning where few users are left, or on some set none. */
export function fewUsersInWords(
  { targetSets, largestTargetSet, top }: AuditSummary,
  victim: VictimSummary,
): string[] {
  const { users } = victim;
  const { counted, qualified } = countedUsers(victim);
  if (users.hr >= FEW * counted) return [];
  const target = largestTargetSet === 1 ? 'the target' : 'a target';
  const where = targetSets > 1 ? 'On one of the target sets or more, ' : '';
  const had = `had clicked ${target}${qualified === '' ? ' in the training data' : ''}, and ${AGAIN}`;
  if (users.hr === 0)
    return [
      `${where}${where ? 'e' : 'E'}very real user${qualified} ${had}: hr@${top} cannot be measured there.`,
    ];
  const share = percent(users.hr / Math.max(1, counted));
  return [
    `${where}hr@${top} is a figure of few users: all but ${integer(users.hr)} of ${count(counted, 'real user')}${qualified} (${share}) ${had}. One user is ${pointsSize(1 / users.hr)}, and most users cannot show an effect.`,
  ];
}

/** Whether both runs have results, and only users to average over are missing. */
export function nobodyIsLeft({ arms, users }: VictimSummary): boolean {
  const measured = (wanted: (arm: Arm) => boolean) =>
    arms.some(({ arm, measures }) => wanted(arm) && measures.exposure.mean !== null);
  return users.hr === 0 && measured((arm) => arm === 'clean') && measured(isAttackArm);
}
