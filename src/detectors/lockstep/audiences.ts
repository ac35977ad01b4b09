/**
 * Who did the same: the clicks of each item, apart by rating where there are ratings, in order of time where there are times. What it
 * is not: it scores nobody.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import { RecauditError } from '../../errors.js';

export interface AudienceOptions {
  /** one an entry in CSR order: clicks with different ratings are not the same; absent: all are */
  readonly ratings?: Float64Array | undefined;
  /** with `window`: clicks of an item at most so far apart in time are the same */
  readonly timestamps?: Float64Array | undefined;
  /** in the unit of the timestamps; without timestamps it says nothing */
  readonly window: number;
}

/** Entries of one item and rating, as ranges of one array. */
export interface Audiences {
  /** audience of each entry, in CSR order */
  readonly of: Int32Array;
  /** length audiences + 1 */
  readonly pointers: Int32Array;
  /** user of each member; within an audience by time, then by row */
  readonly users: Int32Array;
  /** length entries: where the entry stands among the members */
  readonly placeOf: Int32Array;
  /** members [from, to) that did the same as the member at `place`, itself among them */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** index of the rating of each audience, below `ratings` */
  readonly ratingOf: Int32Array;
  /** distinct ratings; 1 without ratings */
  readonly ratings: number;
}

/** More values than this are no rating scale: the same play count is no agreement. */
export const MOST_RATINGS = 64;

/**
 * @throws RecauditError `data` for more than 64 distinct ratings
 * @example const { of, pointers, users } = audiencesOf(interactions, { ratings, window: Number.POSITIVE_INFINITY });
 */
export function audiencesOf(
  interactions: InteractionMatrix,
  { ratings, timestamps, window }: AudienceOptions,
): Audiences {
  const { items, nonZeros } = interactions;
  const { columnPointers, rowIndices, csrPositions } = interactions.csc();
  const values = ratings === undefined ? [1] : Array.from(new Set(ratings)).sort((a, b) => a - b);
  if (values.length > MOST_RATINGS)
    throw new RecauditError(
      'data',
      `lockstep: expected at most ${MOST_RATINGS} distinct ratings, got ${values.length}. Set ratings to ignore where they are counts.`,
    );
  const indexOf = new Map(values.map((value, index) => [value, index]));
  const ratingAt = (e: number) => (ratings === undefined ? 0 : (indexOf.get(ratings[e]) as number));
  const timeAt = (e: number) => timestamps?.[e] ?? 0;
  const of = new Int32Array(nonZeros);
  const placeOf = new Int32Array(nonZeros);
  const users = new Int32Array(nonZeros);
  const times = new Float64Array(nonZeros);
  const pointers: number[] = [0];
  const ratingOf: number[] = [];
  let place = 0;
  for (let item = 0; item < items; item++) {
    // Positions in CSC order ascend by user, so equal times stay in the order of rows.
    const entries = Array.from(
      { length: columnPointers[item + 1] - columnPointers[item] },
      (_, n) => columnPointers[item] + n,
    );
    entries.sort((p, q) => {
      const [a, b] = [csrPositions[p], csrPositions[q]];
      return ratingAt(a) - ratingAt(b) || timeAt(a) - timeAt(b) || p - q;
    });
    entries.forEach((p, n) => {
      const e = csrPositions[p];
      const opens = n === 0 || ratingAt(e) !== ratingAt(csrPositions[entries[n - 1]]);
      if (opens && place > 0) pointers.push(place);
      if (opens) ratingOf.push(ratingAt(e));
      of[e] = ratingOf.length - 1;
      placeOf[e] = place;
      users[place] = rowIndices[p];
      times[place] = timeAt(e);
      place++;
    });
  }
  if (place > 0) pointers.push(place);
  const near = nearInTime(pointers, times, timestamps === undefined ? Number.POSITIVE_INFINITY : window);
  return {
    of,
    placeOf,
    users,
    pointers: Int32Array.from(pointers),
    ratingOf: Int32Array.from(ratingOf),
    ratings: values.length,
    ...near,
  };
}

/** Of each member, the range of members at most `window` earlier or later, by two pointers that only go forward. */
function nearInTime(pointers: readonly number[], times: Float64Array, window: number) {
  const [from, to] = [new Int32Array(times.length), new Int32Array(times.length)];
  for (let audience = 0; audience + 1 < pointers.length; audience++) {
    const end = pointers[audience + 1];
    let [first, last] = [pointers[audience], pointers[audience]];
    for (let place = pointers[audience]; place < end; place++) {
      while (times[place] - times[first] > window) first++;
      while (last < end && times[last] - times[place] <= window) last++;
      from[place] = first;
      to[place] = last;
    }
  }
  return { from, to };
}
