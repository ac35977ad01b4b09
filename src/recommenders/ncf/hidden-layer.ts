/**
 * v . tanh(A p_u + B q_i + b) of a batch's pairs. [A B] is the hidden layer's weight matrix, cut at the seam of the two
 * embeddings. So A p_u is a product for each sample and B q_i one for each distinct item of the batch, not one for each
 * of the samples x (1 + negatives) pairs; backwards, the pairs' errors are summed by sample and by item before they are
 * multiplied. What it is not: for models without a hidden layer (`no-hidden-layer.ts`).
 */

import type { FloatArray } from '../../kernels/types.js';
import type { NcfWeights } from './parameters.js';
import type { Gathered, MlpBackward, Pass } from './pass.js';

/** See `MlpScores`. */
export function hiddenLayer<A extends FloatArray>(
  pass: Pass<A>,
  gathered: Gathered<A>,
  scores: A,
): MlpBackward<A> {
  const { kernels, weights, batch, allocate, count, groupCount, mlpFactors: m, hiddenSize: h } = pass;
  const { userMlp, itemMlp } = gathered;
  const hidden = allocate(batch.pattern.nonZeros * h);
  const fromUsers = allocate(count * h);
  const fromItems = allocate(groupCount * h);
  kernels.repeatRow(count, h, weights.bias, fromUsers);
  kernels.matmul(count, h, m, userMlp, false, weights.user, true, fromUsers, { accumulate: true });
  kernels.matmul(groupCount, h, m, itemMlp, false, weights.item, true, fromItems);
  kernels.tanhPairs(batch.pattern, fromUsers, fromItems, h, weights.mlp, hidden, scores);
  return (errors, gradient, itemRows) => backward(pass, gathered, hidden, errors, gradient, itemRows);
}

function backward<A extends FloatArray>(
  { kernels, weights, batch, allocate, count, groupCount, mlpFactors: m, hiddenSize: h }: Pass<A>,
  { userMlp, itemMlp }: Gathered<A>,
  hidden: A,
  errors: A,
  gradient: NcfWeights<A>,
  itemRows: A,
): A {
  const fromUsers = allocate(count * h);
  const fromItems = allocate(groupCount * h);
  kernels.matmul(h, 1, errors.length, hidden, true, errors, false, gradient.mlp);
  kernels.tanhPairsVjp(batch.pattern, hidden, h, weights.mlp, errors, fromUsers, fromItems);
  kernels.columnSums(count, h, fromUsers, gradient.bias);
  kernels.matmul(h, m, count, fromUsers, true, userMlp, false, gradient.user);
  kernels.matmul(h, m, groupCount, fromItems, true, itemMlp, false, gradient.item);
  kernels.matmul(groupCount, m, h, fromItems, false, weights.item, false, itemRows, { accumulate: true });
  const userRows = allocate(count * m);
  kernels.matmul(count, m, h, fromUsers, false, weights.user, false, userRows);
  return userRows;
}
