/** A part of what a model could learn from, so that its cost is bounded. */

import type { RandomStream } from '../../../rng.js';

/** At most so many of the values, drawn without replacement, in their order; all where there are no more. @example boundedSample(entries, 40_000, stream) */
export function boundedSample(values: Int32Array, most: number, stream: RandomStream): Int32Array {
  if (values.length <= most) return values;
  return stream
    .sample(values.length, most)
    .sort()
    .map((n) => values[n]);
}
