/** The users to whom an item can be recommended, as the computations read them. What it is not: it ranks nothing. */

import type { InteractionMatrix } from '../data/interactions.js';
import type { Audience } from '../hypergradient/item-objective.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { SeedKey } from '../rng.js';
import type { AudienceChoice } from './types.js';

/**
 * Users with a click, ascending: at most `most`, drawn by the seed before anything is left out, so that the audiences of two
 * items differ by their clickers alone.
 */
export function sampledUsers(
  interactions: InteractionMatrix,
  { most, seed, without }: AudienceChoice,
): Int32Array {
  const left = new Set(without);
  const active = interactions.userDegrees().reduce<number[]>((users, clicks, user) => {
    if (clicks > 0) users.push(user);
    return users;
  }, []);
  const key = SeedKey.root(seed).child('audience');
  const kept =
    active.length <= most
      ? active
      : active
          .map((user) => ({ user, order: key.child(user).stream().uniform() }))
          .sort((a, b) => a.order - b.order || a.user - b.user)
          .slice(0, most)
          .map(({ user }) => user)
          .sort((a, b) => a - b);
  return Int32Array.from(kept.filter((user) => !left.has(user)));
}

/** Those of the users who have not clicked the item: their positions. */
export function positionsWithout(
  interactions: InteractionMatrix,
  users: Int32Array,
  item: number,
): Int32Array {
  const positions: number[] = [];
  users.forEach((user, j) => {
    if (!interactions.has(user, item)) positions.push(j);
  });
  return Int32Array.from(positions);
}

export function clickersOf(interactions: InteractionMatrix, item: number): Int32Array {
  const { columnPointers, rowIndices } = interactions.csc();
  return rowIndices.slice(columnPointers[item], columnPointers[item + 1]);
}

/** Users and what they have seen, in kernel memory until `releaseAudience`. */
export function createAudience<A extends FloatArray>(
  kernels: Kernels<A>,
  interactions: InteractionMatrix,
  users: Int32Array,
): Audience {
  const pointers = new Int32Array(users.length + 1);
  users.forEach((user, j) => {
    pointers[j + 1] = pointers[j] + interactions.row(user).length;
  });
  const inKernels = (values: Int32Array) => {
    const array = kernels.allocateIndices(values.length);
    array.set(values);
    return array;
  };
  const seenItems = kernels.allocateIndices(pointers[users.length]);
  users.forEach((user, j) => {
    seenItems.set(interactions.row(user), pointers[j]);
  });
  return { users: inKernels(users), seenPointers: inKernels(pointers), seenItems };
}

export function releaseAudience<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, seenPointers, seenItems }: Audience,
): void {
  for (const array of [users, seenPointers, seenItems]) kernels.release(array);
}
