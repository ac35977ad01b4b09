/** What a job can fit and craft with: this package's, and commands where the data carry the original ids. */

import type { Registries } from '../../audit/plan/task-builder.js';
import type { AuditData } from '../../audit/types.js';
import { auditRegistries } from '../command/victim.js';
import type { JobContext } from '../engine/messages.js';

export function jobRegistries(
  { originals }: AuditData,
  { threads, logPath, onGroup }: JobContext,
): Registries {
  return auditRegistries(originals && { originals, threads, logPath, onGroup });
}
