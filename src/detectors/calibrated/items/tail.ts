/**
 * The score that few honest items reach. Above the 95 % quantile the scores of honest items fall off as a generalised Pareto tail: of
 * M tested items,
 *
 *     expected above t = M (1 - q) (1 + xi (t - u) / sigma)^(-1 / xi),   u the q = 95 % quantile.
 *
 * sigma and xi have the largest likelihood, with xi at least 0: a lighter tail than the exponential one is never assumed. The highest
 * scores may be pushed items, which would hide themselves by making the tail heavy; so of the highest 0.2 % only their number enters.
 */

import { quantile } from '../../../data/popularity.js';

const START = 0.95;
/** The scores above this quantile are taken as known to be above it, not by how much. */
const CENSORED = 0.998;
const MOST_SHAPE = 0.5;

export interface Tail {
  readonly start: number;
  readonly scale: number;
  readonly shape: number;
  /** tested items */
  readonly count: number;
}

/** Log likelihood of excesses under a generalised Pareto tail, the `censored` largest of them only known to exceed `limit`. */
function likelihood(
  excesses: Float64Array,
  censored: number,
  limit: number,
  scale: number,
  shape: number,
): number {
  const survival = (x: number) => (shape < 1e-9 ? -x / scale : -Math.log1p((shape * x) / scale) / shape);
  let sum = censored * survival(limit) - excesses.length * Math.log(scale);
  for (let n = 0; n < excesses.length; n++) sum += survival(excesses[n]) * (shape < 1e-9 ? 1 : 1 + shape);
  return sum;
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
  let best = { scale: mean, shape: 0, value: Number.NEGATIVE_INFINITY };
  for (let step = 0; step <= 25; step++) {
    const shape = (MOST_SHAPE * step) / 25;
    const found = bestScale(excesses, censored, limit, shape, mean);
    if (found.value > best.value) best = { ...found, shape };
  }
  return { start, scale: best.scale, shape: best.shape, count };
}

/** Honest items that are expected above a score, of all tested ones. */
export function expectedAbove({ start, scale, shape, count }: Tail, score: number): number {
  const excess = score - start;
  if (excess <= 0) return count * (1 - START);
  const survival = shape < 1e-9 ? Math.exp(-excess / scale) : (1 + (shape * excess) / scale) ** (-1 / shape);
  return count * (1 - START) * survival;
}

/** The score above which `expected` honest items are expected. @example thresholdOf(tail, 0.2) */
export function thresholdOf({ start, scale, shape, count }: Tail, expected: number): number {
  const survival = expected / (count * (1 - START));
  if (survival >= 1) return start;
  return start + (shape < 1e-9 ? -scale * Math.log(survival) : (scale / shape) * (survival ** -shape - 1));
}
