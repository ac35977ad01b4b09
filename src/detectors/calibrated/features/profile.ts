/** How popular what a user clicked is: mean, standard deviation and minimum of log p over the profile. NaN without a click. */

import type { InteractionMatrix } from '../../../data/interactions.js';

export interface PopularityProfile {
  readonly meanPopularity: Float64Array;
  readonly spreadPopularity: Float64Array;
  readonly leastPopularity: Float64Array;
}

/** @example popularityProfile(interactions).leastPopularity */
export function popularityProfile({
  users,
  rowPointers,
  columns,
  ...matrix
}: Pick<InteractionMatrix, 'users' | 'rowPointers' | 'columns'> & {
  readonly degrees: Int32Array;
}): PopularityProfile {
  const logs = Float64Array.from(matrix.degrees, (clicks) => Math.log(Math.max(1, clicks)));
  const [means, spreads, leasts] = [0, 0, 0].map(() => new Float64Array(users).fill(Number.NaN));
  for (let u = 0; u < users; u++) {
    const [from, to] = [rowPointers[u], rowPointers[u + 1]];
    if (from === to) continue;
    let [sum, squares, least] = [0, 0, Number.POSITIVE_INFINITY];
    for (let e = from; e < to; e++) {
      const value = logs[columns[e]];
      sum += value;
      squares += value ** 2;
      if (value < least) least = value;
    }
    const mean = sum / (to - from);
    means[u] = mean;
    spreads[u] = Math.sqrt(Math.max(0, squares / (to - from) - mean ** 2));
    leasts[u] = least;
  }
  return { meanPopularity: means, spreadPopularity: spreads, leastPopularity: leasts };
}
