/** Seconds an epoch, from when progress was reported; and how times grow. */

import type { ProgressEvent } from '../../recommenders/types.js';
import { median } from './measure.js';

/** A progress event and when it came, in seconds. */
export interface TimedEvent extends Pick<ProgressEvent, 'phase' | 'done' | 'total'> {
  readonly at: number;
}

/**
 * Seconds an epoch: the median over what came between two reports of the last phase, which may report once an epoch or
 * at any other step. The time before the first report, when code is compiled and memory is new, counts only where there
 * is nothing else.
 *
 * @param began when fitting began, in seconds
 * @returns NaN without any event
 */
export function epochSeconds(events: readonly TimedEvent[], epochs: number, began: number): number {
  const phase = events.at(-1)?.phase;
  const marks = [{ at: began, done: 0, total: 1 }, ...events.filter((event) => event.phase === phase)];
  const seconds = marks.slice(1).map(({ at, done, total }, n) => {
    return (at - marks[n].at) / (((done - marks[n].done) / total) * epochs);
  });
  return median(seconds.length > 1 ? seconds.slice(1) : seconds);
}

/** The exponent e of y = c x^e by least squares on logarithms; NaN for fewer than two different x. */
export function fittedExponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  const logs = points.map(({ x, y }) => [Math.log(x), Math.log(y)]);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
