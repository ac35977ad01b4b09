/** What the parts of one batch's forward and backward pass share. What it is not: any of the parts. */

import type { RowGroups } from '../../kernels/row-types.js';
import type { FloatArray, Kernels, RowPattern, SparsePattern } from '../../kernels/types.js';
import type { NcfParameters, NcfSizes, NcfWeights } from './parameters.js';

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

/** What forward and backward pass share. Matrices by sample have a row for each of `count` samples. */
export interface Pass<A extends FloatArray> extends NcfSizes {
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
export interface Gathered<A extends FloatArray> {
  readonly gmf: A;
  readonly repeated: A;
  readonly weighted: A;
  readonly userMlp: A;
  readonly itemMlp: A;
}

export function gather<A extends FloatArray>(pass: Pass<A>): Gathered<A> {
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

/**
 * The way of the MLP embeddings into the scores: adds what they give to the `scores` of the pairs. The backward pass that it
 * returns writes the gradients of its weights, adds those of q by item group to `itemRows` and returns those of p by sample.
 */
export type MlpScores = <A extends FloatArray>(
  pass: Pass<A>,
  gathered: Gathered<A>,
  scores: A,
) => MlpBackward<A>;

/** @param errors by pair, of the scores */
export type MlpBackward<A extends FloatArray> = (errors: A, gradient: NcfWeights<A>, itemRows: A) => A;
