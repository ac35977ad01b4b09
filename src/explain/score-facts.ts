/** How often an item is recommended, from the scores of a trained state. What it is not: it knows no model, and no closed form. */

import { type ScoreModel, type TrainingState, withGraph } from '../autodiff/index.js';
import { type Audience, listEdges, thresholdsOf } from '../hypergradient/item-objective.js';
import type { Kernels } from '../kernels/types.js';
import type { PushResult, PushTask } from './types.js';

export interface ScoreFactsRequest {
  readonly kernels: Kernels<Float32Array>;
  readonly state: TrainingState<Float32Array>;
  readonly scores: ScoreModel<Float32Array>;
  /** users without a click on the item */
  readonly audience: Audience;
  readonly task: Pick<PushTask, 'item' | 'top'>;
}

/** @example const { hitRatio } = factsByScores({ kernels, state, scores, audience, task }) */
export function factsByScores({
  kernels,
  state,
  scores,
  audience,
  task,
}: ScoreFactsRequest): Pick<PushResult, 'audience' | 'hitRatio' | 'meanScore'> {
  const m = audience.users.length;
  return withGraph(kernels, (graph) => {
    const parameters = state.tables.map(({ parameter, rows, columns }) =>
      graph.constant(parameter, rows, columns),
    );
    const { users, items } = scores.factors(graph, parameters, false);
    const k = users.columns;
    const rows = graph.allocate(m * k);
    kernels.gatherRows(users.data, k, audience.users, rows);
    const factors = { users: rows, m, items: items.data, n: items.rows, k };
    const edges = listEdges(kernels, factors, audience, task.top);
    const own = Float64Array.from({ length: m }, (_, v) => {
      let score = 0;
      for (let d = 0; d < k; d++) score += rows[v * k + d] * items.data[task.item * k + d];
      return score;
    });
    const thresholds = thresholdsOf(own, edges);
    const hits = own.reduce((sum, score, v) => sum + (score >= thresholds[v] ? 1 : 0), 0);
    return {
      audience: m,
      hitRatio: hits / Math.max(1, m),
      meanScore: own.reduce((sum, score) => sum + score, 0) / Math.max(1, m),
    };
  });
}
