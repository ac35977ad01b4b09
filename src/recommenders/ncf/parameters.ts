/** What NCF learns, and how its weights lie in one array. What it is not: the scores made of it (`model.ts`). */

import type { FloatArray } from '../../kernels/types.js';

export interface NcfSizes {
  readonly factors: number;
  readonly mlpFactors: number;
  /** 0: no hidden layer */
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
  /** mlpOutputs: v; without a hidden layer, the half of p_u before that of q_i */
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

/** Number of values that the last layer reads beside the product: the hidden layer's, or else both embeddings. */
export function mlpOutputs({ mlpFactors, hiddenSize }: NcfSizes): number {
  return hiddenSize === 0 ? 2 * mlpFactors : hiddenSize;
}

/** Number of weights, embeddings aside. */
export function weightCount(sizes: NcfSizes): number {
  const { factors, mlpFactors, hiddenSize } = sizes;
  return 2 * hiddenSize * mlpFactors + hiddenSize + factors + mlpOutputs(sizes) + 1;
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
    mlp: next(mlpOutputs(sizes)),
    output: next(1),
  };
}
