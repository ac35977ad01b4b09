/** Popularity buckets of items, and target items drawn from them (paper, section 4.3). */

import { RecauditError } from '../errors.js';
import type { SeedKey } from '../rng.js';

export const BUCKET_NAMES = ['head', 'upperTorso', 'lowerTorso', 'tail'] as const;
export type BucketName = (typeof BUCKET_NAMES)[number];

/** Item indices by popularity, ascending. */
export interface PopularityBuckets extends Readonly<Record<BucketName, Int32Array>> {
  /** the 50th, 75th and 95th percentile of the counts */
  readonly bounds: { readonly p50: number; readonly p75: number; readonly p95: number };
  /** items whose count is exactly a bound: in no bucket */
  readonly ties: Int32Array;
}

/**
 * The q-th quantile of ascending values with linear interpolation: position q (n - 1) between the two nearest.
 *
 * @example quantile([1, 2, 4], 0.75) // 3
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * Buckets by percentiles of the clean training counts, strictly: head > 95th, upper torso between 75th and 95th,
 * lower torso between 50th and 75th, tail < 50th.
 *
 * @param trainCounts interactions of each item in training
 */
export function popularityBuckets(trainCounts: ArrayLike<number>): PopularityBuckets {
  const sorted = Float64Array.from(trainCounts).sort();
  const p50 = quantile(sorted, 0.5);
  const p75 = quantile(sorted, 0.75);
  const p95 = quantile(sorted, 0.95);
  const between = (low: number, high: number) =>
    itemsWhere(trainCounts, (count) => count > low && count < high);
  return {
    bounds: { p50, p75, p95 },
    head: between(p95, Number.POSITIVE_INFINITY),
    upperTorso: between(p75, p95),
    lowerTorso: between(p50, p75),
    tail: between(Number.NEGATIVE_INFINITY, p50),
    ties: itemsWhere(trainCounts, (count) => count === p50 || count === p75 || count === p95),
  };
}

/**
 * `count` distinct items of a bucket, ascending. Depends on (bucket, count, seed) only.
 *
 * @throws RecauditError `data` when the bucket has fewer items
 */
export function sampleTargets(bucket: Int32Array, count: number, seed: SeedKey): Int32Array {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RecauditError(
      'config',
      `targets: expected a positive number of items, got ${count}. Give 1 or more.`,
    );
  if (count > bucket.length) {
    throw new RecauditError(
      'data',
      `targets: expected at least ${count} items in the popularity bucket, got ${bucket.length}. Ask for fewer, or choose another bucket.`,
    );
  }
  return seed
    .stream()
    .sample(bucket.length, count)
    .map((position) => bucket[position])
    .sort();
}

function itemsWhere(counts: ArrayLike<number>, belongs: (count: number) => boolean): Int32Array {
  return Int32Array.from(Array.from(counts, (_, item) => item).filter((item) => belongs(counts[item])));
}
