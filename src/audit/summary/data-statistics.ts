/** Statistics of the training data that a report shows. What it is not: `data describe`, which tells more quantiles. */

import { gapsOf } from '../../data/gaps.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { quantile } from '../../data/popularity.js';
import { gini } from '../../metrics/index.js';
import type { AuditData } from '../types.js';
import type { DataStatistics, Spread } from './evidence-types.js';

/** @example dataStatistics({ train, test }).density */
export function dataStatistics({ train, test }: Pick<AuditData, 'train' | 'test'>): DataStatistics {
  const { users, items, nonZeros } = train;
  const itemClicks = train.itemDegrees();
  return {
    users,
    items,
    interactions: nonZeros,
    density: densityOf(train),
    userClicks: spreadOf(train.userDegrees()),
    itemClicks: spreadOf(itemClicks),
    popularityGini: gini(itemClicks),
    testInteractions: test.nonZeros,
    gaps: gapsOf(train, test),
  };
}

function densityOf({ users, items, nonZeros }: InteractionMatrix): number {
  return users * items === 0 ? 0 : nonZeros / (users * items);
}

function spreadOf(counts: Int32Array): Spread {
  if (counts.length === 0) return { least: 0, median: 0, mean: 0, most: 0 };
  const sorted = counts.slice().sort();
  const sum = sorted.reduce((total, count) => total + count, 0);
  return {
    least: sorted[0],
    median: quantile(sorted, 0.5),
    mean: sum / sorted.length,
    most: sorted[sorted.length - 1],
  };
}
