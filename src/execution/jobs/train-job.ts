/** The job behind `recaudit train`: fit one recommender, measure how well it serves real users, give its lists. */

import { ndcgAtK, ofUsersWithClicks, recallAtK, testHitRatioAtK } from '../../metrics/index.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { SeedKey } from '../../rng.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';
import { jobRegistries } from './job-registries.js';

export interface TrainInput {
  readonly recommender: string;
  readonly options: object;
  readonly top: number;
  readonly seed: number;
  /** whether the recommended lists are wanted too */
  readonly lists: boolean;
}

export interface TrainResult {
  /** training loss of each epoch, weight decay excluded */
  readonly losses: readonly number[];
  readonly recall: number | null;
  readonly ndcg: number | null;
  readonly testHitRatio: number | null;
  /** users with clicks and test items */
  readonly users: number;
  /** users without a training row, who are in no average; absent where all have one */
  readonly withoutClicks?: number;
  /** one list of item indices a user, -1 pads; null unless wanted */
  readonly lists: readonly (readonly number[])[] | null;
}

export const trainJob: Job = async ({ payload }: { payload: TrainInput }, context): Promise<TrainResult> => {
  const data = receiveAuditData(context.shared as SharedAuditData);
  const { train, test } = data;
  const { top, seed, options } = payload;
  const { recommenders } = await jobRegistries(data, context);
  const recommender = recommenderNamed(payload.recommender, recommenders);
  const key = SeedKey.root(seed).child('victim');
  const { signal, onProgress } = context;
  const kernels = await context.kernels();
  const fitted = await recommender.fit(train, options, key, { kernels, signal, onProgress });
  try {
    const users = Int32Array.from({ length: train.users }, (_, user) => user);
    const lists = await fitted.recommend({ users, top });
    const counted = ofUsersWithClicks(lists, train);
    const withoutClicks = users.length - counted.users.length;
    const recall = recallAtK(counted, test, top, train.users);
    return {
      losses: fitted.losses,
      recall: recall.mean,
      ndcg: ndcgAtK(counted, test, top, train.users).mean,
      testHitRatio: testHitRatioAtK(counted, test, top, train.users).mean,
      users: recall.users,
      ...(withoutClicks > 0 && { withoutClicks }),
      lists: payload.lists
        ? Array.from(users, (user) => Array.from(lists.items.subarray(user * top, (user + 1) * top)))
        : null,
    };
  } finally {
    fitted.dispose();
  }
};
