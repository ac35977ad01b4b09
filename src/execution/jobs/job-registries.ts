/** What a job can fit and craft with: this package's, and commands where the data carry the original ids. */

import type { AuditData } from '../../audit/types.js';
import type { Registries } from '../../registries.js';
import { auditRegistries } from '../command/victim.js';
import type { JobContext } from '../engine/messages.js';

export async function jobRegistries(
  { originals }: AuditData,
  { threads, logPath, onGroup, plugins }: JobContext,
): Promise<Registries> {
  return auditRegistries(originals && { originals, threads, logPath, onGroup }, await plugins());
}
