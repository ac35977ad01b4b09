/**
 * Pairs of users who do the same more often than their clicks give occasion to.
 *
 *     s_uv       items that both clicked (with the same rating; within the window)
 *     o_uvr      pairs of clicks, one of u and one of v, both with rating r (and within the window), whatever their items
 *     lambda_uv  sum over r of o_uvr K_r;   K_r: share of all such pairs of clicks of two users that are of one item
 *     S_uv       s log(s / lambda) - (s - lambda) where s > lambda and s >= 2, else 0
 *
 * Without a window o_uvr is n_ur n_vr, the clicks of both with that rating. With one it counts who was there at the same time, so users
 * are not suspicious for that alone. S is the log-likelihood ratio of a Poisson count s against its mean lambda.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { largestOf, type Step } from '../scoring.js';
import type { Audiences } from './audiences.js';
import type { Occasions } from './occasions.js';

export interface Links {
  /** log(1 + sum of the five largest S) of each user */
  readonly lock: Float64Array;
  /** length users + 1 */
  readonly pointers: Int32Array;
  /** the other user of each link */
  readonly users: Int32Array;
  /** S - least, above 0 */
  readonly weights: Float64Array;
}

export interface LinkOptions {
  /** S counts that many times, the largest ones */
  readonly top: number;
  /** links of a user, the strongest */
  readonly most: number;
  /** S of a link is above this */
  readonly least: number;
}

export const LINK_OPTIONS: LinkOptions = { top: 5, most: 10, least: 4 };

/** Users between two looks at the signal. */
const BATCH = 512;

/** S of a count against its mean. @example surprise(5, 0.1) // 14.66 */
export function surprise(count: number, mean: number): number {
  return count > mean && mean > 0 ? count * Math.log(count / mean) - (count - mean) : 0;
}

/** @example const { lock } = await linksOf(interactions, audiences, occasionsOf(interactions, audiences, null), LINK_OPTIONS, step); */
export async function linksOf(
  interactions: InteractionMatrix,
  { placeOf, from, to, users: members }: Audiences,
  { expected }: Occasions,
  { top, most, least }: LinkOptions,
  step: Step,
): Promise<Links> {
  const { users, rowPointers } = interactions;
  const shared = new Int32Array(users);
  const lock = new Float64Array(users);
  const pointers = new Int32Array(users + 1);
  const linked: number[] = [];
  const weights: number[] = [];
  const largest = largestOf(top);
  for (let u = 0; u < users; u++) {
    if (u % BATCH === 0) await step('pairs of users', u, users);
    const met: number[] = [];
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
      const place = placeOf[e];
      for (let other = from[place]; other < to[place]; other++) {
        if (other === place) continue;
        const v = members[other];
        if (shared[v]++ === 0) met.push(v);
      }
    }
    largest.clear();
    const own: { user: number; weight: number }[] = [];
    for (const v of met) {
      const count = shared[v];
      shared[v] = 0;
      if (count < 2) continue;
      const strength = surprise(count, expected(u, v));
      if (strength > 0) largest.add(strength);
      if (strength > least) own.push({ user: v, weight: strength - least });
    }
    lock[u] = Math.log1p(largest.values().reduce((sum, value) => sum + value, 0));
    own.sort((a, b) => b.weight - a.weight || a.user - b.user);
    for (const { user, weight } of own.slice(0, most)) {
      linked.push(user);
      weights.push(weight);
    }
    pointers[u + 1] = linked.length;
  }
  await step('pairs of users', users, users);
  return { lock, pointers, users: Int32Array.from(linked), weights: Float64Array.from(weights) };
}

/** z <- (lock + mean of the linked users' z, by weight) / 2, so many times from z = lock; who has no link keeps half of it. */
export function propagated({ lock, pointers, users, weights }: Links, rounds: number): Float64Array {
  let z = lock.slice();
  for (let round = 0; round < rounds; round++)
    z = z.map((_, u) => {
      let [sum, total] = [0, 0];
      for (let n = pointers[u]; n < pointers[u + 1]; n++) {
        sum += weights[n] * z[users[n]];
        total += weights[n];
      }
      return (lock[u] + (total === 0 ? 0 : sum / total)) / 2;
    });
  return z;
}
