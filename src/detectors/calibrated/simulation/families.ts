/**
 * The families that are simulated, one entry each. Add one here and it takes part in everything: the models, the reasons, the
 * power curve.
 */

import type { InteractionMatrix } from '../../../data/interactions.js';
import { craftedFamily } from './crafted.js';
import { clickedItem, clickerOf, clickersOf, coClicked, itemOf, mostCommonItems, userOf } from './draws.js';
import { drawnFamily, type Family } from './family.js';

/** The share of a bandwagon profile that is among the most clicked items, and how many count as such. */
const BANDWAGON = 0.4;
const MOST_CLICKED = 40;
/** Items on the list of a group, and in a narrow pool, as multiples of a profile. */
const LIST = 1.3;
const POOL = 6;
/** Clickers that a taste is read from, and how many profiles' worth of items it has: from tight to loose. */
const TASTE_USERS = 40;
const TASTE = { least: 1.2, most: 3 };

/** Items that a profile of reach chooses its next from. */
const CANDIDATES = 6;

/** The share of an item's clickers that are not covered yet. */
function freshShare(matrix: InteractionMatrix, item: number, covered: ReadonlySet<number>): number {
  const clickers = clickersOf(matrix, item);
  return clickers.filter((user) => !covered.has(user)).length / clickers.length;
}

const meanSize = (drafts: readonly { readonly size: number }[]): number =>
  Math.max(1, Math.ceil(drafts.reduce((sum, { size }) => sum + size, 0) / Math.max(1, drafts.length)));

export const FAMILIES: readonly Family[] = [
  drawnFamily(
    'random',
    'the targets and items drawn at random',
    ({ interactions: { items } }) =>
      () =>
      (stream) =>
        stream.integer(items),
  ),
  drawnFamily(
    'bandwagon',
    'the targets, some of the most clicked items, and items drawn at random',
    ({ interactions: { items }, degrees }) => {
      const order = Array.from(degrees.keys()).sort((a, b) => degrees[b] - degrees[a] || a - b);
      const most = Math.min(MOST_CLICKED, items);
      return () => (stream) =>
        stream.uniform() < BANDWAGON ? order[stream.integer(most)] : stream.integer(items);
    },
  ),
  drawnFamily(
    'popularity-matched',
    'the targets and items drawn by their clicks',
    ({ interactions }) =>
      () =>
      (stream) =>
        clickedItem(interactions, stream),
  ),
  drawnFamily(
    'copy',
    'a copy of a real user with the targets added',
    ({ interactions }) =>
      ({ size, targets }, stream) => {
        const user = userOf(interactions, size - targets.length, stream);
        return (draw) => itemOf(interactions, user, draw);
      },
  ),
  drawnFamily(
    'mix',
    'a mix of three real users with the targets added',
    ({ interactions }) =>
      ({ size }, stream) => {
        const users = [0, 1, 2].map(() => userOf(interactions, Math.ceil(size / 3), stream));
        return (draw) => itemOf(interactions, users[draw.integer(3)], draw);
      },
  ),
  drawnFamily(
    'segment',
    'the targets and items that their own clickers clicked',
    ({ interactions }) =>
      ({ targets }) =>
      (stream) =>
        coClicked(interactions, targets[stream.integer(targets.length)], stream),
  ),
  drawnFamily(
    'co-clicked-copy',
    'half a clicker of the target, half items drawn by their clicks',
    ({ interactions }) =>
      ({ targets }, own) => {
        const user = clickerOf(interactions, targets[0], own);
        return (stream) =>
          user !== null && stream.uniform() < 0.5
            ? itemOf(interactions, user, stream)
            : clickedItem(interactions, stream);
      },
  ),
  drawnFamily(
    'group-list',
    'a list of items that a whole group shares',
    ({ interactions, drafts }, shared) => {
      const wanted = Math.min(interactions.items, Math.ceil(LIST * meanSize(drafts)));
      const list = new Set<number>();
      for (let n = 0; n < 50 * wanted && list.size < wanted; n++) list.add(clickedItem(interactions, shared));
      const items = [...list];
      return () => (stream) => items[stream.integer(items.length)];
    },
  ),
  drawnFamily(
    'narrow-pool',
    'items of a small pool that a group draws from',
    ({ interactions, drafts }, shared) => {
      const pool = Array.from({ length: POOL * meanSize(drafts) }, () => shared.integer(interactions.items));
      return () => (stream) => pool[stream.integer(pool.length)];
    },
  ),
  drawnFamily(
    'taste',
    'the targets and the favourites of one taste, repeated over several users',
    ({ interactions, degrees, drafts }, shared) => {
      // A few tastes a group, each from the clickers of one item: what they share more than others do.
      const tastes = Array.from({ length: Math.max(1, Math.ceil(drafts.length / 8)) }, () => {
        const seed = clickedItem(interactions, shared);
        const times = TASTE.least + (TASTE.most - TASTE.least) * shared.uniform();
        const wanted = Math.ceil(times * meanSize(drafts));
        const users = Array.from({ length: TASTE_USERS }, () => clickerOf(interactions, seed, shared) ?? 0);
        return mostCommonItems(
          interactions,
          Array.from(new Set(users)),
          (item, count) => count / Math.sqrt(degrees[item] + 1),
        ).slice(0, wanted);
      });
      return (_, own) => {
        const taste = tastes[own.integer(tastes.length)];
        return (stream) => taste[stream.integer(taste.length)];
      };
    },
  ),
  drawnFamily(
    'coherent',
    'the targets and a walk over items that are clicked together',
    ({ interactions }) =>
      (_, own) => {
        const start = clickedItem(interactions, own);
        let at = start;
        return (stream) => {
          at = coClicked(interactions, stream.uniform() < 0.5 ? start : at, stream);
          return at;
        };
      },
  ),
  drawnFamily(
    'reach',
    'the targets and well-clicked items of as many different users as possible',
    ({ interactions }) =>
      () => {
        const covered = new Set<number>();
        return (stream) => {
          const drawn = Array.from({ length: CANDIDATES }, () => clickedItem(interactions, stream));
          const fresh = drawn.map((item) => freshShare(interactions, item, covered));
          const item = drawn[fresh.indexOf(Math.max(...fresh))];
          for (const user of clickersOf(interactions, item)) covered.add(user);
          return item;
        };
      },
  ),
  craftedFamily({
    attack: 'clusters',
    words: 'the targets and the best-known items of one taste',
    options: (stream, targetsEach) => ({ clusters: 5 + stream.integer(36), targetsEach }),
  }),
  craftedFamily({
    attack: 'closed-form',
    words:
      'profiles computed to bring the targets into as many lists as possible, as the closed-form attack does',
    options: (stream, targetsEach) => ({
      // evenly in log lambda, from 30 to 3,000
      lambdas: [Math.round(30 * 100 ** stream.uniform())],
      clusters: 5 + stream.integer(36),
      steps: 12,
      thresholdItems: 256,
      targetsEach,
    }),
  }),
  craftedFamily({
    attack: 'learned',
    words: 'profiles learned through the training of a recommender',
    options: () => ({
      surrogate: { name: 'wrmf', options: { factors: 32, epochs: 6 } },
      unroll: { kind: 'unrolled', epochs: 2 },
      outerSteps: 5,
      keepBest: 'last',
      objectiveUsers: 300,
    }),
  }),
];
