/** A fitted NCF model: ranks, saves and is restored. What it is not: it trains nothing. */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { Kernels } from '../../kernels/types.js';
import { checkSaved, createFittedModel, type PointsOf } from '../fitted/fitted-model.js';
import { rankByScores, type ScoreRows } from '../fitted/rank-scores.js';
import { withRegion } from '../training/region.js';
import type { ComputeContext, FittedRecommender, Recommender, SavedModel } from '../types.js';
import { type NcfParameters, type NcfSizes, weightCount, weightViews } from './model.js';
import type { NcfOptions } from './options.js';

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

/**
 * Scores of all items, up to the constant c: a matrix product for the GMF part, and the hidden layer of every pair from
 * A p_u + b and B q_i.
 *
 * @param fromItems items x hiddenSize: B q_i
 */
function scoreRows(
  kernels: Kernels<A>,
  items: number,
  { factors, mlpFactors, hiddenSize }: NcfSizes,
  parameters: NcfParameters<A>,
  fromItems: A,
): ScoreRows {
  const weights = weightViews(parameters.weights, { factors, mlpFactors, hiddenSize });
  return (users, out) =>
    withRegion(kernels, (allocate) => {
      const m = users.length;
      const [gmf, repeated] = [allocate(m * factors), allocate(m * factors)];
      kernels.gatherRows(parameters.userGmf, factors, users, gmf);
      kernels.repeatRow(m, factors, weights.gmf, repeated);
      kernels.binary('multiply', gmf, repeated, gmf);
      kernels.matmul(m, items, factors, gmf, false, parameters.itemGmf, true, out);
      const [mlp, fromUsers] = [allocate(m * mlpFactors), allocate(m * hiddenSize)];
      kernels.gatherRows(parameters.userMlp, mlpFactors, users, mlp);
      kernels.repeatRow(m, hiddenSize, weights.bias, fromUsers);
      const added = { accumulate: true };
      kernels.matmul(m, hiddenSize, mlpFactors, mlp, false, weights.user, true, fromUsers, added);
      kernels.tanhScores(m, items, hiddenSize, fromUsers, fromItems, weights.mlp, out);
    });
}

/** A user's two embeddings side by side. Items meet them through weights and a hidden layer, so they have no place there. */
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
  const { hiddenSize, mlpFactors } = options;
  return createFittedModel({
    name,
    version,
    options,
    losses,
    arrays: { ...parameters },
    rank: (request) =>
      withRegion(kernels, (allocate) => {
        const fromItems = allocate(train.items * hiddenSize);
        const { item } = weightViews(parameters.weights, options);
        const { itemMlp } = parameters;
        kernels.matmul(train.items, hiddenSize, mlpFactors, itemMlp, false, item, true, fromItems);
        const score = scoreRows(kernels, train.items, options, parameters, fromItems);
        return rankByScores(kernels, train, request, score);
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
