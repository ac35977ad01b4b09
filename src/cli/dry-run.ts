/** `--dry-run`: the tasks, with the time and memory they are expected to take. */

import type { CommandOptions } from '../config/commands.js';
import type { PreparedAudit } from '../execution/prepare-audit.js';
import type { Session } from './session.js';

export async function showDryRun(
  session: Session,
  options: CommandOptions<'audit'>,
  prepared: PreparedAudit,
): Promise<void> {
  session.result(
    { command: 'audit', dryRun: true, tasks: prepared.plan.tasks.length, out: options.out },
    () => prepared.plan.tasks.map(({ label }) => label).join('\n'),
  );
}
