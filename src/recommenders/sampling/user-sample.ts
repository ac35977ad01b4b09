/**
 * Which real users an estimate is made on: so many, distinct, each as likely as any other. What it is not: the estimate
 * (`push-objective.ts`, and the hit ratio in `surrogate.ts`).
 */

import type { SeedKey } from '../../rng.js';
import { shuffledRows } from './batches.js';

/**
 * `count` of `users` without replacement, ascending. Each user's draw is a function of (seed, step, user) alone, and those
 * with the smallest are taken: rows appended after the real users change nothing.
 *
 * @param seed of this purpose, e.g. `seed.child('objective-users')`
 * @returns all users where `count` is not below their number
 * @example sampleUsers(13149, 2048, seed.child('objective-users'), t)
 */
export function sampleUsers(users: number, count: number, seed: SeedKey, step: number): Int32Array {
  if (count >= users) return Int32Array.from({ length: users }, (_, user) => user);
  return shuffledRows(users, seed, step).slice(0, count).sort();
}

/**
 * `count` of some of `users` users: those that `sampleUsers` would take if there were no others, and so the same where `of` are all.
 *
 * @param of ascending
 * @returns `of` where `count` is not below their number
 */
export function sampleOf(
  of: Int32Array,
  users: number,
  count: number,
  seed: SeedKey,
  step: number,
): Int32Array {
  if (count >= of.length) return of;
  const belongs = new Uint8Array(users);
  for (const user of of) belongs[user] = 1;
  return shuffledRows(users, seed, step)
    .filter((user) => belongs[user] === 1)
    .slice(0, count)
    .sort();
}
