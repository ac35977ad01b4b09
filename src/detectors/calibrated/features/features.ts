/**
 * All features of all users of a file, and what clicks and links say beside. None looks at who else clicked a user's items as
 * *suspects*: guilt by association belongs to the item test, or honest clickers of a target look guilty.
 */

import type { ComputeContext } from '../../../compute.js';
import { letMessagesIn } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import { interrupted } from '../../../errors.js';
import type { SeedKey } from '../../../rng.js';
import { correct, fitTrend, type Trend } from '../model/trend.js';
import { type Lockstep, lockstep } from './lockstep.js';
import { type Breath, pairStatistics } from './pairs.js';
import { popularityProfile } from './profile.js';
import { sampledProfiles } from './sampled-profiles.js';
import { spectral } from './spectral.js';

export const FEATURE_NAMES = [
  'incoherence',
  'novel',
  'isolated',
  'twin',
  'excess',
  'residual',
  'leverage',
  'nearest',
  'near',
  'lock',
  'propagated',
  'meanPopularity',
  'spreadPopularity',
  'leastPopularity',
  'spreadFit',
  'worstFit',
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

const MOST_PAIRED_CLICKS = 400;
const MOST_CLICKERS = 5000;
const RANK = 64;
const SMALL_RANK = 32;
const FEW_USERS = 5000;
const LEAST = -6;
const MOST = 12;

export interface Features {
  readonly raw: Readonly<Record<FeatureName, Float64Array>>;
  readonly trends: Readonly<Record<FeatureName, Trend>>;
  /** users x FEATURE_NAMES.length: what is unusual at this size, in scales */
  readonly corrected: Float64Array;
  readonly sizes: Int32Array;
  readonly degrees: Int32Array;
  /** of each click, in CSR order of the whole data; NaN where it is not known */
  readonly fit: Float64Array;
  readonly novelty: Float64Array;
  readonly links: Pick<Lockstep, 'links' | 'linkWeights'>;
}

/** How unevenly a user's clicks fit the profile: deviation of g, and how far the worst click lies below the mean. */
function unevenness({ users, rowPointers }: InteractionMatrix, fit: Float64Array) {
  const [spreadFit, worstFit] = [0, 0].map(() => new Float64Array(users).fill(Number.NaN));
  for (let u = 0; u < users; u++) {
    const row = fit.subarray(rowPointers[u], rowPointers[u + 1]);
    if (row.length < 2) continue;
    let [sum, squares, least] = [0, 0, Number.POSITIVE_INFINITY];
    for (const value of row) {
      sum += value;
      squares += value ** 2;
      if (value < least) least = value;
    }
    const mean = sum / row.length;
    spreadFit[u] = Math.sqrt(Math.max(0, squares / row.length - mean ** 2));
    worstFit[u] = mean - least;
  }
  return { spreadFit, worstFit };
}

/** Reports `phase` and lets messages in, not more often than needed. */
export function breathing({ signal, onProgress }: ComputeContext, phase: string): Breath {
  return async (done, total) => {
    onProgress?.({ phase, done, total });
    await letMessagesIn();
    if (signal?.aborted) throw interrupted('detector calibrated');
  };
}

/** Values of sampled entries at their places in the whole; the user's mean for clicks that were not sampled. */
function spreadOut(
  values: Float64Array,
  positions: Int32Array | null,
  { users, rowPointers, nonZeros }: InteractionMatrix,
): Float64Array {
  if (positions === null) return values;
  const all = new Float64Array(nonZeros).fill(Number.NaN);
  positions.forEach((position, n) => {
    all[position] = values[n];
  });
  for (let u = 0; u < users; u++) {
    const row = all.subarray(rowPointers[u], rowPointers[u + 1]);
    let [sum, known] = [0, 0];
    for (const value of row) {
      if (Number.isNaN(value)) continue;
      sum += value;
      known++;
    }
    for (let n = 0; n < row.length; n++) if (Number.isNaN(row[n])) row[n] = sum / known;
  }
  return all;
}

/** @param phase how progress calls it @example (await featuresOf(interactions, seed, { kernels }, 'features')).corrected */
export async function featuresOf(
  interactions: InteractionMatrix,
  seed: SeedKey,
  context: ComputeContext,
  phase: string,
): Promise<Features> {
  const { users } = interactions;
  const sizes = interactions.userDegrees();
  const degrees = interactions.itemDegrees();
  const sampled = sampledProfiles(interactions, MOST_PAIRED_CLICKS, seed.child('pairs'));
  const pairs = await pairStatistics(sampled.interactions, breathing(context, `${phase}: pairs of items`));
  const common = await lockstep(interactions, MOST_CLICKERS, breathing(context, `${phase}: pairs of users`));
  const rank = users < FEW_USERS ? SMALL_RANK : RANK;
  const directions = await spectral(context.kernels, interactions, rank, seed.child('spectral'));
  await breathing(context, `${phase}: spectrum`)(1, 1);
  const { rowPointers, columns } = interactions;
  const { incoherence, novel, isolated, twin, excess } = pairs;
  const { lock, propagated, nearest, near } = common;
  const raw = {
    incoherence,
    novel,
    isolated,
    twin,
    excess,
    ...directions,
    nearest,
    near,
    lock,
    propagated,
    ...popularityProfile({ users, rowPointers, columns, degrees }),
    ...unevenness(sampled.interactions, pairs.fit),
  };
  const corrected = new Float64Array(users * FEATURE_NAMES.length);
  const trends = FEATURE_NAMES.map((name, f) => {
    const trend = fitTrend(raw[name], sizes);
    correct(raw[name], sizes, trend, LEAST, MOST).forEach((value, u) => {
      corrected[u * FEATURE_NAMES.length + f] = value;
    });
    return [name, trend];
  });
  return {
    raw,
    trends: Object.fromEntries(trends) as Record<FeatureName, Trend>,
    corrected,
    sizes,
    degrees,
    fit: spreadOut(pairs.fit, sampled.positions, interactions),
    novelty: spreadOut(pairs.novelty, sampled.positions, interactions),
    links: { links: common.links, linkWeights: common.linkWeights },
  };
}
