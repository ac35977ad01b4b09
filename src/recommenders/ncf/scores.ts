/** A fitted NCF model: ranks, saves and is restored. What it is not: it trains nothing. */

import type { ComputeContext } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import type { Kernels, ScaleOptions } from '../../kernels/types.js';
import { checkSaved, createFittedModel, type PointsOf } from '../fitted/fitted-model.js';
import { rankByScores, type ScoreRows } from '../fitted/rank-scores.js';
import { withRegion } from '../training/region.js';
import type { FittedRecommender, Recommender, SavedModel } from '../types.js';
import { halves } from './no-hidden-layer.js';
import type { NcfOptions } from './options.js';
import { type NcfParameters, type NcfSizes, weightCount, weightViews } from './parameters.js';

type A = Float32Array;

/** Number of values of each array of the model. */
function lengthsOf(
  { users, items }: Pick<InteractionMatrix, 'users' | 'items'>,
  sizes: NcfSizes,
): Readonly<Record<keyof NcfParameters<A>, number>> {
  const { factors, mlpFactors } = sizes;
  return {
    userGmf: users * factors,
    itemGmf: items * factors,
    userMlp: users * mlpFactors,
    itemMlp: items * mlpFactors,
    weights: weightCount(sizes),
  };
}

/** How one request scores: `fromItems` is worked out once, in memory of the request's region. */
type ScoreRowsOf = (
  kernels: Kernels<A>,
  items: number,
  sizes: NcfSizes,
  parameters: NcfParameters<A>,
  allocate: (length: number) => A,
) => ScoreRows;

/** out (users x items) = w . (g_u o g_i), or that added to it. */
function productScores(
  kernels: Kernels<A>,
  items: number,
  sizes: NcfSizes,
  parameters: NcfParameters<A>,
  users: Int32Array,
  out: A,
  options?: ScaleOptions,
): void {
  const { factors } = sizes;
  withRegion(kernels, (allocate) => {
    const m = users.length;
    const [gmf, repeated] = [allocate(m * factors), allocate(m * factors)];
    kernels.gatherRows(parameters.userGmf, factors, users, gmf);
    kernels.repeatRow(m, factors, weightViews(parameters.weights, sizes).gmf, repeated);
    kernels.binary('multiply', gmf, repeated, gmf);
    kernels.matmul(m, items, factors, gmf, false, parameters.itemGmf, true, out, options);
  });
}

/** Up to the constant c. The hidden layer of every pair comes from A p_u + b and B q_i. */
const hiddenLayerScores: ScoreRowsOf = (kernels, items, sizes, parameters, allocate) => {
  const { mlpFactors, hiddenSize } = sizes;
  const weights = weightViews(parameters.weights, sizes);
  const fromItems = allocate(items * hiddenSize);
  kernels.matmul(items, hiddenSize, mlpFactors, parameters.itemMlp, false, weights.item, true, fromItems);
  return (users, out) => {
    productScores(kernels, items, sizes, parameters, users, out);
    withRegion(kernels, (allocateRows) => {
      const m = users.length;
      const [mlp, fromUsers] = [allocateRows(m * mlpFactors), allocateRows(m * hiddenSize)];
      kernels.gatherRows(parameters.userMlp, mlpFactors, users, mlp);
      kernels.repeatRow(m, hiddenSize, weights.bias, fromUsers);
      const added = { accumulate: true };
      kernels.matmul(m, hiddenSize, mlpFactors, mlp, false, weights.user, true, fromUsers, added);
      kernels.tanhScores(m, items, hiddenSize, fromUsers, fromItems, weights.mlp, out);
    });
  };
};

/** Up to c + v_U . p_u, the same for all items of a user. */
const noHiddenLayerScores: ScoreRowsOf = (kernels, items, sizes, parameters, allocate) => {
  const { mlpFactors } = sizes;
  const { item } = halves(weightViews(parameters.weights, sizes), mlpFactors);
  const fromItems = allocate(items);
  kernels.matmul(items, 1, mlpFactors, parameters.itemMlp, false, item, false, fromItems);
  return (users, out) => {
    kernels.repeatRow(users.length, items, fromItems, out);
    productScores(kernels, items, sizes, parameters, users, out, { accumulate: true });
  };
};

/** A user's two embeddings side by side. Items meet them through weights and (with one) a hidden layer, so they have no place there. */
function pointsOf({ userGmf, userMlp }: NcfParameters<A>, { factors, mlpFactors }: NcfSizes): PointsOf {
  const dimensions = factors + mlpFactors;
  return (rows) => {
    const users = new Float32Array(rows.length * dimensions);
    rows.forEach((row, j) => {
      users.set(userGmf.subarray(row * factors, (row + 1) * factors), j * dimensions);
      users.set(userMlp.subarray(row * mlpFactors, (row + 1) * mlpFactors), j * dimensions + factors);
    });
    return { dimensions, users, items: null };
  };
}

export interface NcfFitted {
  readonly recommender: Pick<Recommender<NcfOptions>, 'name' | 'version'>;
  readonly options: NcfOptions;
  readonly losses: readonly number[];
  readonly train: InteractionMatrix;
  /** in kernel memory; from here on the model's own */
  readonly parameters: NcfParameters<A>;
}

export function createNcfFitted(
  kernels: Kernels<A>,
  { recommender: { name, version }, options, losses, train, parameters }: NcfFitted,
): FittedRecommender {
  const scoreRowsOf = options.hiddenSize === 0 ? noHiddenLayerScores : hiddenLayerScores;
  return createFittedModel({
    name,
    version,
    options,
    losses,
    arrays: { ...parameters },
    rank: (request) =>
      withRegion(kernels, (allocate) => {
        const score = scoreRowsOf(kernels, train.items, options, parameters, allocate);
        // No two items have the same drawn embeddings: scores are equal by rounding alone.
        return rankByScores(kernels, train, request, score, null);
      }),
    points: pointsOf(parameters, options),
    release() {
      for (const array of Object.values(parameters)) kernels.release(array);
    },
  });
}

/** @throws RecauditError `data` for a model of another recommender, version or shape */
export function restoreNcf(
  recommender: Pick<Recommender<NcfOptions>, 'name' | 'version'>,
  saved: SavedModel,
  train: InteractionMatrix,
  { kernels }: ComputeContext,
): FittedRecommender {
  const options = saved.options as NcfOptions;
  const lengths = lengthsOf(train, options);
  checkSaved(recommender, saved, lengths);
  const copies = Object.keys(lengths).map((array) => {
    const values = kernels.allocate(saved.arrays[array].length);
    values.set(saved.arrays[array]);
    return [array, values];
  });
  const parameters = Object.fromEntries(copies) as NcfParameters<A>;
  return createNcfFitted(kernels, { recommender, options, losses: saved.losses, train, parameters });
}
