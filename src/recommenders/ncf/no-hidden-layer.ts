/**
 * v . [p_u; q_i] of a batch's pairs: the embeddings read by the last layer as they are, as in the code of the paper's
 * authors. What it is not: a source of interplay between user and item. v_U . p_u is one number a user, which no ranking
 * of the user's items sees, and v_I . q_i one number an item.
 */

import type { FloatArray } from '../../kernels/types.js';
import type { NcfWeights } from './parameters.js';
import type { Gathered, MlpBackward, Pass } from './pass.js';

/** The halves of v that meet p_u and q_i. */
export function halves<A extends FloatArray>(
  { mlp }: NcfWeights<A>,
  mlpFactors: number,
): { readonly user: A; readonly item: A } {
  return { user: mlp.subarray(0, mlpFactors) as A, item: mlp.subarray(mlpFactors, 2 * mlpFactors) as A };
}

/** See `MlpScores`. */
export function noHiddenLayer<A extends FloatArray>(
  pass: Pass<A>,
  gathered: Gathered<A>,
  scores: A,
): MlpBackward<A> {
  const { kernels, weights, batch, allocate, count, groupCount, mlpFactors: m } = pass;
  const { user, item } = halves(weights, m);
  const [fromUsers, fromItems, ofPairs] = [allocate(count), allocate(groupCount), allocate(scores.length)];
  kernels.matmul(count, 1, m, gathered.userMlp, false, user, false, fromUsers);
  kernels.matmul(groupCount, 1, m, gathered.itemMlp, false, item, false, fromItems);
  kernels.gatherRows(fromUsers, 1, batch.samples, ofPairs);
  kernels.binary('add', scores, ofPairs, scores);
  kernels.gatherRows(fromItems, 1, batch.pattern.columnIndices, ofPairs);
  kernels.binary('add', scores, ofPairs, scores);
  return (errors, gradient, itemRows) => backward(pass, gathered, errors, gradient, itemRows);
}

/** The errors summed by sample, s, and by item group, t: dv_U = P^T s, dv_I = Q^T t, dP = s v_U^T, dQ = t v_I^T. */
function backward<A extends FloatArray>(
  { kernels, weights, batch, allocate, count, groupCount, mlpFactors: m }: Pass<A>,
  { userMlp, itemMlp }: Gathered<A>,
  errors: A,
  gradient: NcfWeights<A>,
  itemRows: A,
): A {
  const { user, item } = halves(weights, m);
  const outputs = halves(gradient, m);
  const [ones, bySample, byItem] = [allocate(count), allocate(count), allocate(groupCount)];
  kernels.fill(ones, 1);
  kernels.rowSums(count, errors.length / count, errors, bySample);
  kernels.spmmTransposed(batch.pattern, errors, ones, 1, byItem);
  kernels.matmul(m, 1, count, userMlp, true, bySample, false, outputs.user);
  kernels.matmul(m, 1, groupCount, itemMlp, true, byItem, false, outputs.item);
  kernels.matmul(groupCount, m, 1, byItem, false, item, false, itemRows, { accumulate: true });
  const userRows = allocate(count * m);
  kernels.matmul(count, m, 1, bySample, false, user, false, userRows);
  return userRows;
}
