/** Items of like popularity, to tell what is usual there. */

import type { InteractionMatrix } from '../data/interactions.js';
import { SeedKey } from '../rng.js';
import type { Compared } from './types.js';

/** Items among which those compared with are drawn, for each of them. */
const AMONG = 4;

/**
 * Items drawn by the seed among four times as many whose clicks are nearest to the item's, by ratio. Items without a click are none.
 * They are drawn because whoever pushes one item often pushes others up to the same number of clicks: the nearest would be these.
 *
 * @example comparableItems(interactions, 7, 30, 1)
 */
export function comparableItems(
  interactions: InteractionMatrix,
  item: number,
  count: number,
  seed: number,
): number[] {
  const clicks = interactions.itemDegrees();
  const key = SeedKey.root(seed).child('comparable');
  const distance = (other: number) => Math.abs(Math.log(clicks[other] / Math.max(1, clicks[item])));
  return Array.from(clicks.keys())
    .filter((other) => other !== item && clicks[other] > 0)
    .map((other) => ({ other, distance: distance(other), draw: key.child(other).stream().uniform() }))
    .sort((a, b) => a.distance - b.distance || a.draw - b.draw || a.other - b.other)
    .slice(0, AMONG * count)
    .sort((a, b) => a.draw - b.draw || a.other - b.other)
    .slice(0, count)
    .map(({ other }) => other);
}

/**
 * Of items of like popularity those that are most like the item by clicks and by hit ratio: nearest by the logarithms of both. Items in
 * nobody's list are none: they have nothing to lose.
 *
 * @example alikeItems(result.usual, result, 10)
 */
export function alikeItems(
  compared: readonly Compared[],
  { clicks, hitRatio }: { readonly clicks: number; readonly hitRatio: number },
  count: number,
): Compared[] {
  const distance = (other: Compared) =>
    Math.hypot(Math.log(other.hitRatio / hitRatio), Math.log(other.clicks / Math.max(1, clicks)));
  return compared
    .filter((other) => other.hitRatio > 0 && other.largest.length > 0)
    .sort((a, b) => (hitRatio > 0 ? distance(a) - distance(b) : 0) || a.item - b.item)
    .slice(0, count);
}
