/**
 * The score that few honest items reach. Of M tested items the m highest that are above 0, 500 at most, begin a tail at a score s. It is
 * taken for a generalised Pareto tail; the number expected above t is
 *
 *     expected(t) = m E[(1 + xi (t - s) / sigma)^(-1 / xi)],   E over what the scores leave open of sigma and xi.
 *
 * It is the predictive mean, not that of the likeliest tail: with few items a likeliest tail ends too early, and twice the promised
 * number of honest items would be alarmed. Log likelihood ratios of independent clicks have exponential tails, xi = 0 (P(T > t) <= number
 * of shares times exp(-t)); but what is odd about an item shows in all its clickers, so honest tails are heavier. Before the scores are
 * seen xi is 0.1 with a standard deviation of 0.1, by drawn files without fakes (docs/detection.md). log sigma is flat. Of the ten
 * highest items (fewer in a small file) only their number enters: they may be pushed.
 *
 * In a large file one score in ten would be too many: most of these say nothing of the highest, but would decide on xi. Fakes lift
 * them a little everywhere, by the items that they fill their profiles with.
 */

import { censoredCount } from './level.js';

/** The highest scores that make a tail. */
const MOST_ABOVE = 500;
/** Two groups of five targets. */
const MOST_CENSORED = 10;
const SHAPE = { least: -0.4, most: 0.6, steps: 25, usual: 0.1, deviation: 0.1 };
/** log sigma; scores are in units of their own scale, so that it is about 0, or below where the least scale is that of most items */
const LOG_SCALE = { least: -2.4, most: 1.2, steps: 60 };
const FEW = 1e-9;
/** Parameters less likely than this share of the total are left out. */
const NEGLIGIBLE = 1e-7;
const FARTHEST = 1e6;
/** What is no possible tail: a score beyond its end. */
const IMPOSSIBLE = Number.NEGATIVE_INFINITY;

interface Possibility {
  readonly scale: number;
  readonly shape: number;
  readonly weight: number;
}

export interface Tail {
  /** tested items */
  readonly count: number;
  /** the score that the tail begins at, 0 or more */
  readonly start: number;
  /** how many are above it */
  readonly above: number;
  readonly possibilities: readonly Possibility[];
}

/** log of the share of a tail above a score. */
function logSurvival(score: number, scale: number, shape: number): number {
  if (Math.abs(shape) < FEW) return -score / scale;
  const inside = 1 + (shape * score) / scale;
  return inside > 0 ? -Math.log(inside) / shape : IMPOSSIBLE;
}

/** Log likelihood of scores, `censored` more being only known to exceed the limit. */
function likelihood(scores: Float64Array, censored: number, limit: number, scale: number, shape: number) {
  let sum = censored * logSurvival(limit, scale, shape) - scores.length * Math.log(scale);
  for (let n = 0; n < scores.length; n++) sum += (1 + shape) * logSurvival(scores[n], scale, shape);
  return Number.isNaN(sum) ? IMPOSSIBLE : sum;
}

const grid = ({ least, most, steps }: { least: number; most: number; steps: number }): number[] =>
  Array.from({ length: steps + 1 }, (_, n) => least + ((most - least) * n) / steps);

/** @param scores of tested items, in any order; null where none but the highest is above 0 @example fitTail(scores) */
export function fitTail(scores: Float64Array): Tail | null {
  const tested = scores.filter(Number.isFinite).sort();
  const count = tested.length;
  const start = Math.max(0, tested[count - 1 - MOST_ABOVE] ?? 0);
  const above = tested.filter((score) => score > start).map((score) => score - start);
  const censored = Math.min(MOST_CENSORED, censoredCount(count));
  const known = above.subarray(0, Math.max(0, above.length - censored));
  if (known.length === 0) return null;
  const limit = known[known.length - 1];
  const all = grid(SHAPE).flatMap((shape) =>
    grid(LOG_SCALE).map((log) => {
      const scale = Math.exp(log);
      const prior = -((shape - SHAPE.usual) ** 2) / (2 * SHAPE.deviation ** 2);
      return {
        scale,
        shape,
        value: prior + likelihood(known, above.length - known.length, limit, scale, shape),
      };
    }),
  );
  const best = all.reduce((most, { value }) => Math.max(most, value), IMPOSSIBLE);
  const total = all.reduce((sum, { value }) => sum + Math.exp(value - best), 0);
  const possibilities = all
    .map(({ scale, shape, value }) => ({ scale, shape, weight: Math.exp(value - best) / total }))
    .filter(({ weight }) => weight > NEGLIGIBLE);
  return { count, start, above: above.length, possibilities };
}

/** Honest items that are expected above a score, of all tested ones; all of them where the tail has not begun. */
export function expectedAbove({ above, count, start, possibilities }: Tail, score: number): number {
  if (score <= start) return count;
  return (
    above *
    possibilities.reduce(
      (sum, { scale, shape, weight }) => sum + weight * Math.exp(logSurvival(score - start, scale, shape)),
      0,
    )
  );
}

/**
 * The score above which `expected` honest items are expected; where the tail begins, if no more than that are above it.
 *
 * @example thresholdOf(tail, 0.2)
 */
export function thresholdOf(tail: Tail, expected: number): number {
  let [low, high] = [tail.start, tail.start + 1];
  while (high < FARTHEST && expectedAbove(tail, high) > expected) high *= 2;
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (expectedAbove(tail, middle) > expected) low = middle;
    else high = middle;
  }
  return high;
}
