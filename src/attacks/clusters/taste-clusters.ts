/** Groups of items that the same users click: spherical k-means over `itemFactors`. What it is not: it makes no profile. */

import { type ComputeContext, letMessagesIn } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { interrupted } from '../../errors.js';
import type { SeedKey } from '../../rng.js';
import { itemFactors, unitRows } from './item-factors.js';

/** Rounds of the subspace iteration and of k-means: enough for groups; neither has to converge. */
const FACTOR_ROUNDS = 8;
const MEANS_ROUNDS = 20;

export interface TasteRequest {
  readonly interactions: InteractionMatrix;
  /** most clusters; fewer where there are fewer items with clicks */
  readonly clusters: number;
  readonly seed: SeedKey;
  /** for the error when it is interrupted */
  readonly where: string;
  readonly context: ComputeContext;
}

/**
 * For each cluster all items, in the order in which they express its taste: its own by falling clicks, then the others by their
 * closeness to its centre, items without clicks last. Ties go to the lower index. A cluster that lost its items is left out.
 *
 * @throws RecauditError `interrupted`
 * @example const [tastes] = await tasteClusters({ interactions, clusters: 20, seed, where: 'clusters attack', context })
 */
export async function tasteClusters(request: TasteRequest): Promise<Int32Array[]> {
  const { interactions, clusters, seed, where, context } = request;
  const degrees = interactions.itemDegrees();
  const clicked = Int32Array.from(degrees.keys()).filter((item) => degrees[item] > 0);
  const wanted = Math.max(1, Math.min(clusters, clicked.length));
  const dimensions = wanted;
  const total = FACTOR_ROUNDS + MEANS_ROUNDS;
  const breathe = async (done: number) => {
    context.onProgress?.({ phase: 'taste clusters', done, total });
    await letMessagesIn();
    if (context.signal?.aborted) throw interrupted(where);
  };
  const factors = await itemFactors(
    interactions,
    { dimensions, rounds: FACTOR_ROUNDS },
    seed.child('factors'),
    context.kernels,
    breathe,
  );
  let centres = firstCentres(factors, clicked, dimensions, wanted, seed.child('centres'));
  let nearest = new Int32Array(0);
  for (let round = 1; round <= MEANS_ROUNDS; round++) {
    nearest = nearestCentres(factors, clicked, dimensions, centres);
    centres = centresOf(factors, clicked, dimensions, nearest, centres);
    await breathe(FACTOR_ROUNDS + round);
  }
  const group = new Int32Array(degrees.length).fill(-1);
  clicked.forEach((item, n) => {
    group[item] = nearest[n];
  });
  return Array.from({ length: wanted }, (_, c) => c)
    .filter((c) => nearest.includes(c))
    .map((c) => expressing(c, group, degrees, closeness(factors, dimensions, centres, c)));
}

/** Cosines of all items with the centre. */
function closeness(factors: Float64Array, width: number, centres: Float64Array, c: number): Float64Array {
  return Float64Array.from({ length: factors.length / width }, (_, item) =>
    dotRows(factors, item, centres, c, width),
  );
}

function dotRows(a: Float64Array, i: number, b: Float64Array, j: number, width: number): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += a[i * width + c] * b[j * width + c];
  return sum;
}

/** As k-means++ draws them: each next centre with odds 1 - the cosine with the nearest one so far. */
function firstCentres(
  factors: Float64Array,
  clicked: Int32Array,
  width: number,
  count: number,
  seed: SeedKey,
): Float64Array {
  const stream = seed.stream();
  const centres = new Float64Array(count * width);
  const odds = new Float64Array(clicked.length).fill(2);
  for (let c = 0; c < count && clicked.length > 0; c++) {
    const sum = odds.reduce((total, value) => total + value, 0);
    let left = stream.uniform() * sum;
    let chosen = 0;
    for (let n = 0; n < clicked.length; n++) {
      if (odds[n] > 0) chosen = n;
      left -= odds[n];
      if (left < 0) break;
    }
    const item = clicked[chosen];
    centres.set(factors.subarray(item * width, (item + 1) * width), c * width);
    for (let n = 0; n < clicked.length; n++)
      odds[n] = Math.max(0, Math.min(odds[n], 1 - dotRows(factors, clicked[n], centres, c, width)));
    odds[chosen] = 0;
  }
  return centres;
}

function nearestCentres(
  factors: Float64Array,
  clicked: Int32Array,
  width: number,
  centres: Float64Array,
): Int32Array<ArrayBuffer> {
  const count = centres.length / width;
  return Int32Array.from(clicked, (item) => {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < count; c++) {
      const cosine = dotRows(factors, item, centres, c, width);
      if (cosine > highest) {
        highest = cosine;
        best = c;
      }
    }
    return best;
  });
}

/** Unit means of the items of each cluster; a cluster without items keeps its centre. */
function centresOf(
  factors: Float64Array,
  clicked: Int32Array,
  width: number,
  nearest: Int32Array,
  before: Float64Array,
): Float64Array<ArrayBuffer> {
  const centres = new Float64Array(before.length);
  clicked.forEach((item, n) => {
    for (let c = 0; c < width; c++) centres[nearest[n] * width + c] += factors[item * width + c];
  });
  for (let start = 0; start < centres.length; start += width) {
    const row = centres.subarray(start, start + width);
    if (row.every((value) => value === 0)) row.set(before.subarray(start, start + width));
  }
  return unitRows(centres, width) as Float64Array<ArrayBuffer>;
}

function expressing(c: number, group: Int32Array, degrees: Int32Array, close: Float64Array): Int32Array {
  const rank = (item: number) => (group[item] === c ? 0 : group[item] >= 0 ? 1 : 2);
  return Int32Array.from(group.keys()).sort(
    (a, b) => rank(a) - rank(b) || (rank(a) === 0 ? degrees[b] - degrees[a] : close[b] - close[a]) || a - b,
  );
}
