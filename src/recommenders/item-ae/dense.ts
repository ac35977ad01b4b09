/**
 * ItemAE with Adam written densely, item by item, in float64: what the structured engine is held against. Fake entries may
 * take any real value (`relaxed`) from epoch `boundary` on and in the prediction; weights are read off the binary profiles
 * and frozen.
 */

import { shuffledBatches } from '../sampling/batches.js';
import type { DenseObjective, DenseRequest, Rows } from '../surrogate-types.js';
import { denseCrossEntropy, initialTables, splitRows } from '../training/dense.js';
import type { ItemAeOptions } from './options.js';
import { itemAeInnerProblem } from './training.js';

type Matrix = number[][];

export interface DenseItemAe {
  /** real users x items, 0 or 1 */
  readonly X: Rows;
  readonly fake: Rows;
  readonly activation: ItemAeOptions['activation'];
  /** weight (units x units before) and bias of each layer */
  readonly theta0: readonly (Rows | readonly number[])[];
  /** items of each step of each epoch */
  readonly batches: readonly (readonly ArrayLike<number>[])[];
  readonly lr: number;
  readonly weightDecay: number;
  /** weight of an observed entry */
  readonly alpha: number;
  readonly targets: readonly number[];
}

/** ItemAE's L_adv after a dense training, for fake profiles of any values. */
export function denseItemAeObjective({ unrolled, ...request }: DenseRequest<ItemAeOptions>): DenseObjective {
  const { data, options, seed, targets } = request;
  const tables = initialTables(itemAeInnerProblem, request);
  const theta0 = tables.map((table, t) => {
    if (t % 2 === 1) return table.flat();
    // Hidden layers are units before x units in the tables; the output has a row for each user in both.
    return t < tables.length - 2 ? table[0].map((_, o) => table.map((row) => row[o])) : table;
  });
  const order = shuffledBatches(data.interactions.items, options, seed);
  const { learningRate: lr, weightDecay, positiveWeight: alpha, activation, epochs } = options;
  const batches = Array.from({ length: epochs }, (_, epoch) => order.rowsOf(epoch));
  const problem = { ...splitRows(data), activation, theta0, batches, lr, weightDecay, alpha, targets };
  return (relaxed) => denseItemAe(problem, relaxed, epochs - unrolled).adversarialLoss;
}

interface Layer {
  /** units x units before */
  readonly weight: Matrix;
  readonly bias: number[];
}

interface Trained {
  readonly losses: number[];
  readonly adversarialLoss: number;
}

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };
const ACTIVATIONS = {
  tanh: { value: Math.tanh, slope: (x: number) => 1 - Math.tanh(x) ** 2 },
  selu: {
    value: (x: number) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)),
    slope: (x: number) => SELU.scale * (x > 0 ? 1 : SELU.alpha * Math.exp(x)),
  },
};

/** Trains with `relaxed` in place of the fake profiles inside the window. */
export function denseItemAe(problem: DenseItemAe, relaxed: Rows, boundary: number): Trained {
  const layers = layersOf(problem);
  const moments = layers.map(() => new Map<string, [number, number]>());
  const losses: number[] = [];
  let step = 0;
  problem.batches.forEach((epoch, e) => {
    const fake = e >= boundary ? relaxed : problem.fake;
    let loss = 0;
    for (const items of epoch) {
      const gradients = layers.map(({ weight, bias }) => ({
        weight: weight.map((row) => row.map(() => 0)),
        bias: bias.map(() => 0),
      }));
      for (const item of Array.from(items)) loss += addGradient(problem, layers, gradients, fake, item);
      step++;
      layers.forEach((layer, l) => {
        adam(layer, gradients[l], moments[l], step, problem);
      });
    }
    losses.push(loss);
  });
  const scores = problem.X[0].map((_, item) =>
    activations(problem, layers, columnOf(problem, relaxed, item)),
  );
  return { losses, adversarialLoss: crossEntropy(problem, scores) };
}

function layersOf({ theta0 }: DenseItemAe): Layer[] {
  return Array.from({ length: theta0.length / 2 }, (_, l) => ({
    weight: (theta0[2 * l] as Rows).map((row) => [...row]),
    bias: [...(theta0[2 * l + 1] as readonly number[])],
  }));
}

const columnOf = ({ X }: DenseItemAe, fake: Rows, item: number): number[] => [
  ...X.map((row) => row[item]),
  ...fake.map((row) => row[item]),
];

/** The sums of every layer (before the activation); the last is the output. */
function sumsOf({ activation }: DenseItemAe, layers: Layer[], row: number[]): Matrix {
  let input = row;
  return layers.map(({ weight, bias }) => {
    const sums = weight.map((w, o) => w.reduce((total, value, j) => total + value * input[j], bias[o]));
    input = sums.map(ACTIVATIONS[activation].value);
    return sums;
  });
}

const activations = (problem: DenseItemAe, layers: Layer[], row: number[]): number[] =>
  sumsOf(problem, layers, row)[layers.length - 1];

/** Adds the gradient of one item's loss; returns the loss. */
function addGradient(
  problem: DenseItemAe,
  layers: Layer[],
  gradients: Layer[],
  fake: Rows,
  item: number,
): number {
  const { value, slope } = ACTIVATIONS[problem.activation];
  const row = columnOf(problem, fake, item);
  const binary = columnOf(problem, problem.fake, item);
  const sums = sumsOf(problem, layers, row);
  const weights = binary.map((x) => (x === 1 ? problem.alpha : 1));
  const output = sums[layers.length - 1];
  let delta = output.map((r, u) => -2 * weights[u] * (row[u] - r));
  for (let l = layers.length - 1; l >= 0; l--) {
    const input = l === 0 ? row : sums[l - 1].map(value);
    delta.forEach((d, o) => {
      gradients[l].bias[o] += d;
      input.forEach((x, j) => {
        gradients[l].weight[o][j] += d * x;
      });
    });
    if (l === 0) break;
    const before = sums[l - 1];
    const current = delta;
    delta = before.map(
      (x, j) => slope(x) * current.reduce((total, d, o) => total + d * layers[l].weight[o][j], 0),
    );
  }
  return output.reduce((total, r, u) => total + weights[u] * (row[u] - r) ** 2, 0);
}

function adam(
  layer: Layer,
  gradient: Layer,
  moments: Map<string, [number, number]>,
  step: number,
  { lr, weightDecay }: DenseItemAe,
): void {
  const update = (key: string, theta: number, g: number): number => {
    const decayed = g + weightDecay * theta;
    const [m, v] = moments.get(key) ?? [0, 0];
    const next: [number, number] = [0.9 * m + 0.1 * decayed, 0.999 * v + 0.001 * decayed * decayed];
    moments.set(key, next);
    const root = Math.sqrt(next[1] / (1 - 0.999 ** step));
    return theta - (lr * (next[0] / (1 - 0.9 ** step))) / (root + 1e-8);
  };
  layer.weight.forEach((row, o) => {
    row.forEach((theta, j) => {
      row[j] = update(`${o},${j}`, theta, gradient.weight[o][j]);
    });
    layer.bias[o] = update(`${o}`, layer.bias[o], gradient.bias[o]);
  });
}

/** @param scores scores[item][user] */
function crossEntropy({ X, targets }: DenseItemAe, scores: Matrix): number {
  return denseCrossEntropy(X.length, (u) => scores.map((byUser) => byUser[u]), targets);
}
