/** Audit data on their way to a worker: interactions and original ids on shared memory, start profiles as they are. */

import type { AuditData } from '../../audit/types.js';
import { InteractionMatrix, type SharedInteractions } from '../../data/interactions.js';
import { receiveOriginals, type SharedOriginals, shareOriginals } from './shared-originals.js';

export interface SharedAuditData {
  readonly train: SharedInteractions;
  readonly test: SharedInteractions;
  readonly start?: readonly Int32Array[];
  readonly originals?: SharedOriginals;
}

/** What a worker gets. Entries are copied once, however many workers there are. */
export function shareAuditData({ train, test, start, originals }: AuditData): SharedAuditData {
  return {
    train: train.toShared(),
    test: test.toShared(),
    ...(start && { start }),
    ...(originals && { originals: shareOriginals(originals) }),
  };
}

const received = new WeakMap<object, AuditData>();

/** What the worker computes with; made once in each worker. */
export function receiveAuditData(shared: SharedAuditData): AuditData {
  const known = received.get(shared);
  if (known !== undefined) return known;
  const { train, test, start, originals } = shared;
  const data: AuditData = {
    train: InteractionMatrix.fromShared(train),
    test: InteractionMatrix.fromShared(test),
    ...(start && { start }),
    ...(originals && { originals: receiveOriginals(originals) }),
  };
  received.set(shared, data);
  return data;
}
