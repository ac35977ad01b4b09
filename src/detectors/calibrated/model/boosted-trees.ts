/**
 * Gradient boosting for a weighted logistic loss (Friedman 2001; second-order as in Chen and Guestrin 2016): small trees on binned
 * features, one after the other, each fitted to what those before left over. A leaf of gradient G and hessian H is worth -G / (H + l2).
 *
 * It learns what logistic regressions miss: that a profile may be too coherent *and* move in lockstep.
 */

import { quantile } from '../../../data/popularity.js';
import type { LabelledRows } from './logistic.js';

const BINS = 32;
const DEPTH = 3;
const TREES = 120;
const RATE = 0.1;
const L2 = 3;
/** A child of less hessian is not split off: a few fakes are no rule. */
const LEAST_HESSIAN = 1.5;
const LEAST_GAIN = 1e-6;

/** A complete tree: node n has the children 2n + 1 and 2n + 2; a node that is not split sends all to the left. */
interface Tree {
  readonly features: Int32Array;
  /** goes right above it */
  readonly thresholds: Float64Array;
  readonly leaves: Float64Array;
}

export interface BoostedTrees {
  readonly width: number;
  readonly base: number;
  readonly trees: readonly Tree[];
}

const NODES = 2 ** DEPTH - 1;
const LEAVES = 2 ** DEPTH;

/** Upper edges of the bins of a column, ascending and distinct; the last bin has none. */
function edgesOf(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const edges = new Set<number>();
  for (let b = 1; b < BINS; b++) edges.add(quantile(sorted, b / BINS));
  // The tails decide: finer there.
  for (const share of [0.001, 0.005, 0.01, 0.99, 0.995, 0.999]) edges.add(quantile(sorted, share));
  return Float64Array.from(edges).sort();
}

function binOf(value: number, edges: Float64Array): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > edges[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Binned {
  readonly edges: readonly Float64Array[];
  /** width x rows */
  readonly bins: readonly Uint8Array[];
}

function binned({ values, width, labels }: LabelledRows): Binned {
  const columns = Array.from({ length: width }, (_, f) =>
    Float64Array.from(labels, (_l, n) => values[n * width + f]),
  );
  const edges = columns.map(edgesOf);
  return {
    edges,
    bins: columns.map((column, f) => Uint8Array.from(column, (value) => binOf(value, edges[f]))),
  };
}

interface Sums {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

const worth = (gradient: number, hessian: number): number => gradient ** 2 / (hessian + L2);

/** The best split of one node on one feature. */
function bestSplit(sums: Sums, from: number, bins: number): { gain: number; bin: number } {
  let [gradient, hessian] = [0, 0];
  for (let b = 0; b < bins; b++) {
    gradient += sums.gradients[from + b];
    hessian += sums.hessians[from + b];
  }
  let best = { gain: LEAST_GAIN, bin: -1 };
  let [left, leftHessian] = [0, 0];
  for (let b = 0; b + 1 < bins; b++) {
    left += sums.gradients[from + b];
    leftHessian += sums.hessians[from + b];
    if (leftHessian < LEAST_HESSIAN || hessian - leftHessian < LEAST_HESSIAN) continue;
    const gain =
      worth(left, leftHessian) + worth(gradient - left, hessian - leftHessian) - worth(gradient, hessian);
    if (gain > best.gain) best = { gain, bin: b };
  }
  return best;
}

function grow(
  { bins, edges }: Binned,
  gradients: Float64Array,
  hessians: Float64Array,
): Tree & { places: Uint8Array } {
  const rows = gradients.length;
  const features = new Int32Array(NODES).fill(-1);
  const thresholds = new Float64Array(NODES).fill(Number.POSITIVE_INFINITY);
  const places = new Uint8Array(rows);
  const most = BINS + 8;
  for (let depth = 0; depth < DEPTH; depth++) {
    const nodes = 2 ** depth;
    const chosen = Array.from({ length: nodes }, () => ({ gain: LEAST_GAIN, bin: -1, feature: -1 }));
    for (let f = 0; f < bins.length; f++) {
      const sums = { gradients: new Float64Array(nodes * most), hessians: new Float64Array(nodes * most) };
      const own = bins[f];
      for (let n = 0; n < rows; n++) {
        const at = places[n] * most + own[n];
        sums.gradients[at] += gradients[n];
        sums.hessians[at] += hessians[n];
      }
      for (let node = 0; node < nodes; node++) {
        const split = bestSplit(sums, node * most, edges[f].length + 1);
        if (split.gain > chosen[node].gain) chosen[node] = { ...split, feature: f };
      }
    }
    chosen.forEach(({ bin, feature }, node) => {
      if (feature < 0) return;
      features[nodes - 1 + node] = feature;
      thresholds[nodes - 1 + node] = edges[feature][bin];
    });
    for (let n = 0; n < rows; n++) {
      const { bin, feature } = chosen[places[n]];
      places[n] = 2 * places[n] + (feature >= 0 && bins[feature][n] > bin ? 1 : 0);
    }
  }
  const [sum, weight] = [new Float64Array(LEAVES), new Float64Array(LEAVES)];
  for (let n = 0; n < rows; n++) {
    sum[places[n]] += gradients[n];
    weight[places[n]] += hessians[n];
  }
  return {
    features,
    thresholds,
    places,
    leaves: sum.map((gradient, leaf) => (-RATE * gradient) / (weight[leaf] + L2)),
  };
}

/** @param rows at least one of each label; weights as for `fitLogistic` @example fitBoostedTrees(rows) */
export function fitBoostedTrees(rows: LabelledRows): BoostedTrees {
  const { labels, width } = rows;
  const fakes = labels.reduce((sum, label) => sum + label, 0);
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
  // One unit of hessian is about four fakes at even odds.
  const weights = rows.weights.map((weight) => (weight / total) * 2 * fakes);
  const logits = new Float64Array(labels.length);
  const gradients = new Float64Array(labels.length);
  const hessians = new Float64Array(labels.length);
  const data = binned(rows);
  const trees: Tree[] = [];
  for (let t = 0; t < TREES; t++) {
    for (let n = 0; n < labels.length; n++) {
      const p = 1 / (1 + Math.exp(-logits[n]));
      gradients[n] = weights[n] * (p - labels[n]);
      hessians[n] = weights[n] * p * (1 - p);
    }
    const { places, ...tree } = grow(data, gradients, hessians);
    for (let n = 0; n < labels.length; n++) logits[n] += tree.leaves[places[n]];
    trees.push(tree);
  }
  return { width, base: 0, trees };
}

/** The log odds of a row of `width` values from `at`. @example treesLogit(model, values, 3 * model.width) */
export function treesLogit({ trees, base }: BoostedTrees, values: Float64Array, at: number): number {
  let sum = base;
  for (const { features, thresholds, leaves } of trees) {
    let node = 0;
    while (node < NODES)
      node = 2 * node + (features[node] >= 0 && values[at + features[node]] > thresholds[node] ? 2 : 1);
    sum += leaves[node - NODES];
  }
  return sum;
}
