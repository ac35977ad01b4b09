/** Audit data on their way to a worker: interactions on shared memory, start profiles as they are. */

import type { AuditData } from '../audit/types.js';
import { InteractionMatrix, type SharedInteractions } from '../data/interactions.js';

export interface SharedAuditData {
  readonly train: SharedInteractions;
  readonly test: SharedInteractions;
  readonly start?: readonly Int32Array[];
}

/** What a worker gets. Entries are copied once, however many workers there are. */
export function shareAuditData({ train, test, start }: AuditData): SharedAuditData {
  return { train: train.toShared(), test: test.toShared(), ...(start && { start }) };
}

const received = new WeakMap<object, AuditData>();

/** What the worker computes with; made once in each worker. */
export function receiveAuditData(shared: SharedAuditData): AuditData {
  const known = received.get(shared);
  if (known !== undefined) return known;
  const { train, test, start } = shared;
  const data: AuditData = {
    train: InteractionMatrix.fromShared(train),
    test: InteractionMatrix.fromShared(test),
    ...(start && { start }),
  };
  received.set(shared, data);
  return data;
}
