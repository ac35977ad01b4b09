/**
 * WRMF with a weight w_u on every user's part of the loss, as the unrolled derivative by these weights needs it:
 *
 *     L_B = tr((P_B^T W P_B)(Q^T Q)) + sum over observed (u, i) of w_u [ alpha (1 - r_ui)^2 - r_ui^2 ],
 *
 * W = diag(w). At w = 1 it is the loss of `model.ts`. The weights stand where fake data do in the engine: what is differentiated
 * beside the parameters, one value a user.
 */

import {
  add,
  affine,
  type DifferentiableModel,
  dot,
  gram,
  matmul,
  multiply,
  repeatColumn,
  sddmm,
  sum,
} from '../../autodiff/index.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import { createWrmfModel, type WrmfBatch, type WrmfProblem } from './model.js';

/**
 * @param weights by user; default 1
 * @example createTrainingStep(kernels, createWeightedWrmfModel(kernels, problem), adam)
 */
export function createWeightedWrmfModel<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: WrmfProblem,
  weights?: ArrayLike<number>,
): DifferentiableModel<A, WrmfBatch<A>> {
  const plain = createWrmfModel(kernels, problem);
  const { items, factors: k, positiveWeight: alpha } = problem;
  return {
    ...plain,

    loss(graph, [p, q], batch, differentiate) {
      // Outside the window the weights are constants; at 1 the plain loss has the bits of the recommender's own training.
      if (!differentiate && weights === undefined) return plain.loss(graph, [p, q], batch, false);
      const { pattern, selection } = batch;
      const { indices } = selection;
      const own = graph.allocate(indices.length);
      for (let j = 0; j < indices.length; j++) own[j] = weights === undefined ? 1 : weights[indices[j]];
      const column = graph.variable(own, indices.length, 1);
      const ones = graph.allocate(items);
      kernels.fill(ones, 1);
      const ofClicks = sddmm(pattern, column, graph.constant(ones, items, 1));
      const scores = sddmm(pattern, p, q);
      const weighted = multiply(repeatColumn(column, k), p);
      const squares = affine(dot(multiply(ofClicks, scores), scores), alpha - 1, 0);
      const linear = affine(dot(ofClicks, scores), -2 * alpha, 0);
      const constant = affine(sum(ofClicks), alpha, 0);
      const dense = dot(matmul(p, weighted, { transposeA: true }), gram(q));
      return { loss: [dense, squares, linear, constant].reduce(add), fake: [column] };
    },

    accumulateFakeGradient({ selection }, [gradient], weightGradient) {
      if (gradient !== null) kernels.scatterAddRows(gradient, 1, selection.indices, weightGradient);
    },
  };
}
