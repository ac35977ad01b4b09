/**
 * NeuMF (He et al. 2017): loss and gradient of one batch. With embeddings g (GMF, `factors` long) and p, q (MLP),
 *
 *     score(u, i) = w . (g_u o g_i) + v . tanh(A p_u + B q_i + b) + c.
 *
 * [A B] is the hidden layer's weight matrix, cut at the seam of the two embeddings. So A p_u is a product for each
 * sample and B q_i one for each distinct item of the batch, not one for each of the samples x (1 + negatives) pairs;
 * backwards, the pairs' errors are summed by sample and by item before they are multiplied. The loss is the mean binary
 * cross-entropy over the pairs, plus the L2 of the embeddings each time they are used (a user once a sample, its items
 * once each). What it is not: it draws no samples and takes no step.
 */

import type { RowGroups, RowSum } from '../../kernels/row-types.js';
import type { FloatArray, Kernels, RowPattern, SparsePattern } from '../../kernels/types.js';

export interface NcfSizes {
  readonly factors: number;
  readonly mlpFactors: number;
  readonly hiddenSize: number;
}

/** Views of one array: everything but the embeddings. */
export interface NcfWeights<A extends FloatArray> {
  /** hiddenSize x mlpFactors: A */
  readonly user: A;
  /** hiddenSize x mlpFactors: B */
  readonly item: A;
  /** hiddenSize: b */
  readonly bias: A;
  /** factors: w */
  readonly gmf: A;
  /** hiddenSize: v */
  readonly mlp: A;
  /** 1: c */
  readonly output: A;
}

/** Tables of embeddings, one row a user or an item. */
export interface NcfEmbeddings<A extends FloatArray> {
  readonly userGmf: A;
  readonly itemGmf: A;
  readonly userMlp: A;
  readonly itemMlp: A;
}

export interface NcfParameters<A extends FloatArray> extends NcfEmbeddings<A> {
  readonly weights: A;
}

/** Samples of one step. Pair o = s * width + n is user `users[s]` with item `items[o]`, the clicked one where n = 0. */
export interface NcfBatch<A extends FloatArray> {
  readonly users: Int32Array;
  readonly items: Int32Array;
  /** uses: samples */
  readonly userGroups: RowGroups;
  /** uses: pairs */
  readonly itemGroups: RowGroups;
  /** sample of each pair */
  readonly samples: Int32Array;
  /** the pairs as samples x item groups */
  readonly pattern: SparsePattern;
  /** 1 for clicked pairs, 0 for others */
  readonly labels: A;
}

/** Gradients of the rows that the batch uses; by group, or as sums that the optimiser takes on the fly. */
export interface NcfGradient<A extends FloatArray> {
  readonly userGmf: RowSum<A>;
  readonly itemGmf: RowSum<A>;
  readonly userMlp: RowSum<A>;
  readonly itemMlp: A;
  /** of all weights, laid out like them */
  readonly weights: A;
}

/** Number of weights, embeddings aside. */
export function weightCount({ factors, mlpFactors, hiddenSize }: NcfSizes): number {
  return 2 * hiddenSize * mlpFactors + 2 * hiddenSize + factors + 1;
}

export function weightViews<A extends FloatArray>(flat: A, sizes: NcfSizes): NcfWeights<A> {
  const { factors, mlpFactors, hiddenSize } = sizes;
  let begin = 0;
  const next = (length: number): A => {
    begin += length;
    return flat.subarray(begin - length, begin) as A;
  };
  return {
    user: next(hiddenSize * mlpFactors),
    item: next(hiddenSize * mlpFactors),
    bias: next(hiddenSize),
    gmf: next(factors),
    mlp: next(hiddenSize),
    output: next(1),
  };
}

/** What forward and backward pass share. Matrices by sample have a row for each of `count` samples. */
interface Pass<A extends FloatArray> extends NcfSizes {
  readonly kernels: Kernels<A>;
  readonly parameters: NcfParameters<A>;
  readonly weights: NcfWeights<A>;
  readonly batch: NcfBatch<A>;
  readonly allocate: (length: number) => A;
  readonly count: number;
  readonly groupCount: number;
  /** the pairs as samples x items of the table, by rows alone */
  readonly tablePattern: RowPattern;
}

/** g_u, w and w o g_u by sample, p_u by sample, q_i by item group. */
interface Gathered<A extends FloatArray> {
  readonly gmf: A;
  readonly repeated: A;
  readonly weighted: A;
  readonly userMlp: A;
  readonly itemMlp: A;
}

function gather<A extends FloatArray>(pass: Pass<A>): Gathered<A> {
  const { kernels, parameters, weights, batch, allocate, count, groupCount, factors, mlpFactors } = pass;
  const gmf = allocate(count * factors);
  const repeated = allocate(count * factors);
  const weighted = allocate(count * factors);
  const userMlp = allocate(count * mlpFactors);
  const itemMlp = allocate(groupCount * mlpFactors);
  kernels.gatherRows(parameters.userGmf, factors, batch.users, gmf);
  kernels.repeatRow(count, factors, weights.gmf, repeated);
  kernels.binary('multiply', repeated, gmf, weighted);
  kernels.gatherRows(parameters.userMlp, mlpFactors, batch.users, userMlp);
  const rows = batch.itemGroups.rows.subarray(0, groupCount);
  kernels.gatherRows(parameters.itemMlp, mlpFactors, rows, itemMlp);
  return { gmf, repeated, weighted, userMlp, itemMlp };
}

/** Scores of the pairs, and the hidden layer's values that they used. */
function forward<A extends FloatArray>(
  { kernels, parameters, weights, batch, allocate, count, groupCount, tablePattern, ...sizes }: Pass<A>,
  { weighted, userMlp, itemMlp }: Gathered<A>,
): { scores: A; hidden: A } {
  const { factors, mlpFactors: m, hiddenSize: h } = sizes;
  const pairs = batch.pattern.nonZeros;
  const [scores, hidden] = [allocate(pairs), allocate(pairs * h)];
  kernels.sddmm(tablePattern, weighted, parameters.itemGmf, factors, scores);
  const fromUsers = allocate(count * h);
  const fromItems = allocate(groupCount * h);
  kernels.repeatRow(count, h, weights.bias, fromUsers);
  kernels.matmul(count, h, m, userMlp, false, weights.user, true, fromUsers, { accumulate: true });
  kernels.matmul(groupCount, h, m, itemMlp, false, weights.item, true, fromItems);
  kernels.tanhPairs(batch.pattern, fromUsers, fromItems, h, weights.mlp, hidden, scores);
  kernels.affine(scores, 1, weights.output[0], scores);
  return { scores, hidden };
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

/** The hidden layer's gradients; those of its inputs by sample and by item group (to which `itemRows` holds the L2). */
function hiddenBackward<A extends FloatArray>(
  { kernels, weights, batch, allocate, count, groupCount, mlpFactors: m, hiddenSize: h }: Pass<A>,
  { userMlp, itemMlp }: Gathered<A>,
  { hidden, errors }: { hidden: A; errors: A },
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
  const { scores, hidden } = forward(pass, gathered);
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
  const userMlp = hiddenBackward(pass, gathered, { hidden, errors }, weightGradient, itemMlp);
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
