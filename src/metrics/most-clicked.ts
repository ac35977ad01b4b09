/**
 * The popularity yardstick: how well real users would be served if everybody got the most clicked items that they had not
 * clicked. Users without a click in training do not count, as in the figures of a victim (decision 21). Computed from the clicks alone: no list is made, and the work grows with the interactions, never with users x items.
 *
 * Items with as many clicks have no order: every figure is the mean over all their orders, so that no id decides. Float64 throughout.
 */

import type { InteractionMatrix } from '../data/interactions.js';

/** Over real users with clicks in training and test items; averages over no user are null. */
export interface Yardstick {
  readonly recall: number | null;
  readonly ndcg: number | null;
  readonly testHitRatio: number | null;
  /** Recall@k where items with as many clicks stand in the least lucky order for every user */
  readonly leastRecall: number | null;
  readonly users: number;
}

/** Items with as many clicks are one group; the most clicked is group 0. */
interface Groups {
  /** of each item */
  readonly of: Int32Array;
  readonly sizes: Int32Array;
  /** items in the groups before */
  readonly starts: Int32Array;
}

function groupsOf(clicks: Int32Array): Groups {
  const counts = new Map<number, number>();
  for (const count of clicks) counts.set(count, (counts.get(count) ?? 0) + 1);
  const descending = [...counts.keys()].sort((a, b) => b - a);
  const numbers = new Map(descending.map((count, group) => [count, group]));
  const sizes = Int32Array.from(descending, (count) => counts.get(count) as number);
  const starts = new Int32Array(sizes.length);
  for (let group = 1; group < sizes.length; group++) starts[group] = starts[group - 1] + sizes[group - 1];
  return { of: clicks.map((count) => numbers.get(count) as number), sizes, starts };
}

/** A group as one user sees it, with the test items that are in it. */
interface Share {
  readonly tested: number;
  /** its items that the user has not clicked */
  readonly unseen: number;
  /** how many of them stand in the top k */
  readonly slots: number;
  /** unseen items in the groups before */
  readonly before: number;
}

/** The groups of a user's test items that the user has not clicked. */
function sharesOf(train: Int32Array, test: Int32Array, { of, sizes, starts }: Groups, k: number): Share[] {
  const clicked = new Set(train);
  const tested = new Map<number, number>();
  for (const item of test) if (!clicked.has(item)) tested.set(of[item], (tested.get(of[item]) ?? 0) + 1);
  const seen = train.map((item) => of[item]).sort();
  let passed = 0;
  return [...tested]
    .sort(([a], [b]) => a - b)
    .map(([group, items]) => {
      while (passed < seen.length && seen[passed] < group) passed++;
      const before = starts[group] - passed;
      while (passed < seen.length && seen[passed] === group) passed++;
      const unseen = starts[group] + sizes[group] - passed - before;
      return { tested: items, unseen, slots: Math.min(Math.max(k - before, 0), unseen), before };
    });
}

/** Probability that none of a group's test items stands in the top k, over all orders of the group. */
function missed({ tested, unseen, slots }: Share): number {
  let probability = 1;
  for (let item = 0; item < tested; item++)
    probability *= Math.max(0, unseen - slots - item) / (unseen - item);
  return probability;
}

/**
 * Recall@k, NDCG@k and test HR@k of recommending the most clicked unseen items to everybody.
 *
 * @param train interactions of the real users
 * @param test held-out interactions of the same users and items
 * @param k list length, at least 1
 * @example mostClickedQuality(train, test, 10).recall
 */
export function mostClickedQuality(train: InteractionMatrix, test: InteractionMatrix, k: number): Yardstick {
  const groups = groupsOf(train.itemDegrees());
  // Sum of the discounts of the first n places.
  const discounts = new Float64Array(k + 1);
  for (let place = 0; place < k; place++) discounts[place + 1] = discounts[place] + 1 / Math.log2(place + 2);
  const sums = { recall: 0, ndcg: 0, testHitRatio: 0, leastRecall: 0 };
  let users = 0;
  for (let user = 0; user < train.users; user++) {
    const tested = test.row(user);
    if (tested.length === 0 || train.row(user).length === 0) continue;
    users++;
    let [hits, least, gain, none] = [0, 0, 0, 1];
    for (const share of sharesOf(train.row(user), tested, groups, k)) {
      if (share.slots === 0) break;
      hits += (share.tested * share.slots) / share.unseen;
      least += Math.max(0, share.tested - (share.unseen - share.slots));
      const [from, to] = [share.before, share.before + share.slots];
      gain += (share.tested * (discounts[to] - discounts[from])) / share.unseen;
      none *= missed(share);
    }
    sums.recall += hits / tested.length;
    sums.leastRecall += least / tested.length;
    sums.ndcg += gain / discounts[Math.min(k, tested.length)];
    sums.testHitRatio += 1 - none;
  }
  const mean = (sum: number) => (users === 0 ? null : sum / users);
  return {
    recall: mean(sums.recall),
    ndcg: mean(sums.ndcg),
    testHitRatio: mean(sums.testHitRatio),
    leastRecall: mean(sums.leastRecall),
    users,
  };
}
