/**
 * Which states of a trajectory are kept, so that every step can be differentiated at its own state with at most one more
 * forward pass. What it is not: it holds no state.
 *
 * The window is cut into segments. The state before each is kept while training; back-propagation takes the segments from
 * the last to the first and computes the states inside one again. A segment that is done gives its place back, so earlier
 * ones may be longer: with s places, s segments of 2, 3, ..., s + 1 steps (from the last) need no more than s at any time,
 * as the state before a segment's last step is where the recomputation ends, in no place of its own. They cover
 * s (s + 3) / 2 steps: n steps need about sqrt(2 n) states, where segments of one length would need 2 sqrt(n).
 */

/** Fewest states to keep for a window of so many steps. */
function fewest(steps: number): number {
  return Math.ceil((Math.sqrt(9 + 8 * steps) - 3) / 2);
}

/**
 * States to keep for a window: as many as fit, but no fewer than one more forward pass needs.
 *
 * @param fit number of states there is room for
 * @example placesFor(70, 6) // 11
 */
export function placesFor(steps: number, fit: number): number {
  return Math.min(steps, Math.max(fewest(steps), Math.floor(fit)));
}

/**
 * Steps of each segment, from the first to the last: as many segments as places, each of at least one step. A segment of one
 * step is not computed again.
 *
 * @example segmentLengths(35, 7) // [8, 7, 6, 5, 4, 3, 2]
 */
export function segmentLengths(steps: number, places: number): number[] {
  let beyondOne = steps - places;
  return Array.from({ length: places }, (_, segment) => {
    const more = Math.min(beyondOne, places - segment);
    beyondOne -= more;
    return 1 + more;
  });
}
