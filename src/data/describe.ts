/** What a data set looks like: counts, density, and the quantiles of popularity and profile size. */

import type { Dataset } from './dataset.js';
import { BUCKET_NAMES, type BucketName, popularityBuckets, quantile } from './popularity.js';

/** Quantiles with linear interpolation, in interactions. */
export interface CountQuantiles {
  readonly min: number;
  readonly p1: number;
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
}

/** A plain JSON value with stable keys. */
export interface DatasetDescription {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** share of all user-item pairs that are interactions, 0 for an empty matrix */
  readonly density: number;
  /** interactions of each item */
  readonly itemPopularity: CountQuantiles;
  /** interactions of each user */
  readonly profileSize: CountQuantiles;
  /** number of items of each popularity bucket, and of those on a bound and so in none */
  readonly buckets: Readonly<Record<BucketName | 'ties', number>>;
  /** rows of the file that repeated a pair; absent where it is not known */
  readonly duplicatesMerged?: number;
  readonly hash: string;
}

/**
 * @param reading what reading the file found, to be told along
 * @example describe(dataset).itemPopularity.p50
 */
export function describe(
  dataset: Dataset,
  reading?: { readonly duplicatesMerged: number },
): DatasetDescription {
  const { users, items, nonZeros } = dataset.interactions;
  const itemCounts = dataset.interactions.itemDegrees();
  const buckets = popularityBuckets(itemCounts);
  return {
    users,
    items,
    interactions: nonZeros,
    density: users * items === 0 ? 0 : nonZeros / (users * items),
    itemPopularity: countQuantiles(itemCounts),
    profileSize: countQuantiles(dataset.interactions.userDegrees()),
    buckets: Object.fromEntries(
      [...BUCKET_NAMES, 'ties' as const].map((name) => [name, buckets[name].length]),
    ) as Record<BucketName | 'ties', number>,
    ...(reading && { duplicatesMerged: reading.duplicatesMerged }),
    hash: dataset.hash,
  };
}

function countQuantiles(counts: Int32Array): CountQuantiles {
  if (counts.length === 0)
    return { min: 0, p1: 0, p5: 0, p25: 0, p50: 0, p75: 0, p95: 0, p99: 0, max: 0, mean: 0 };
  const sorted = counts.slice().sort();
  const at = (q: number) => quantile(sorted, q);
  return {
    min: sorted[0],
    p1: at(0.01),
    p5: at(0.05),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    p99: at(0.99),
    max: sorted[sorted.length - 1],
    mean: counts.reduce((sum, count) => sum + count, 0) / counts.length,
  };
}
