/** One measure over the units of an audit: mean, spread and interval. */

import { type Interval, mean, standardDeviation, tInterval } from '../../metrics/index.js';

export interface MeasureSummary {
  /** in the order of the units; null where a task failed or there was no user to average over */
  readonly values: readonly (number | null)[];
  /** over the values that are there; null if none is */
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** t-interval of the mean; null below 3 values and where they show no spread */
  readonly interval: Interval | null;
}

export function summarise(values: readonly (number | null)[]): MeasureSummary {
  const present = values.filter((value) => value !== null);
  return {
    values,
    mean: present.length === 0 ? null : mean(present),
    standardDeviation: standardDeviation(present),
    interval: tInterval(present),
  };
}
