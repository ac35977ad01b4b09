/** The step of the closed-form attack on one profile: worst clicks against better ones, so that the budget holds by construction. */

/** Indices with the `count` largest values, the largest first; ties go to the lower index. */
function largest(count: number, candidates: Iterable<number>, worth: (index: number) => number): number[] {
  const found: number[] = [];
  for (const index of candidates) {
    const value = worth(index);
    if (found.length === count && !(value > worth(found[count - 1]))) continue;
    let at = found.length;
    while (at > 0 && worth(found[at - 1]) < value) at--;
    found.splice(at, 0, index);
    if (found.length > count) found.pop();
  }
  return found;
}

/**
 * The profile with up to `swaps` of its clicks of least gradient replaced by unclicked items of greatest gradient, each only where
 * that raises the objective to first order.
 *
 * @param profile ascending item indices
 * @param gradient of the objective with respect to each entry of the profile's row, length items
 * @returns as many items, ascending
 * @example swapped(Int32Array.of(0, 1), Float64Array.of(5, -1, 0, 2), 2) // [0, 3]
 */
export function swapped(profile: Int32Array, gradient: Float64Array, swaps: number): Int32Array {
  const clicked = new Set(profile);
  const worst = largest(Math.min(swaps, profile.length), profile, (item) => -gradient[item]);
  const best = largest(worst.length, unclicked(gradient.length, clicked), (item) => gradient[item]);
  for (const [n, item] of best.entries()) {
    if (!(gradient[item] > gradient[worst[n]])) break;
    clicked.delete(worst[n]);
    clicked.add(item);
  }
  return Int32Array.from(clicked).sort();
}

function* unclicked(items: number, clicked: ReadonlySet<number>): Generator<number> {
  for (let item = 0; item < items; item++) if (!clicked.has(item)) yield item;
}

/** Swaps of a profile at step t of T, t from 0: from `first` down to 1 in equal steps. @example swapsAt(0, 60, 8) // 8 */
export function swapsAt(t: number, steps: number, first: number): number {
  return steps === 1 ? first : Math.round(first + ((1 - first) * t) / (steps - 1));
}
