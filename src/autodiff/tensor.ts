/**
 * What the tape is made of: dense tensors (always matrices), sparse matrices, and the nodes that made them.
 *
 * Nothing here computes. A tensor belongs to one `Graph` and dies with it.
 */

import type { FloatArray, SparsePattern } from '../kernels/types.js';
import type { Graph } from './graph.js';

/** A dense row-major matrix on a graph. Vectors are n x 1 or 1 x n, scalars 1 x 1. */
export interface Tensor<A extends FloatArray = FloatArray> {
  readonly kind: 'dense';
  readonly graph: Graph<A>;
  readonly rows: number;
  readonly columns: number;
  readonly data: A;
  /** null: a constant, or made while not recording */
  readonly node: Node<A> | null;
  readonly requiresGrad: boolean;
}

/**
 * A matrix that is *evaluated* at its non-zeros only and *differentiated* everywhere: its derivative is a dense
 * rows x columns tensor. This is what fake data are: few clicks, but a gradient for every click that could be added.
 */
export interface SparseMatrix<A extends FloatArray = FloatArray> {
  readonly kind: 'sparse';
  readonly graph: Graph<A>;
  readonly rows: number;
  readonly columns: number;
  readonly pattern: SparsePattern;
  /** CSR order */
  readonly values: A;
  readonly node: null;
  readonly requiresGrad: boolean;
}

export type Operand<A extends FloatArray = FloatArray> = Tensor<A> | SparseMatrix<A>;

/**
 * One input's share of a cotangent, computed on demand: added in place to `into` when the tape is not recording
 * and the caller owns `into`, else returned as a new tensor.
 */
export type Contribution<A extends FloatArray> = (into: Tensor<A> | null) => Tensor<A>;

/** A recorded operation: how a cotangent of its output becomes cotangents of its inputs. */
export interface Node<A extends FloatArray = FloatArray> {
  readonly id: number;
  readonly operation: string;
  readonly inputs: readonly Operand<A>[];
  readonly pullBack: (cotangent: Tensor<A>) => readonly Contribution<A>[];
}

export function shapeOf(tensor: { readonly rows: number; readonly columns: number }): string {
  return `${tensor.rows} x ${tensor.columns}`;
}
