/** What the tests of NCF share: a batch, and the formulas written plainly. */

import type { FloatArray, Kernels } from '../../../dist/kernels/index.js';
import { NcfBatches } from '../../../dist/recommenders/ncf/batches.js';
import { type NcfGradient, ncfBatch } from '../../../dist/recommenders/ncf/model.js';
import {
  type NcfParameters,
  type NcfSizes,
  weightCount,
  weightViews,
} from '../../../dist/recommenders/ncf/parameters.js';
import type { NcfBatch } from '../../../dist/recommenders/ncf/pass.js';
import { withRegion } from '../../../dist/recommenders/training/region.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard } from '../conformance.js';

const L2 = 0.3;

/** Parameters of normal draws in the kernels' memory, and the first batch of the checkerboard. */
export function problem<A extends FloatArray>(on: Kernels<A>, sizes: NcfSizes) {
  const train = checkerboard();
  const draw = (length: number, seed: string) => {
    const stream = SeedKey.root(8).child(seed).stream();
    const values = on.allocate(length);
    for (let i = 0; i < length; i++) values[i] = Math.fround(0.7 * stream.normal());
    return values;
  };
  const parameters: NcfParameters<A> = {
    userGmf: draw(train.users * sizes.factors, 'userGmf'),
    itemGmf: draw(train.items * sizes.factors, 'itemGmf'),
    userMlp: draw(train.users * sizes.mlpFactors, 'userMlp'),
    itemMlp: draw(train.items * sizes.mlpFactors, 'itemMlp'),
    weights: draw(weightCount(sizes), 'weights'),
  };
  const batches = new NcfBatches(on, train, { negatives: 3, batchSize: 40, epochs: 1 }, SeedKey.root(8));
  return { parameters, batch: batches.draw(0, 0), batches };
}

export type Values = Record<keyof NcfParameters<FloatArray>, Float64Array>;

/** The gradient by table, 0 at rows that the batch does not use. */
function whole<A extends FloatArray>(
  on: Kernels<A>,
  parameters: NcfParameters<A>,
  { userGroups, itemGroups }: NcfBatch<A>,
  gradient: NcfGradient<A>,
  { factors, mlpFactors }: NcfSizes,
): Values {
  const spread = (name: 'userGmf' | 'itemGmf' | 'userMlp' | 'itemMlp', columns: number) => {
    const groups = name.startsWith('user') ? userGroups : itemGroups;
    const given = gradient[name];
    const rows = on.allocate(groups.count * columns);
    if ('groups' in given) on.sumRows(parameters[name], columns, given, rows);
    else on.copy(given, rows);
    const out = new Float64Array(parameters[name].length);
    for (let k = 0; k < groups.count; k++)
      out.set(rows.subarray(k * columns, (k + 1) * columns), groups.rows[k] * columns);
    on.release(rows);
    return out;
  };
  return {
    userGmf: spread('userGmf', factors),
    itemGmf: spread('itemGmf', factors),
    userMlp: spread('userMlp', mlpFactors),
    itemMlp: spread('itemMlp', mlpFactors),
    weights: Float64Array.from(gradient.weights),
  };
}

/** Loss and gradient of `ncfBatch`. */
export function evaluate<A extends FloatArray>(
  on: Kernels<A>,
  parameters: NcfParameters<A>,
  batch: NcfBatch<A>,
  sizes: NcfSizes,
) {
  return withRegion(on, (allocate) => {
    const { loss, gradient } = ncfBatch(on, sizes, parameters, batch, L2, allocate);
    return { loss, gradient: whole(on, parameters, batch, gradient, sizes) };
  });
}

/** score(u, i) as the paper writes it: a layer over the concatenated embeddings, or nothing between them and v. */
export function plainScore(
  parameters: NcfParameters<FloatArray>,
  sizes: NcfSizes,
  user: number,
  item: number,
): number {
  const { factors, mlpFactors: m, hiddenSize } = sizes;
  const { user: a, item: b, bias, gmf, mlp, output } = weightViews(parameters.weights, sizes);
  let score = output[0];
  for (let f = 0; f < factors; f++)
    score += gmf[f] * parameters.userGmf[user * factors + f] * parameters.itemGmf[item * factors + f];
  const p = parameters.userMlp.subarray(user * m, (user + 1) * m);
  const q = parameters.itemMlp.subarray(item * m, (item + 1) * m);
  if (hiddenSize === 0) return [...p, ...q].reduce((sum, x, f) => sum + mlp[f] * x, score);
  for (let h = 0; h < hiddenSize; h++) {
    let z = bias[h];
    for (let f = 0; f < m; f++) z += a[h * m + f] * p[f] + b[h * m + f] * q[f];
    score += mlp[h] * Math.tanh(z);
  }
  return score;
}

/** Sum of the pairs' cross-entropies, and the L2 of the embeddings each time they are used. */
export function plainLoss(
  parameters: NcfParameters<FloatArray>,
  { users, items }: NcfBatch<FloatArray>,
  sizes: NcfSizes,
) {
  const { factors, mlpFactors } = sizes;
  const width = items.length / users.length;
  let loss = 0;
  let squares = 0;
  const use = (table: FloatArray, row: number, columns: number) => {
    for (const value of table.subarray(row * columns, (row + 1) * columns)) squares += value ** 2;
  };
  users.forEach((user, s) => {
    use(parameters.userGmf, user, factors);
    use(parameters.userMlp, user, mlpFactors);
    for (let n = 0; n < width; n++) {
      const item = items[s * width + n];
      use(parameters.itemGmf, item, factors);
      use(parameters.itemMlp, item, mlpFactors);
      const probability = 1 / (1 + Math.exp(-plainScore(parameters, sizes, user, item)));
      loss -= Math.log(n === 0 ? probability : 1 - probability);
    }
  });
  return { loss, objective: loss / items.length + (L2 / 2) * squares };
}
