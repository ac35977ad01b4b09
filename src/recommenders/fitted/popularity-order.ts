/**
 * Items by popularity: what equal scores are ranked by, and what users get of whom nothing is known (decision 21). What it is not:
 * the recommender `popularity`, whose scores are counts.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { SeedKey } from '../../rng.js';
import { shuffledRows } from '../sampling/batches.js';

/** A permutation of the items and its inverse. Neither may be written to. */
export interface ItemOrder {
  /** the item at each place */
  readonly items: Int32Array;
  /** the place of each item */
  readonly places: Int32Array;
}

/** Draws the order of equally popular items: one for every model and run, so that runs differ in their data alone. */
const TIES = SeedKey.root(0).child('equal-popularity');

const orders = new WeakMap<InteractionMatrix, ItemOrder>();

/**
 * By falling clicks in `train`; equally popular items in an order that is drawn, and says nothing of their indices. Worked out once a
 * matrix.
 *
 * @example popularityOrder(InteractionMatrix.fromRows(3, [[1], [1, 2]])).items // Int32Array [1, 2, 0]
 */
export function popularityOrder(train: InteractionMatrix): ItemOrder {
  const known = orders.get(train);
  if (known !== undefined) return known;
  const clicks = train.itemDegrees();
  // The sort is stable: equal clicks keep the drawn order.
  const items = shuffledRows(train.items, TIES, 0).sort((a, b) => clicks[b] - clicks[a]);
  const order = { items, places: inverse(items) };
  orders.set(train, order);
  return order;
}

/**
 * The order of the indices, but items with the same row of `factors` (k columns) stand by popularity in the places that are theirs: for
 * every user they have the same score. Null where no two items are alike.
 *
 * Scores of unlike items are equal by rounding alone, for some pair of some user, which says nothing of an item.
 *
 * @example orderOfTwins(Float32Array.of(1, 0, 0), 1, InteractionMatrix.fromRows(3, [[2]]))?.items // Int32Array [0, 2, 1]
 */
export function orderOfTwins(factors: Float32Array, k: number, train: InteractionMatrix): ItemOrder | null {
  const groups = groupsOfTwins(factors, k, train.items);
  if (groups.length === 0) return null;
  const { places: rank } = popularityOrder(train);
  const items = Int32Array.from({ length: train.items }, (_, item) => item);
  for (const group of groups) {
    const byRank = [...group].sort((a, b) => rank[a] - rank[b]);
    group.forEach((place, n) => {
      items[place] = byRank[n];
    });
  }
  return { items, places: inverse(items) };
}

/** Ascending groups of two or more items with equal rows. */
function groupsOfTwins(factors: Float32Array, k: number, items: number): number[][] {
  const found = new Map<number, number[][]>();
  const bits = new Int32Array(k);
  const row = new Float32Array(bits.buffer);
  const alike = (a: number, b: number) => {
    for (let l = 0; l < k; l++) if (factors[a * k + l] !== factors[b * k + l]) return false;
    return true;
  };
  for (let item = 0; item < items; item++) {
    // Adding 0 makes -0, which equals 0, the same bits.
    for (let l = 0; l < k; l++) row[l] = factors[item * k + l] + 0;
    const hash = bits.reduce((sum, word) => Math.imul(sum ^ word, 0x9e3779b1) ^ (sum >>> 15), 0);
    const groups = found.get(hash) ?? [];
    const own = groups.find(([first]) => alike(first, item));
    if (own === undefined) found.set(hash, [...groups, [item]]);
    else own.push(item);
  }
  return [...found.values()].flat().filter(({ length }) => length > 1);
}

function inverse(permutation: Int32Array): Int32Array {
  const places = new Int32Array(permutation.length);
  permutation.forEach((item, place) => {
    places[item] = place;
  });
  return places;
}
