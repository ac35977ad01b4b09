/**
 * NeuMF (He et al. 2017): loss and gradient of one batch. With embeddings g (GMF, `factors` long) and p, q (MLP),
 *
 *     score(u, i) = w . (g_u o g_i) + v . tanh(A p_u + B q_i + b) + c,
 *
 * or, without a hidden layer, score(u, i) = w . (g_u o g_i) + v . [p_u; q_i] + c. The loss is the mean binary
 * cross-entropy over the pairs, plus the L2 of the embeddings each time they are used (a user once a sample, its items
 * once each). What it is not: it draws no samples and takes no step.
 */

import type { RowSum } from '../../kernels/row-types.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import { hiddenLayer } from './hidden-layer.js';
import { noHiddenLayer } from './no-hidden-layer.js';
import {
  type NcfParameters,
  type NcfSizes,
  type NcfWeights,
  weightCount,
  weightViews,
} from './parameters.js';
import { type Gathered, gather, type MlpBackward, type MlpScores, type NcfBatch, type Pass } from './pass.js';

/** Gradients of the rows that the batch uses; by group, or as sums that the optimiser takes on the fly. */
export interface NcfGradient<A extends FloatArray> {
  readonly userGmf: RowSum<A>;
  readonly itemGmf: RowSum<A>;
  readonly userMlp: RowSum<A>;
  readonly itemMlp: A;
  /** of all weights, laid out like them */
  readonly weights: A;
}

/** Scores of the pairs, and the backward pass of their MLP part. */
function forward<A extends FloatArray>(
  pass: Pass<A>,
  gathered: Gathered<A>,
): { readonly scores: A; readonly mlpBackward: MlpBackward<A> } {
  const { kernels, parameters, weights, allocate, tablePattern, factors, hiddenSize } = pass;
  const scores = allocate(tablePattern.nonZeros);
  kernels.sddmm(tablePattern, gathered.weighted, parameters.itemGmf, factors, scores);
  const mlpScores: MlpScores = hiddenSize === 0 ? noHiddenLayer : hiddenLayer;
  const mlpBackward = mlpScores(pass, gathered, scores);
  kernels.affine(scores, 1, weights.output[0], scores);
  return { scores, mlpBackward };
}

/** Binary cross-entropy of logits s and labels y, softplus(s) - y s: its sum, and errors d(mean)/ds. */
function crossEntropy<A extends FloatArray>(
  { kernels, batch, allocate }: Pass<A>,
  scores: A,
): { loss: number; errors: A } {
  const errors = allocate(scores.length);
  kernels.unary('softplus', scores, errors);
  const loss = kernels.sum(errors) - kernels.dot(batch.labels, scores);
  kernels.unary('sigmoid', scores, errors);
  kernels.binary('subtract', errors, batch.labels, errors);
  kernels.affine(errors, 1 / scores.length, 0, errors);
  return { loss, errors };
}

/** d/dg_u = w o sum of e_ui g_i; d/dw = sum of g_u o (sum of e_ui g_i); d/dg_i = sum of e_ui w o g_u, left to `RowSum`. */
function gmfBackward<A extends FloatArray>(
  { kernels, parameters, allocate, count, tablePattern, factors }: Pass<A>,
  { gmf, repeated }: Gathered<A>,
  errors: A,
  gradient: NcfWeights<A>,
): A {
  const sums = allocate(count * factors);
  kernels.spmm(tablePattern, errors, parameters.itemGmf, factors, sums);
  kernels.binary('multiply', gmf, sums, gmf);
  kernels.columnSums(count, factors, gmf, gradient.gmf);
  kernels.binary('multiply', repeated, sums, sums);
  return sums;
}

/**
 * @param regularisation of the embeddings, see above
 * @param allocate for what the gradient refers to
 * @returns the sum of the pairs' cross-entropies; what the gradient is of is their mean plus the L2
 */
export function ncfBatch<A extends FloatArray>(
  kernels: Kernels<A>,
  sizes: NcfSizes,
  parameters: NcfParameters<A>,
  batch: NcfBatch<A>,
  regularisation: number,
  allocate: (length: number) => A,
): { readonly loss: number; readonly gradient: NcfGradient<A> } {
  const { factors, mlpFactors, hiddenSize } = sizes;
  const { users, items, samples, userGroups, itemGroups, pattern } = batch;
  const pass: Pass<A> = {
    kernels,
    parameters,
    weights: weightViews(parameters.weights, sizes),
    batch,
    allocate,
    count: users.length,
    groupCount: itemGroups.count,
    tablePattern: { ...pattern, columnIndices: items },
    factors,
    mlpFactors,
    hiddenSize,
  };
  const gathered = gather(pass);
  const { scores, mlpBackward } = forward(pass, gathered);
  const { loss, errors } = crossEntropy(pass, scores);
  const flat = allocate(weightCount(sizes));
  const weightGradient = weightViews(flat, sizes);
  weightGradient.output[0] = kernels.sum(errors);
  const sum = { width: 1, weights: null, sources: null, scale: 1, ownScale: 0, decay: regularisation };
  const userGmf = gmfBackward(pass, gathered, errors, weightGradient);
  const itemMlp = allocate(itemGroups.count * mlpFactors);
  // The L2 alone: every use adds nothing but the row itself.
  const l2 = { ...sum, groups: itemGroups, source: parameters.itemMlp, sources: items, scale: 0 };
  kernels.sumRows(parameters.itemMlp, mlpFactors, l2, itemMlp);
  const userMlp = mlpBackward(errors, weightGradient, itemMlp);
  return {
    loss,
    gradient: {
      userGmf: { ...sum, groups: userGroups, source: userGmf },
      itemGmf: {
        ...sum,
        groups: itemGroups,
        weights: errors,
        source: gathered.weighted,
        sources: samples,
      },
      userMlp: { ...sum, groups: userGroups, source: userMlp },
      itemMlp,
      weights: flat,
    },
  };
}
