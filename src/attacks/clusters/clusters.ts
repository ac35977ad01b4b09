/**
 * The clusters attack, a heuristic: each fake user clicks one target and the best-known items of one taste. It learns nothing, but
 * coherent fillers carry a target into the lists of users with that taste, whatever the recommender.
 */

import type { Cost, TrainingShape } from '../../compute.js';
import { defaultsOf, type OptionTable } from '../../options.js';
import { targetsOf } from '../fillers.js';
import type { Attack } from '../types.js';
import { clusterProfiles } from './cluster-profiles.js';
import { tasteClusters } from './taste-clusters.js';

export interface ClustersOptions {
  /** groups of items by taste */
  readonly clusters: number;
  /** targets in each profile, as far as they fit */
  readonly targetsEach: number;
}

export const CLUSTERS_OPTIONS: OptionTable<ClustersOptions> = {
  clusters: {
    type: 'integer',
    default: 20,
    min: 1,
    unit: 'clusters',
    help: 'groups of items by taste; each fake user has one',
  },
  targetsEach: {
    type: 'integer',
    default: 1,
    min: 1,
    unit: 'targets',
    help: 'targets in each profile, as far as they fit',
  },
};

/** Of grouping the items: products with the clicks, orthogonalisation, k-means. */
export function tasteCost({ users, items, interactions }: TrainingShape, clusters: number): Cost {
  const width = Math.min(clusters, Math.max(1, items));
  return {
    operations: 8 * width * (4 * interactions + 4 * items * width) + 20 * 2 * items * width * width,
    bytes: 4 * (5 * interactions + (users + 6 * items) * width) + 4 * clusters * items,
  };
}

/** @example await craftProfiles({ attack: clustersAttack as unknown as AnyAttack, options: clustersAttack.defaults, ... }) */
export const clustersAttack: Attack<ClustersOptions> = {
  name: 'clusters',
  title: 'one target and the best-known items of one taste',
  source: 'docs/attacks.md',
  version: 1,
  options: CLUSTERS_OPTIONS,
  defaults: defaultsOf(CLUSTERS_OPTIONS),
  presets: {},
  goals: ['push'],
  knowledge: 'interactions',
  cost({ shape, fakeUsers, fakeClicks, options }) {
    const { operations, bytes } = tasteCost(shape, options.clusters);
    return { operations: (operations as number) + 20 * (fakeUsers + fakeClicks), bytes };
  },
  async craft({ known, goal, budget, options, seed, context }) {
    const { clusters, targetsEach } = options;
    const tastes = await tasteClusters({
      interactions: known.interactions,
      clusters,
      seed,
      where: 'clusters attack',
      context,
    });
    const sizes = budget.clicks ?? new Int32Array(0);
    return { profiles: clusterProfiles({ targets: targetsOf(goal), sizes, tastes, targetsEach, seed }) };
  },
};
