/**
 * Checks of a conformance suite that a member may be excused from, with a reason that the test run shows. What it is not: the
 * checks themselves.
 */

import { describe, it } from 'vitest';

export interface NotApplicable {
  /** why the check says nothing of this member */
  readonly reason: string;
}

export const isReason = (flag: unknown): flag is NotApplicable =>
  typeof flag === 'object' && flag !== null && 'reason' in flag;

/** One check, as far as its place in the suite needs it. */
interface Excusable<Flag extends string> {
  readonly name: string;
  readonly unless?: Flag;
}

/**
 * A test, or where it does not apply one that is shown as skipped, with its reason.
 *
 * @param called the member, for errors
 * @throws where a reason says nothing
 */
export function excusable(
  called: string,
  name: string,
  flag: unknown,
  run: () => Promise<void> | void,
): void {
  if (!isReason(flag)) it(name, run);
  else if (flag.reason.trim() === '') throw new Error(`${called}: "${name}" is left out without a reason`);
  else it.skip(`${name} (not: ${flag.reason})`, run);
}

/**
 * A test for each check; one that does not apply is shown as skipped, with its reason.
 *
 * @param called the member, for errors
 * @param flags what may hold a reason
 * @throws where a reason says nothing
 * @example describeChecks('random: what every attack does', 'random', CHECKS, subject, ({ run }) => run(subject, teams))
 */
export function describeChecks<Flag extends string, Check extends Excusable<Flag>>(
  title: string,
  called: string,
  checks: readonly Check[],
  flags: Readonly<Partial<Record<Flag, unknown>>>,
  run: (check: Check) => Promise<void>,
): void {
  describe(title, () => {
    for (const check of checks) {
      const flag = check.unless === undefined ? true : flags[check.unless];
      excusable(called, check.name, flag, () => run(check));
    }
  });
}
