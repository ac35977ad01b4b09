/** Audit data on their way to a worker: interactions and original ids on shared memory, profiles from outside as they are. */

import type { AuditData } from '../../audit/types.js';
import { InteractionMatrix, type SharedInteractions } from '../../data/interactions.js';
import { receiveOriginals, type SharedOriginals, shareOriginals } from './shared-originals.js';

export interface SharedAuditData {
  readonly train: SharedInteractions;
  readonly test: SharedInteractions;
  readonly given?: Readonly<Record<string, readonly Int32Array[]>>;
  readonly givenValues?: AuditData['givenValues'];
  readonly originals?: SharedOriginals;
}

/** What a worker gets. Entries are copied once, however many workers there are. */
export function shareAuditData({ train, test, given, givenValues, originals }: AuditData): SharedAuditData {
  return {
    train: train.toShared(),
    test: test.toShared(),
    ...(given && { given }),
    ...(givenValues && { givenValues }),
    ...(originals && { originals: shareOriginals(originals) }),
  };
}

const received = new WeakMap<object, AuditData>();

/** What the worker computes with; made once in each worker. */
export function receiveAuditData(shared: SharedAuditData): AuditData {
  const known = received.get(shared);
  if (known !== undefined) return known;
  const { train, test, given, givenValues, originals } = shared;
  const data: AuditData = {
    train: InteractionMatrix.fromShared(train),
    test: InteractionMatrix.fromShared(test),
    ...(given && { given }),
    ...(givenValues && { givenValues }),
    ...(originals && { originals: receiveOriginals(originals) }),
  };
  received.set(shared, data);
  return data;
}
