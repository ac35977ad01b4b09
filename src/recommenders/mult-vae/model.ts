/**
 * Mult-VAE (Liang et al. 2018) as a `DifferentiableModel`. For a user with clicks x (n of them), as input x' :
 *
 *     (mu, log sigma^2) = tanh(x' E + a) L + b,   z = mu + sigma eps,   logits = [tanh(z D + c), 1] [W; w]
 *     loss = -(1/n) sum_i x_i log softmax(logits)_i + beta KL(N(mu, sigma^2) || N(0, 1)),   summed over users
 *
 * Two evaluations of one loss. Where nothing is differentiated twice, one fused kernel takes logits and likelihood (it
 * stores no users x items matrix). Inside the unrolled window both are operations of the tape: a handful of
 * batch x items matrices, and the fake users' x enters as input and as target, so its derivative is dense.
 */

import {
  add,
  addRow,
  affine,
  type BatchLoss,
  type DifferentiableModel,
  dot,
  type Graph,
  gatherRows,
  logSumExp,
  map,
  matmul,
  multiply,
  padColumns,
  type SparseMatrix,
  scatterRows,
  sddmm,
  sliceColumns,
  softmaxCrossEntropy,
  sparseMatmul,
  subtract,
  sum,
  type Tensor,
} from '../../autodiff/index.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import {
  type EncoderInput,
  type FakeUsers,
  type MultVaeBatch,
  type MultVaeProblem,
  writeShares,
} from './batches.js';

/** Fake users' clicks where they are differentiated: as input, and as the likelihood's targets. */
interface FakeClicks<A extends FloatArray> {
  readonly users: FakeUsers<A>;
  readonly input: SparseMatrix<A>;
  readonly target: SparseMatrix<A>;
}

/** Shapes of the parameter tables, in their order. The last holds the output layer, bias last. */
export function multVaeTables({ items, options }: Pick<MultVaeProblem, 'items' | 'options'>) {
  const { hiddenUnits: hidden, factors } = options;
  return [
    { name: 'encoder', rows: items, columns: hidden },
    { name: 'encoder bias', rows: 1, columns: hidden },
    { name: 'latent', rows: hidden, columns: 2 * factors },
    { name: 'latent bias', rows: 1, columns: 2 * factors },
    { name: 'decoder', rows: factors, columns: hidden },
    { name: 'decoder bias', rows: 1, columns: hidden },
    { name: 'output', rows: items, columns: hidden + 1 },
  ] as const;
}

export function createMultVaeModel<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
): DifferentiableModel<A, MultVaeBatch<A>> {
  const { items, options } = problem;
  return {
    name: 'mult-vae',
    tables: multVaeTables(problem),
    selection: () => null,

    loss(graph, parameters, batch, differentiateFake): BatchLoss<A> {
      const fake = differentiateFake ? fakeClicks(graph, batch.fake) : null;
      const { mean, logVariance, hidden } = forwardPass(parameters, batch, options.factors, fake);
      const output = parameters[6];
      const likelihood = differentiateFake
        ? tracedLikelihood(hidden, output, batch, fake)
        : softmaxCrossEntropy(hidden, output, batch.input.pattern);
      const loss = add(likelihood, affine(divergence(mean, logVariance), batch.beta, 0));
      return { loss, fake: fake === null ? [] : [fake.input, fake.target] };
    },

    accumulateFakeGradient({ fake }, [input, target], fakeGradient): void {
      if (fake === null || input === null || target === null) return;
      const { rowPointers } = fake.input.pattern;
      fake.inputWeights.forEach((weight, j) => {
        const clicks = rowPointers[j + 1] - rowPointers[j];
        const share = clicks > 0 ? 1 / clicks : 0;
        for (let item = 0; item < items; item++) {
          const at = j * items + item;
          input[at] = weight(item) * input[at] + share * target[at];
        }
      });
      kernels.scatterAddRows(input, items, fake.indices, fakeGradient);
    },
  };
}

function fakeClicks<A extends FloatArray>(graph: Graph<A>, users: FakeUsers<A> | null): FakeClicks<A> | null {
  if (users === null) return null;
  const { pattern, values } = users.input;
  return {
    users,
    input: graph.sparse(pattern, values, true),
    target: graph.sparse(pattern, users.shares, true),
  };
}

/** x' E: the clicks of all rows, the differentiated fake ones apart. */
function inputLayer<A extends FloatArray>(
  encoder: Tensor<A>,
  { pattern, values }: EncoderInput<A>,
  fake: FakeClicks<A> | null,
): Tensor<A> {
  const { graph } = encoder;
  if (fake === null) return sparseMatmul(graph.sparse(pattern, values, false), encoder);
  const { positions } = fake.users;
  const ofReal = graph.allocate(pattern.nonZeros);
  graph.kernels.copy(values, ofReal);
  ofReal.fill(0, pattern.rowPointers[positions[0]]);
  return add(
    sparseMatmul(graph.sparse(pattern, ofReal, false), encoder),
    scatterRows(sparseMatmul(fake.input, encoder), positions, pattern.rows),
  );
}

/** mu and log sigma^2 of the batch's users, and [h, 1] of a draw of z. */
export function forwardPass<A extends FloatArray>(
  parameters: readonly Tensor<A>[],
  batch: MultVaeBatch<A>,
  factors: number,
  fake: FakeClicks<A> | null = null,
): { mean: Tensor<A>; logVariance: Tensor<A>; hidden: Tensor<A> } {
  const { mean, logVariance } = encode(inputLayer(parameters[0], batch.input, fake), parameters);
  const deviation = map('exp', affine(logVariance, 0.5, 0));
  const noise = mean.graph.constant(batch.noise, mean.rows, factors);
  return { mean, logVariance, hidden: decode(add(mean, multiply(noise, deviation)), parameters) };
}

function encode<A extends FloatArray>(
  input: Tensor<A>,
  [, encoderBias, latent, latentBias]: readonly Tensor<A>[],
): { mean: Tensor<A>; logVariance: Tensor<A> } {
  const hidden = map('tanh', addRow(input, encoderBias));
  const both = addRow(matmul(hidden, latent), latentBias);
  const factors = both.columns / 2;
  return { mean: sliceColumns(both, 0, factors), logVariance: sliceColumns(both, factors, factors) };
}

/** [h, 1]: what the output layer, whose last column is its bias, is multiplied with. */
function decode<A extends FloatArray>(
  latent: Tensor<A>,
  [, , , , decoder, decoderBias]: readonly Tensor<A>[],
): Tensor<A> {
  const hidden = map('tanh', addRow(matmul(latent, decoder), decoderBias));
  return padColumns(hidden, 0, hidden.columns + 1, 1);
}

/** KL(N(mu, sigma^2) || N(0, 1)) = 1/2 sum(sigma^2 + mu^2 - 1 - log sigma^2). */
function divergence<A extends FloatArray>(mean: Tensor<A>, logVariance: Tensor<A>): Tensor<A> {
  const squares = add(sum(map('exp', logVariance)), dot(mean, mean));
  return affine(subtract(squares, sum(logVariance)), 0.5, -0.5 * mean.data.length);
}

/**
 * sum_u [ log sum exp(logits_u) - (1/n_u) sum_i x_ui logits_ui ] by operations that can be differentiated twice. For a
 * fake user the first term carries the factor sum_i x_vi / n_v, which is 1 until x is differentiated.
 */
function tracedLikelihood<A extends FloatArray>(
  hidden: Tensor<A>,
  output: Tensor<A>,
  { input: { pattern } }: MultVaeBatch<A>,
  fake: FakeClicks<A> | null,
): Tensor<A> {
  const { graph } = hidden;
  const firstFake = fake === null ? pattern.rows : fake.users.positions[0];
  const shares = graph.allocate(pattern.nonZeros);
  writeShares(pattern, shares);
  shares.fill(0, pattern.rowPointers[firstFake]);
  const counted = graph.allocate(pattern.rows);
  for (let row = 0; row < pattern.rows; row++)
    counted[row] = row < firstFake && pattern.rowPointers[row + 1] > pattern.rowPointers[row] ? 1 : 0;

  const normalisers = logSumExp(matmul(hidden, output, { transposeB: true }));
  const real = subtract(
    dot(graph.constant(counted, pattern.rows, 1), normalisers),
    dot(graph.constant(shares, pattern.nonZeros, 1), sddmm(pattern, hidden, output)),
  );
  if (fake === null) return real;
  const { positions } = fake.users;
  const ones = graph.allocate(output.rows);
  graph.kernels.fill(ones, 1);
  const totals = sparseMatmul(fake.target, graph.constant(ones, output.rows, 1));
  const ofFake = subtract(
    dot(gatherRows(normalisers, positions), totals),
    dot(gatherRows(hidden, positions), sparseMatmul(fake.target, output)),
  );
  return add(real, ofFake);
}

/** The mean of users' latent variable. */
export function latentUsers<A extends FloatArray>(
  input: EncoderInput<A>,
  parameters: readonly Tensor<A>[],
): Tensor<A> {
  return encode(inputLayer(parameters[0], input, null), parameters).mean;
}

/** [h, 1] of users as they are ranked: from the mean, without noise. */
export function userFactors<A extends FloatArray>(
  latent: Tensor<A>,
  parameters: readonly Tensor<A>[],
): Tensor<A> {
  return decode(latent, parameters);
}
