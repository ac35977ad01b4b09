/** The job behind `recaudit bench models`: fits one recommender and times its epochs and its lists. */

import type { ProgressEvent } from '../../compute.js';
import { recallAtK } from '../../metrics/index.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { SeedKey } from '../../rng.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';
import { epochSeconds, type TimedEvent } from './epochs.js';

export interface ModelSpeedInput {
  readonly recommender: string;
  readonly options: object;
  readonly seed: number;
  /** list length; null: no lists */
  readonly top: number | null;
}

export interface ModelSpeed {
  /** median, see `epochSeconds`; null for a model without epochs */
  readonly epochSeconds: number | null;
  readonly fitSeconds: number;
  /** lists for all users; null without lists */
  readonly listSeconds: number | null;
  /** Recall at the list length; null without lists or test items */
  readonly recall: number | null;
  /** most kernel memory held */
  readonly kernelBytes: number;
}

const now = () => performance.now() / 1000;

/** The number of epochs that options ask for; null where a model has none. */
export function epochsOf(options: object): number | null {
  return 'epochs' in options && typeof options.epochs === 'number' ? options.epochs : null;
}

export const modelSpeed: Job = async (
  { recommender, options, seed, top }: ModelSpeedInput,
  context,
): Promise<ModelSpeed> => {
  const { train, test } = receiveAuditData(context.shared as SharedAuditData);
  const { signal } = context;
  const kernels = await context.kernels();
  const events: TimedEvent[] = [];
  const onProgress = (event: ProgressEvent) => {
    const { phase, done, total } = event;
    events.push({ phase, done, total, at: now() });
    context.onProgress(event);
  };
  const key = SeedKey.root(seed).child('victim');
  const began = now();
  const fitted = await recommenderNamed(recommender).fit(train, options, key, {
    kernels,
    signal,
    onProgress,
  });
  const fitSeconds = now() - began;
  const epochs = epochsOf(options);
  try {
    const ranked = now();
    const users = Int32Array.from({ length: train.users }, (_, user) => user);
    const lists = top === null ? null : await fitted.recommend({ users, top });
    return {
      epochSeconds: epochs === null ? null : epochSeconds(events, epochs, began),
      fitSeconds,
      listSeconds: lists && now() - ranked,
      recall: lists && recallAtK(lists, test, lists.top, train.users).mean,
      kernelBytes: kernels.memory().peak,
    };
  } finally {
    fitted.dispose();
  }
};
