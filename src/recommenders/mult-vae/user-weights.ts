/**
 * Mult-VAE with a weight w_u on every user's part of the loss, as the unrolled derivative by these weights needs it:
 *
 *     L_B = sum over users u of the batch of w_u [ -(1/n) sum_i x_i log softmax(logits)_i + beta KL(N(mu, sigma^2) || N(0, 1)) ].
 *
 * At w = 1 it is the loss of `model.ts`. The weights stand where fake data do in the engine: what is differentiated beside the
 * parameters, one value a user. A user's own list reads the user's clicks as input, which no weight is on.
 */

import {
  add,
  affine,
  type DifferentiableModel,
  dot,
  logSumExp,
  map,
  matmul,
  multiply,
  repeatColumn,
  sddmm,
  subtract,
  sum,
  type Tensor,
} from '../../autodiff/index.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import { type MultVaeBatch, type MultVaeProblem, writeShares } from './batches.js';
import { createMultVaeModel, forwardPass } from './model.js';

/**
 * @param weights by user; default 1
 * @example createTrainingStep(kernels, createWeightedMultVaeModel(kernels, problem), adam)
 */
export function createWeightedMultVaeModel<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
  weights?: ArrayLike<number>,
): DifferentiableModel<A, MultVaeBatch<A>> {
  const plain = createMultVaeModel(kernels, problem);
  return {
    ...plain,

    loss(graph, parameters, batch, differentiate) {
      // Outside the window the weights are constants; at 1 the plain loss has the bits of the recommender's own training.
      if (!differentiate && weights === undefined) return plain.loss(graph, parameters, batch, false);
      const { users, beta } = batch;
      const values = graph.allocate(users.length);
      for (let row = 0; row < users.length; row++)
        values[row] = weights === undefined ? 1 : weights[users[row]];
      const own = graph.variable(values, users.length, 1);
      const { mean, logVariance, hidden } = forwardPass(parameters, batch, problem.options.factors);
      const likelihood = weightedLikelihood(own, hidden, parameters[6], batch);
      const divergence = weightedDivergence(own, mean, logVariance);
      return { loss: add(likelihood, affine(divergence, beta, 0)), fake: [own] };
    },

    accumulateFakeGradient({ users }, [gradient], weightGradient) {
      // The users of a batch are no kernel memory, as those of WRMF's selection are.
      if (gradient !== null)
        for (let row = 0; row < users.length; row++) weightGradient[users[row]] += gradient[row];
    },
  };
}

/** sum_u w_u [ log sum exp(logits_u) - (1/n_u) sum_i x_ui logits_ui ]; nothing for a user without clicks. */
function weightedLikelihood<A extends FloatArray>(
  own: Tensor<A>,
  hidden: Tensor<A>,
  output: Tensor<A>,
  { input: { pattern } }: MultVaeBatch<A>,
): Tensor<A> {
  const { graph } = hidden;
  const counted = graph.allocate(pattern.rows);
  for (let row = 0; row < pattern.rows; row++)
    counted[row] = pattern.rowPointers[row + 1] > pattern.rowPointers[row] ? 1 : 0;
  const shares = graph.allocate(pattern.nonZeros);
  writeShares(pattern, shares);
  const ones = graph.allocate(output.rows);
  graph.kernels.fill(ones, 1);
  const ofClicks = sddmm(pattern, own, graph.constant(ones, output.rows, 1));
  const normalisers = logSumExp(matmul(hidden, output, { transposeB: true }));
  return subtract(
    dot(multiply(own, graph.constant(counted, pattern.rows, 1)), normalisers),
    dot(multiply(ofClicks, graph.constant(shares, pattern.nonZeros, 1)), sddmm(pattern, hidden, output)),
  );
}

/** sum_u w_u KL_u, KL = 1/2 sum(sigma^2 + mu^2 - 1 - log sigma^2). */
function weightedDivergence<A extends FloatArray>(
  own: Tensor<A>,
  mean: Tensor<A>,
  logVariance: Tensor<A>,
): Tensor<A> {
  const spread = repeatColumn(own, mean.columns);
  const squares = add(dot(spread, map('exp', logVariance)), dot(multiply(spread, mean), mean));
  const rest = add(dot(spread, logVariance), affine(sum(own), mean.columns, 0));
  return affine(subtract(squares, rest), 0.5, 0);
}
