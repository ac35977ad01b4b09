// Small ItemAE problems with float64 results: a dense items x users network, its back-propagation written layer by layer,
// everything in dual numbers [value, derivative] (one training run for each fake entry).
import { adam, generator, matrix, round, shuffledBatches } from './golden-support.mjs';

const dual = (value) => [value, 0];
const plus = (a, b) => [a[0] + b[0], a[1] + b[1]];
const times = (a, b) => [a[0] * b[0], a[0] * b[1] + a[1] * b[0]];
const scaled = (s, a) => [s * a[0], s * a[1]];
const total = (duals) => duals.reduce(plus, dual(0));

const SCALE = 1.0507009873554805;
const ALPHA = 1.6732632423543772;
/** Value and slope of the activation, both as dual numbers. */
const ACTIVATIONS = {
  tanh([x, dx]) {
    const y = Math.tanh(x);
    const slope = 1 - y * y;
    return { value: [y, slope * dx], slope: [slope, -2 * y * slope * dx] };
  },
  selu([x, dx]) {
    if (x > 0) return { value: [SCALE * x, SCALE * dx], slope: dual(SCALE) };
    const slope = SCALE * ALPHA * Math.exp(x);
    return { value: [SCALE * ALPHA * (Math.exp(x) - 1), slope * dx], slope: [slope, slope * dx] };
  },
};

function problem(options) {
  const { seed, real, fakeUsers, items, hidden, activation, density, batch, epochs } = options;
  const next = generator(seed);
  const click = () => (next() < density ? 1 : 0);
  const users = real + fakeUsers;
  const layerSizes = [users, ...hidden, users];
  const X = matrix(real, items, click);
  const fake = matrix(fakeUsers, items, click);
  const theta0 = layerSizes.slice(1).flatMap((out, l) => {
    const weight = () => round(((next() - 0.5) * 2) / Math.sqrt(layerSizes[l]));
    return [matrix(out, layerSizes[l], weight), Array.from({ length: out }, weight)];
  });
  const batches = shuffledBatches(next, items, batch, epochs);
  const { lr, weightDecay, targets } = options;
  return {
    model: 'item-ae',
    X,
    fake,
    layerSizes,
    activation,
    theta0,
    batches,
    lr,
    weightDecay,
    alpha: 20,
    targets,
  };
}

/** Layers as dual numbers: weights[l][out][in], biases[l][out], both from Adam's matrices of values and derivatives. */
function layersOf(params, tangents) {
  const pair = (t) => params[t].map((row, a) => row.map((value, b) => [value, tangents[t][a][b]]));
  return Array.from({ length: params.length / 2 }, (_, l) => ({
    weight: pair(2 * l),
    bias: pair(2 * l + 1).map(([value]) => value),
  }));
}

/** The network on one item's row; keeps every layer's input and slope. */
function forward(layers, activation, row) {
  const trace = [];
  let input = row;
  layers.forEach(({ weight, bias }, l) => {
    const sums = weight.map((w, o) => plus(bias[o], total(w.map((value, j) => times(value, input[j])))));
    const isOutput = l === layers.length - 1;
    const units = sums.map((x) => (isOutput ? { value: x, slope: dual(1) } : ACTIVATIONS[activation](x)));
    trace.push({ input, slopes: units.map(({ slope }) => slope) });
    input = units.map(({ value }) => value);
  });
  return { trace, output: input };
}

/** Adds the gradient of one item's loss, given the derivative of the loss by each output. */
function backward(layers, trace, outputErrors, grads, dGrads) {
  let errors = outputErrors;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { input, slopes } = trace[l];
    const deltas = errors.map((error, o) => times(error, slopes[o]));
    const put = (t, a, b, [value, derivative]) => {
      grads[t][a][b] += value;
      dGrads[t][a][b] += derivative;
    };
    deltas.forEach((delta, o) => {
      put(2 * l + 1, o, 0, delta);
      input.forEach((x, j) => {
        put(2 * l, o, j, times(delta, x));
      });
    });
    errors = input.map((_, j) => total(deltas.map((delta, o) => times(delta, layers[l].weight[o][j]))));
  }
}

/** Trains with fake entry (v, i) perturbed from epoch `boundary` on, and in the prediction. */
function train({ X, fake, activation, theta0, batches, lr, weightDecay, alpha, targets }, v, i, boundary) {
  // Biases are matrices of one column, so that Adam sees matrices only.
  const params = theta0.map((t, n) => t.map((row) => (n % 2 === 0 ? [...row] : [row])));
  const zeros = () => params.map((m) => m.map((row) => row.map(() => 0)));
  const tangents = zeros();
  const moments = params.map((_, t) => ({
    m: zeros()[t],
    v: zeros()[t],
    dm: zeros()[t],
    dv: zeros()[t],
  }));
  const rowOf = (item, seed) => [
    ...X.map((row) => dual(row[item])),
    ...fake.map((row, f) => [row[item], f === v && item === i ? seed : 0]),
  ];
  const losses = [];
  let step = 0;
  batches.forEach((epoch, e) => {
    let loss = 0;
    for (const items of epoch) {
      const layers = layersOf(params, tangents);
      const [grads, dGrads] = [zeros(), zeros()];
      for (const item of items) {
        const row = rowOf(item, e >= boundary ? 1 : 0);
        const { trace, output } = forward(layers, activation, row);
        const errors = output.map((r, u) => {
          const weight = row[u][0] === 1 ? alpha : 1;
          const rest = plus(row[u], scaled(-1, r));
          loss += weight * rest[0] ** 2;
          return scaled(-2 * weight, rest);
        });
        backward(layers, trace, errors, grads, dGrads);
      }
      step++;
      adam(params, tangents, grads, dGrads, moments, step, lr, weightDecay);
    }
    losses.push(loss);
  });
  const layers = layersOf(params, tangents);
  const scores = X[0].map((_, item) => forward(layers, activation, rowOf(item, 1)).output);
  const theta = params.map((m, n) => (n % 2 === 0 ? m : m.map(([value]) => value)));
  return { losses, theta, ...adversarial(scores, X.length, targets) };
}

/** Cross-entropy of the targets, from scores[item][user]. */
function adversarial(scores, real, targets) {
  let [advLoss, derivative] = [0, 0];
  for (let u = 0; u < real; u++) {
    const row = scores.map((byUser) => byUser[u]);
    const largest = Math.max(...row.map(([r]) => r));
    const weights = row.map(([r]) => Math.exp(r - largest));
    const sum = weights.reduce((a, b) => a + b);
    const mean = weights.reduce((s, w, j) => s + (w / sum) * row[j][1], 0);
    for (const t of targets) {
      advLoss += (largest + Math.log(sum) - row[t][0]) / targets.length;
      derivative += (mean - row[t][1]) / targets.length;
    }
  }
  return { advLoss, derivative };
}

function golden(options) {
  const inputs = problem(options);
  const epochs = inputs.batches.length;
  const { losses, theta, advLoss } = train(inputs, -1, -1, epochs);
  const hypergradient = {};
  for (const unroll of options.unrolls) {
    hypergradient[unroll] = inputs.fake.map((row, v) =>
      row.map((_, i) => train(inputs, v, i, epochs - unroll).derivative),
    );
  }
  return { ...inputs, losses, theta, advLoss, hypergradient };
}

const small = { real: 9, fakeUsers: 3, items: 8, density: 0.3, weightDecay: 1e-3 };
const miniBatch = {
  ...small,
  hidden: [5, 3, 5],
  activation: 'tanh',
  batch: 3,
  epochs: 5,
  lr: 0.02,
  targets: [1, 6],
  unrolls: [0, 2, 5],
};

/** Name of the file -> its values. */
export function itemAeCases() {
  return {
    // Large enough a weight decay that finite differences see no kink: without a click in the first batch, the gradient of
    // a user's row of the first layer is the decay alone, and Adam's first step is near the sign of it.
    'item-ae-mini-batch': golden({ ...miniBatch, seed: 6, weightDecay: 0.2 }),
    // There, Adam's derivative by the gradient is nothing but cancelling terms.
    'item-ae-small-gradient': golden({ ...miniBatch, seed: 4 }),
    'item-ae-selu': golden({
      ...small,
      seed: 5,
      hidden: [4, 3, 4],
      activation: 'selu',
      batch: 8,
      epochs: 6,
      lr: 0.05,
      targets: [4],
      unrolls: [0, 1, 6],
    }),
  };
}
