/** Seconds an epoch, from when progress was reported; and how times grow. */

import type { ProgressEvent } from '../../compute.js';
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

export interface LinearFit {
  readonly slope: number;
  readonly intercept: number;
  /** share of the variance of y that the line explains; 1 where y does not vary */
  readonly r2: number;
}

/** y = intercept + slope x by least squares; NaN for fewer than two different x. */
export function linearFit(points: readonly { readonly x: number; readonly y: number }[]): LinearFit {
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const slope = mean(({ x, y }) => (x - meanX) * (y - meanY)) / mean(({ x }) => (x - meanX) ** 2);
  const intercept = meanY - slope * meanX;
  const variance = mean(({ y }) => (y - meanY) ** 2);
  const left = mean(({ x, y }) => (y - intercept - slope * x) ** 2);
  return { slope, intercept, r2: variance === 0 ? 1 : 1 - left / variance };
}

/** The exponent e of y = c x^e by least squares on logarithms; NaN for fewer than two different x. */
export function fittedExponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  return linearFit(points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }))).slope;
}
