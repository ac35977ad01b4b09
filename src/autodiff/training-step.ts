/**
 * One optimiser step as a pure function, `state' = step(state, batch, fakeData)`, with a vector-Jacobian product.
 *
 * A model author writes a `DifferentiableModel`: its parameter tables and the loss of a batch, in operations of this
 * folder. `createTrainingStep` turns it into a `TrainingStep` for Adam. Second derivatives of the loss come from the
 * tape; Adam's own derivative is one fused kernel. Weight decay is Adam's, not the loss's.
 */

import type { AdamOptions, AdamState, FloatArray, Kernels, RowGradient } from '../kernels/types.js';
import type { Operand, Tensor } from './tape.js';
import { type Graph, withGraph } from './tape.js';

/** Parameters, their moments (of length 0 where no optimiser reads them), and how many steps were taken. */
export interface TrainingState<A extends FloatArray> {
  readonly tables: readonly AdamState<A>[];
  step: number;
}

/** The rows of a table that a batch reads. */
export interface RowSelection {
  /** distinct rows, in the batch's order */
  readonly indices: Int32Array;
  /** table row -> position in `indices`, or -1 */
  readonly slots: Int32Array;
}

export interface BatchLoss<A extends FloatArray> {
  /** 1 x 1, weight decay excluded */
  readonly loss: Tensor<A>;
  /** the batch's fake data, when asked to be differentiated and any are in the batch; a model may read them twice */
  readonly fake: readonly Operand<A>[];
  /** what `advance` returns where it is not all of `loss`, which then has the model's own L2 in it */
  readonly reported?: number;
}

export interface DifferentiableModel<A extends FloatArray, Batch> {
  readonly name: string;
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly columns: number }[];
  /** null: the batch reads the whole table */
  selection(batch: Batch, table: number): RowSelection | null;
  /** `parameters[t]` holds the selected rows of table t, in the selection's order. */
  loss(
    graph: Graph<A>,
    parameters: readonly Tensor<A>[],
    batch: Batch,
    differentiateFake: boolean,
  ): BatchLoss<A>;
  /**
   * Adds the gradients of `BatchLoss.fake` (each dense, even if the matrix is sparse; null where the loss does not depend on it) to the gradient of
   * all fake data, fake users x items.
   */
  accumulateFakeGradient(batch: Batch, gradients: readonly (A | null)[], fakeGradient: A): void;
}

export interface TrainingStep<A extends FloatArray, Batch> {
  readonly kernels: Kernels<A>;
  /**
   * Takes one step, in place. Returns the batch's loss before the step (after it, where a step is a closed form), weight
   * decay excluded.
   *
   * `traced` (inside the unrolled window) evaluates the gradient by the very operations `vjp` will differentiate, so that
   * both see the same bits. Adam's derivative is a difference of large terms where a gradient is near 0: on a
   * gradient that differs in its last bit from the one that made the moments, it loses all its digits.
   */
  advance(state: TrainingState<A>, batch: Batch, traced: boolean): number;
  /**
   * `state` is the step's input. `cotangent` holds the cotangents of its output state and is overwritten with those of
   * its input; the fake data's share is added to `fakeGradient` (fake users x items).
   */
  vjp(state: TrainingState<A>, batch: Batch, cotangent: readonly AdamState<A>[], fakeGradient: A): void;
}

/**
 * Adam on the loss of `model`.
 *
 * @example
 * const step = createTrainingStep(kernels, model, { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
 * const loss = step.advance(state, batch, false);
 */
export function createTrainingStep<A extends FloatArray, Batch>(
  kernels: Kernels<A>,
  model: DifferentiableModel<A, Batch>,
  optimiser: Omit<AdamOptions, 'step'>,
): TrainingStep<A, Batch> {
  return {
    kernels,

    advance: (state, batch, traced) =>
      withGraph(kernels, (graph) => {
        const parameters = readParameters(graph, model, state, batch);
        const { loss, reported } = model.loss(graph, parameters, batch, traced);
        const value = reported ?? loss.data[0];
        const gradients = lossGradients(graph, loss, parameters, traced);
        state.step += 1;
        state.tables.forEach((table, t) => {
          kernels.adam(table, rowGradient(model, batch, t, gradients[t]), { ...optimiser, step: state.step });
        });
        return value;
      }),

    vjp: (state, batch, cotangent, fakeGradient) =>
      withGraph(kernels, (graph) => {
        const parameters = readParameters(graph, model, state, batch);
        const { loss, fake } = model.loss(graph, parameters, batch, true);
        const gradients = lossGradients(graph, loss, parameters, true);
        const options = { ...optimiser, step: state.step + 1 };
        const gradientCotangents = gradients.map((gradient, t) => {
          const data = graph.allocate(gradient.data.length);
          kernels.adamVjp(
            state.tables[t],
            rowGradient(model, batch, t, gradient),
            options,
            cotangent[t],
            data,
          );
          return graph.constant(data, gradient.rows, gradient.columns);
        });
        const shares = graph.grad(gradients, gradientCotangents, [...parameters, ...fake]);
        parameters.forEach((_, t) => {
          const share = shares[t];
          if (share !== null) addShare(kernels, model.selection(batch, t), share, cotangent[t].parameter);
        });
        if (fake.length === 0) return;
        const fakeShares = shares.slice(parameters.length).map((share) => share?.data ?? null);
        model.accumulateFakeGradient(batch, fakeShares, fakeGradient);
      }),
  };
}

function readParameters<A extends FloatArray, Batch>(
  graph: Graph<A>,
  model: DifferentiableModel<A, Batch>,
  state: TrainingState<A>,
  batch: Batch,
): Tensor<A>[] {
  return state.tables.map(({ parameter, rows, columns }, t) => {
    const selection = model.selection(batch, t);
    if (selection === null) return graph.variable(parameter, rows, columns);
    const selected = graph.allocate(selection.indices.length * columns);
    graph.kernels.gatherRows(parameter, columns, selection.indices, selected);
    return graph.variable(selected, selection.indices.length, columns);
  });
}

function lossGradients<A extends FloatArray>(
  graph: Graph<A>,
  loss: Tensor<A>,
  parameters: readonly Tensor<A>[],
  createGraph: boolean,
): Tensor<A>[] {
  const one = graph.allocate(1);
  one[0] = 1;
  const gradients = graph.grad([loss], [graph.constant(one, 1, 1)], parameters, { createGraph });
  return gradients.map((gradient, t) => gradient ?? zeros(graph, parameters[t]));
}

function zeros<A extends FloatArray>(graph: Graph<A>, like: Tensor<A>): Tensor<A> {
  const data = graph.allocate(like.data.length);
  graph.kernels.fill(data, 0);
  return graph.constant(data, like.rows, like.columns);
}

function rowGradient<A extends FloatArray, Batch>(
  model: DifferentiableModel<A, Batch>,
  batch: Batch,
  table: number,
  gradient: Tensor<A>,
): RowGradient<A> {
  return { values: gradient.data, slots: model.selection(batch, table)?.slots ?? null };
}

function addShare<A extends FloatArray>(
  kernels: Kernels<A>,
  selection: RowSelection | null,
  share: Tensor<A>,
  out: A,
): void {
  if (selection === null) kernels.affine(share.data, 1, 0, out, true);
  else kernels.scatterAddRows(share.data, share.columns, selection.indices, out);
}
