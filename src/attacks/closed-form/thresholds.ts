/**
 * Each user's k-th score in EASE without the attack, from some columns of B: those of the most clicked items, and a sample of the
 * others, each of which counts for as many as it stands for. So neither B nor a users x items matrix is ever there.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { FloatArray } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import type { ClickProducts } from './click-products.js';
import { solveRidge } from './ridge-solver.js';

/** Columns of B that are solved for at once. */
const TILE = 32;
/** Share of the columns that the most clicked items take: most lists are made of them. */
const HEAD = 0.75;

/** Items whose columns are computed, and how many items each stands for. */
export interface Candidates {
  readonly items: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Three quarters of `count` are the most clicked items, which stand for themselves; the others are drawn from the rest without
 * replacement, and share its number of items. All items where there are no more than `count`.
 */
export function candidates(degrees: Int32Array, count: number, seed: SeedKey): Candidates {
  const order = Int32Array.from(degrees.keys()).sort((a, b) => degrees[b] - degrees[a] || a - b);
  if (count >= order.length) return { items: order, weights: new Float64Array(order.length).fill(1) };
  const head = Math.floor(HEAD * count);
  const rest = order.subarray(head);
  const items = order.slice(0, count);
  items.set(
    seed
      .stream()
      .sample(rest.length, count - head)
      .map((n) => rest[n]),
    head,
  );
  const weights = new Float64Array(count).fill(1);
  weights.fill(rest.length / (count - head), head);
  return { items, weights };
}

export interface ThresholdRequest<A extends FloatArray> {
  readonly products: ClickProducts<A>;
  readonly interactions: InteractionMatrix;
  readonly lambda: number;
  readonly candidates: Candidates;
  /** k */
  readonly top: number;
  readonly tolerance: number;
  readonly iterations: number;
  /** called after each tile of columns; may throw */
  readonly afterTile: (done: number, total: number) => Promise<void>;
}

/**
 * theta of each user: the largest score that items of a total weight of k or more reach, among those that the user has not
 * clicked; -infinity where all together weigh less.
 */
export async function thresholds<A extends FloatArray>(request: ThresholdRequest<A>): Promise<Float64Array> {
  const { products, interactions, candidates: chosen, top, afterTile } = request;
  const { kernels, users, items } = products;
  const best = new BestScores(users, top);
  const place = new Int32Array(items);
  const arrays = [items, items, users].map((rows) => kernels.allocate(rows * TILE)) as [A, A, A];
  const [units, columns, scores] = arrays;
  products.setFakes([]);
  const total = Math.ceil(chosen.items.length / TILE);
  try {
    for (let tile = 0; tile < total; tile++) {
      const part = chosen.items.subarray(tile * TILE, (tile + 1) * TILE);
      targetWeights(request, part, units, columns);
      products.scores(columns, TILE, scores);
      place.fill(-1);
      part.forEach((item, c) => {
        place[item] = c;
      });
      for (let user = 0; user < users; user++) {
        for (const item of interactions.row(user))
          if (place[item] >= 0) scores[user * TILE + place[item]] = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < part.length; c++)
          best.add(user, scores[user * TILE + c], chosen.weights[tile * TILE + c]);
      }
      await afterTile(tile + 1, total);
    }
  } finally {
    for (const array of arrays) kernels.release(array);
  }
  return Float64Array.from({ length: users }, (_, user) => best.threshold(user));
}

/** The columns of B of these items, into `columns`; `units` is room. */
function targetWeights<A extends FloatArray>(
  { products, lambda, tolerance, iterations }: ThresholdRequest<A>,
  items: Int32Array,
  units: A,
  columns: A,
): void {
  units.fill(0);
  columns.fill(0);
  items.forEach((item, c) => {
    units[item * TILE + c] = 1;
    columns[item * TILE + c] = 1 / (products.degrees[item] + lambda);
  });
  const shifts = new Float64Array(TILE).fill(lambda);
  solveRidge({ products, rightSides: units, solutions: columns, shifts, tolerance, iterations });
  const scales = Float64Array.from({ length: TILE }, (_, c) =>
    c < items.length ? -1 / columns[items[c] * TILE + c] : 0,
  );
  for (let at = 0; at < columns.length; at += TILE)
    for (let c = 0; c < TILE; c++) columns[at + c] *= scales[c];
  items.forEach((item, c) => {
    columns[item * TILE + c] = 0;
  });
}

/** The highest scores of each user whose weights reach k, as heaps with the lowest first. */
class BestScores {
  readonly #k: number;
  readonly #size: Int32Array;
  readonly #scores: Float64Array;
  readonly #weights: Float64Array;

  constructor(users: number, k: number) {
    this.#k = k;
    this.#size = new Int32Array(users);
    this.#scores = new Float64Array(users * k);
    this.#weights = new Float64Array(users * k);
  }

  /** Weights are 1 or more, so that the k best are always enough. */
  add(user: number, score: number, weight: number): void {
    if (score === Number.NEGATIVE_INFINITY) return;
    const first = user * this.#k;
    const size = this.#size[user];
    if (size < this.#k) {
      this.#size[user] = size + 1;
      this.#rise(first, size, score, weight);
    } else if (score > this.#scores[first]) this.#sink(first, score, weight);
  }

  #set(at: number, score: number, weight: number): void {
    this.#scores[at] = score;
    this.#weights[at] = weight;
  }

  #rise(first: number, from: number, score: number, weight: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#scores[first + parent] <= score) break;
      this.#set(first + at, this.#scores[first + parent], this.#weights[first + parent]);
      at = parent;
    }
    this.#set(first + at, score, weight);
  }

  #sink(first: number, score: number, weight: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#k) break;
      if (child + 1 < this.#k && this.#scores[first + child + 1] < this.#scores[first + child]) child++;
      if (this.#scores[first + child] >= score) break;
      this.#set(first + at, this.#scores[first + child], this.#weights[first + child]);
      at = child;
    }
    this.#set(first + at, score, weight);
  }

  threshold(user: number): number {
    const first = user * this.#k;
    const order = Array.from({ length: this.#size[user] }, (_, n) => first + n);
    order.sort((a, b) => this.#scores[b] - this.#scores[a]);
    let weight = 0;
    for (const at of order) {
      weight += this.#weights[at];
      if (weight >= this.#k - 1e-9) return this.#scores[at];
    }
    return Number.NEGATIVE_INFINITY;
  }
}
