/**
 * `fraudar`: the density of the densest block of users and items that a user stays in, while the least connected are peeled off.
 *
 *     g(S) = sum over the clicks inside S of 1 / log(p_i + 5) / |S|        S: users and items together
 *     score(u) = max of g(S) over the peeled sets S that still hold u
 *
 * The node of the least weight inside goes first; of equal ones the one with the lowest index, users before items. All users of the
 * paper's block share the highest score. A floor: an attack whose block is less dense than an honest community is not seen, and on
 * Gowalla none of the attacks measured is.
 */

import { NO_OPTIONS, type NoOptions } from '../../options.js';
import { type Step, startScoring } from '../scoring.js';
import type { Detector } from '../types.js';
import { indexedHeap } from './indexed-heap.js';

/** Nodes between two looks at the signal. */
const BATCH = 8192;

/** @example await fraudar.score({ interactions, options: {}, seed, context }) */
export const fraudar: Detector<NoOptions> = {
  name: 'fraudar',
  title: 'the densest block of users and items that a user is in: a floor',
  kind: 'floor',
  source:
    'Hooi, Song, Beutel, Shah, Shin, Faloutsos: FRAUDAR: Bounding Graph Fraud in the Face of Camouflage, KDD 2016',
  version: 1,
  options: NO_OPTIONS,
  defaults: {},
  presets: {},
  cost: ({ users, items, interactions }) => ({
    operations: 2 * interactions * Math.ceil(Math.log2(2 + users + items)),
    bytes: 40 * (users + items) + 12 * interactions,
  }),
  async score(request) {
    const { interactions } = request;
    const step = startScoring('fraudar', NO_OPTIONS, request);
    const { users, items, rowPointers, columns } = interactions;
    const { columnPointers, rowIndices } = interactions.csc();
    const weight = Float64Array.from(interactions.itemDegrees(), (clicks) => 1 / Math.log(clicks + 5));
    const inside = new Float64Array(users + items);
    let total = 0;
    for (let u = 0; u < users; u++)
      for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
        inside[u] += weight[columns[e]];
        inside[users + columns[e]] += weight[columns[e]];
        total += weight[columns[e]];
      }
    const heap = indexedHeap(inside);
    const lose = (node: number, lost: number) => {
      if (heap.has(node)) heap.lower(node, Math.max(0, inside[node] - lost));
    };
    const scores = new Float64Array(users);
    let densest = 0;
    await peel(users + items, step, (left) => {
      densest = Math.max(densest, Math.max(0, total) / left);
      const node = heap.take();
      total -= inside[node];
      if (node < users) {
        scores[node] = densest;
        for (let e = rowPointers[node]; e < rowPointers[node + 1]; e++)
          lose(users + columns[e], weight[columns[e]]);
      } else {
        const item = node - users;
        for (let p = columnPointers[item]; p < columnPointers[item + 1]; p++)
          lose(rowIndices[p], weight[item]);
      }
    });
    return scores;
  },
};

/** Takes nodes off one by one; `remove` is told how many are left, the one to go included. */
async function peel(nodes: number, step: Step, remove: (left: number) => void): Promise<void> {
  for (let done = 0; done < nodes; done++) {
    if (done % BATCH === 0) await step('peeling', done, nodes);
    remove(nodes - done);
  }
  await step('peeling', nodes, nodes);
}
