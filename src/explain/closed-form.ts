/**
 * Pushes in closed form: a recommender is trained as it is, the users' factors are then held fixed, and an item's factors are a
 * solved system of them. One training serves every item. What it is not: it knows no system (`itemPushers` of the recommender).
 */

import type { TrainingState } from '../autodiff/index.js';
import type { InteractionMatrix } from '../data/interactions.js';
import {
  type ItemGoal,
  itemGoal,
  type ListEdges,
  listEdges,
  thresholdsOf,
} from '../hypergradient/item-objective.js';
import type { Kernels } from '../kernels/types.js';
import type { ItemPushers, OptimumSupport } from '../recommenders/surrogate-types.js';
import { createAudience, positionsWithout, releaseAudience, sampledUsers } from './audience.js';
import type { PushTask } from './types.js';

/** Goals that read the item's scores alone: all that a closed form of its factors can move. */
export type ScoreGoalName = Exclude<ItemGoal, 'cross-entropy'>;

/** What a training says of one item. */
export interface ItemView {
  /** users of the audience */
  readonly audience: number;
  readonly hitRatio: number;
  readonly meanScore: number;
  pushes(goal: ScoreGoalName): { readonly firstOrder: Float64Array; readonly removal: Float64Array };
}

export interface ClosedForm {
  of(item: number): ItemView;
  release(): void;
}

export interface ClosedFormRequest {
  readonly kernels: Kernels<Float32Array>;
  readonly interactions: InteractionMatrix;
  readonly options: object;
  readonly optimum: OptimumSupport<object>;
  /** trained: the users' factors, then the items' */
  readonly state: TrainingState<Float32Array>;
  readonly task: Pick<PushTask, 'audience' | 'top' | 'smoothing'>;
}

/** The list edges of each user of the sample, under the trained factors. */
function edgesOf({ kernels, interactions, state, task }: ClosedFormRequest, users: Int32Array): ListEdges {
  const [p, q] = state.tables;
  const k = q.columns;
  const audience = createAudience(kernels, interactions, users);
  const rows = kernels.allocate(users.length * k);
  try {
    kernels.gatherRows(p.parameter, k, audience.users, rows);
    const factors = { users: rows, m: users.length, items: q.parameter, n: q.rows, k };
    return listEdges(kernels, factors, audience, task.top);
  } finally {
    kernels.release(rows);
    releaseAudience(kernels, audience);
  }
}

/** @example const { hitRatio, pushes } = closedForm(request).of(item) */
export function closedForm(request: ClosedFormRequest): ClosedForm {
  const { kernels, interactions, options, optimum, state, task } = request;
  const users = sampledUsers(interactions, task.audience);
  const edges = edgesOf(request, users);
  const pushers: ItemPushers = optimum.itemPushers(kernels, interactions, options, state);
  const [{ parameter: p, columns: k }] = state.tables;
  return {
    of(item) {
      const positions = positionsWithout(interactions, users, item);
      const solved = pushers.of(item);
      const scores = Float64Array.from(positions, (j) => solved.scores[users[j]]);
      const own = {
        last: Float64Array.from(positions, (j) => edges.last[j]),
        next: Float64Array.from(positions, (j) => edges.next[j]),
      };
      const thresholds = thresholdsOf(scores, own);
      const hits = scores.reduce((sum, score, v) => sum + (score >= thresholds[v] ? 1 : 0), 0);
      const m = Math.max(1, positions.length);
      return {
        audience: positions.length,
        hitRatio: hits / m,
        meanScore: scores.reduce((sum, score) => sum + score, 0) / m,
        pushes(goal) {
          const { slopes } = itemGoal({ goal, smoothing: task.smoothing }, scores, thresholds);
          const slope = new Float64Array(k);
          positions.forEach((j, v) => {
            const row = users[j] * k;
            for (let d = 0; d < k; d++) slope[d] += slopes[v] * p[row + d];
          });
          return solved.pushes(slope);
        },
      };
    },
    release: () => pushers.release(),
  };
}
