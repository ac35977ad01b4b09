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
      if (!isReason(flag)) it(check.name, () => run(check));
      else if (flag.reason.trim() === '')
        throw new Error(`${called}: "${check.name}" is left out without a reason`);
      else it.skip(`${check.name} (not: ${flag.reason})`, () => {});
    }
  });
}
