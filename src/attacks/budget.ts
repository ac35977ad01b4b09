/**
 * The attacker's budget: how many fake users, and how many clicks each of them may make.
 *
 * What it is not: it chooses no item (the attacks do). Every check here throws before anything is
 * computed, so that a bad budget never yields a partial result.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import type { SeedKey } from '../rng.js';

/** Throws RecauditError('config') unless `fakeUsers` is a positive whole number. */
export function validateFakeUsers(fakeUsers: number): void {
  if (!Number.isSafeInteger(fakeUsers) || fakeUsers < 1) {
    throw new RecauditError(
      'config',
      `fake users: expected a whole number of at least 1, got ${fakeUsers}. Give the attack size as 50 or 1%.`,
    );
  }
}

/**
 * Checks one profile's click budget against the catalogue and the targets that every profile must hold.
 *
 * @param clicks the profile size B_v
 * @param items number of items in the catalogue
 * @param forced number of targets forced into the profile (they count inside the budget)
 * @throws RecauditError('config') on 0, a negative, NaN, a fraction, fewer than `forced`, or more than `items`
 * @example validateBudget(30, 14_007, 5)
 */
export function validateBudget(clicks: number, items: number, forced = 0, where = 'click budget'): void {
  if (!Number.isSafeInteger(clicks) || clicks < 1) {
    throw new RecauditError(
      'config',
      `${where}: expected a whole number of clicks of at least 1, got ${clicks}. Give every fake profile at least one click.`,
    );
  }
  if (clicks > items) {
    throw new RecauditError(
      'config',
      `${where}: expected at most ${items} clicks (the whole catalogue), got ${clicks}. Lower the budget.`,
    );
  }
  if (clicks < forced) {
    throw new RecauditError(
      'config',
      `${where}: expected at least ${forced} clicks (one for each forced target), got ${clicks}. Raise the budget or give fewer targets.`,
    );
  }
}

/** Checks the targets: whole numbers within the catalogue, ascending, distinct. Throws RecauditError('config'). */
export function validateTargets(targets: ArrayLike<number>, items: number): void {
  if (targets.length === 0)
    throw new RecauditError('config', 'target items: expected at least one, got none. Name an item to push.');
  for (let t = 0; t < targets.length; t++) {
    const item = targets[t];
    if (!Number.isSafeInteger(item) || item < 0 || item >= items) {
      throw new RecauditError(
        'config',
        `target items: expected item indices from 0 to ${items - 1}, got ${item}. Name items of the training data.`,
      );
    }
    if (t > 0 && item <= targets[t - 1]) {
      throw new RecauditError(
        'config',
        `target items: expected distinct items in ascending order, got ${targets[t - 1]} before ${item}. Sort them and drop duplicates.`,
      );
    }
  }
}

/**
 * Draws a profile size B_v for each fake user from the real users' profile sizes: uniformly, with replacement, among
 * real users with at least `minimum` clicks. (Truncated, not clamped: an atom at the minimum would give fakes away.)
 *
 * @param interactions the real training data
 * @param minimum least profile size, usually the number of forced targets; at least one click is always asked
 * @returns length `fakeUsers`; entry v depends only on (interactions, minimum, seed, v)
 * @throws RecauditError('config') when no real user has that many clicks
 * @example const sizes = drawProfileSizes(train, 131, targets.length, SeedKey.root(1).child('attack-init'))
 */
export function drawProfileSizes(
  interactions: InteractionMatrix,
  fakeUsers: number,
  minimum: number,
  seed: SeedKey,
): Int32Array {
  validateFakeUsers(fakeUsers);
  const least = Math.max(1, minimum);
  validateBudget(least, interactions.items, 0, 'least profile size');
  const sizes = Int32Array.from(interactions.userDegrees()).filter((size) => size >= least);
  if (sizes.length === 0) {
    throw new RecauditError(
      'config',
      `click budget: expected a real user with at least ${least} clicks to draw profile sizes from, got none among ${interactions.users}. Give fewer targets or more data.`,
    );
  }
  const drawn = new Int32Array(fakeUsers);
  for (let v = 0; v < fakeUsers; v++) drawn[v] = sizes[seed.child(v).stream().integer(sizes.length)];
  return drawn;
}
