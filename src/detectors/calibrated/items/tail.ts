/**
 * The score that few honest items reach. Above the 95 % quantile the scores of honest items fall off as a generalised Pareto tail: of
 * M tested items,
 *
 *     expected above t = M (1 - q) (1 + xi (t - u) / sigma)^(-1 / xi),   u the q = 95 % quantile.
 *
 * sigma and xi have the largest likelihood; then xi is raised by a standard error, (1 + xi) / sqrt(excesses) (Smith 1985), and
 * sigma fitted to it: where the tail is not well known, it is taken to be heavier. The highest scores may be pushed items, which would
 * hide themselves by making the tail heavy; so of the highest 0.2 % only their number enters.
 */

import { quantile } from '../../../data/popularity.js';

const START = 0.95;
/** The scores above this quantile are taken as known to be above it, not by how much. */
const CENSORED = 0.998;
const SHAPES = { least: -0.4, most: 0.5, steps: 90 };
const ERRORS = 1;
const FEW = 1e-9;
/** What is no possible tail: an excess beyond its end. */
const IMPOSSIBLE = Number.NEGATIVE_INFINITY;

export interface Tail {
  readonly start: number;
  readonly scale: number;
  readonly shape: number;
  /** tested items */
  readonly count: number;
}

/** log of the share of a tail above an excess. */
function logSurvival(excess: number, scale: number, shape: number): number {
  if (Math.abs(shape) < FEW) return -excess / scale;
  const inside = 1 + (shape * excess) / scale;
  return inside > 0 ? -Math.log(inside) / shape : IMPOSSIBLE;
}

/** Log likelihood of excesses under a generalised Pareto tail, `censored` more being only known to exceed `limit`. */
function likelihood(
  excesses: Float64Array,
  censored: number,
  limit: number,
  scale: number,
  shape: number,
): number {
  let sum = censored * logSurvival(limit, scale, shape) - excesses.length * Math.log(scale);
  for (let n = 0; n < excesses.length; n++) sum += (1 + shape) * logSurvival(excesses[n], scale, shape);
  return Number.isNaN(sum) ? IMPOSSIBLE : sum;
}

/** The scale of the largest likelihood at a shape, by golden section in its logarithm. */
function bestScale(excesses: Float64Array, censored: number, limit: number, shape: number, mean: number) {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(mean / 20), Math.log(mean * 20)];
  const at = (log: number) => likelihood(excesses, censored, limit, Math.exp(log), shape);
  for (let n = 0; n < 60; n++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (at(a) > at(b)) high = b;
    else low = a;
  }
  const scale = Math.exp((low + high) / 2);
  return { scale, value: likelihood(excesses, censored, limit, scale, shape) };
}

/** @param scores of tested items, in any order; null below 40 of them or where nothing varies @example fitTail(scores) */
export function fitTail(scores: Float64Array): Tail | null {
  const sorted = scores.filter(Number.isFinite).sort();
  const count = sorted.length;
  if (count < 40) return null;
  const start = quantile(sorted, START);
  const above = sorted.filter((score) => score > start);
  const censored = Math.max(1, Math.round((1 - CENSORED) * count));
  const limit = quantile(sorted, 1 - censored / count) - start;
  const excesses = above.subarray(0, Math.max(0, above.length - censored)).map((score) => score - start);
  if (excesses.length < 1 || !(limit > 0)) return null;
  const mean = excesses.reduce((sum, excess) => sum + excess, 0) / excesses.length + limit / excesses.length;
  let best = { scale: mean, shape: 0, value: IMPOSSIBLE };
  const { least, most, steps } = SHAPES;
  for (let step = 0; step <= steps; step++) {
    const shape = least + ((most - least) * step) / steps;
    const found = bestScale(excesses, censored, limit, shape, mean);
    if (found.value > best.value) best = { ...found, shape };
  }
  const shape = Math.min(most, best.shape + (ERRORS * (1 + best.shape)) / Math.sqrt(above.length));
  return { start, shape, scale: bestScale(excesses, censored, limit, shape, mean).scale, count };
}

/** Honest items that are expected above a score, of all tested ones. */
export function expectedAbove({ start, scale, shape, count }: Tail, score: number): number {
  return count * (1 - START) * Math.exp(logSurvival(Math.max(0, score - start), scale, shape));
}

/** The score above which `expected` honest items are expected. @example thresholdOf(tail, 0.2) */
export function thresholdOf({ start, scale, shape, count }: Tail, expected: number): number {
  const survival = Math.min(1, expected / (count * (1 - START)));
  if (Math.abs(shape) < FEW) return start - scale * Math.log(survival);
  return start + (scale / shape) * (survival ** -shape - 1);
}
