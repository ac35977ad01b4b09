/**
 * What evidence T is usual for an honest item, which depends on its popularity p and on how odd its surroundings are (beta):
 *
 *     u = 90 % quantile of T, linear in 1, x, x^2 and beta;   b = mean excess above u, log (b / sqrt(p)) linear in 1, x and beta,
 *     x = log p and beta standardised over the tested items; b is 3 at least.
 *
 * The score of an item is (T - u) / b: above 0 for one item in ten, and of honest items it falls off about as exp(-score), as log
 * likelihood ratios do. The highest scores may be pushed items, which would hide themselves in a large b; so of the highest 0.2 %,
 * and of five at least, only their number enters.
 */

import { fitExponential } from '../model/exponential-regression.js';
import { predicted, type Rows } from '../model/least-squares.js';
import { fitQuantile } from '../model/quantile-regression.js';

/** The quantile above which a score is an excess. */
const START = 0.9;
/** The scores above this quantile are taken as known to be above it, not by how much. */
const CENSORED = 0.998;
/** Fewer tested items say nothing about usual ones. */
const LEAST_ITEMS = 40;
/** Excesses without which no scale is fitted. */
const LEAST_EXCESSES = 4;
const ROUNDS = 5;
/**
 * About what one click of the largest weight, 6, adds to T in an audience of 20. On a finer scale one odd clicker of an item that few
 * clicked would be proof.
 */
const LEAST_SCALE = 3;
/** Errors of clicks add up by the root of their number; how far b may be from that, in x and in beta, before it is seen. */
const DEVIATION = 0.2;
/** beta beyond this is a matter of few items. */
const FARTHEST_USUAL = 3;

/** What is known of an item beside its evidence. */
export interface Surroundings {
  readonly popularity: number;
  /** beta */
  readonly usual: number;
}

interface Standard {
  readonly centre: number;
  readonly spread: number;
}

export interface Level {
  readonly popularity: Standard;
  readonly usual: Standard;
  readonly start: Float64Array;
  readonly scale: Float64Array;
}

function standardOf(values: Float64Array): Standard {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { centre: mean, spread: variance > 1e-12 ? Math.sqrt(variance) : 1 };
}

const place = (value: number, { centre, spread }: Standard): number => (value - centre) / spread;

type Standards = Pick<Level, 'popularity' | 'usual'>;

/** 1, x, beta and x^2: the columns of u; b has the first three. */
function rowOf(item: Surroundings, standards: Standards): number[] {
  const x = place(Math.log(item.popularity), standards.popularity);
  const usual = place(item.usual, standards.usual);
  return [1, x, Math.max(-FARTHEST_USUAL, Math.min(FARTHEST_USUAL, usual)), x * x];
}
const SCALE_COLUMNS = 3;

function rowsOf(rows: readonly (readonly number[])[]): Rows {
  return { values: Float64Array.from(rows.flat()), width: rows[0].length };
}

/** A group pushes up to this many items, so that one of them does not hide another. */
const PUSHED = 5;
/** In a small file not more than one item in this many. */
const ONE_IN = 50;

/** How many of the highest scores enter by number only. @example censoredCount(10_000) // 20 */
export function censoredCount(items: number): number {
  return Math.max(1, Math.min(PUSHED, Math.round(items / ONE_IN)), Math.round((1 - CENSORED) * items));
}

/** log b of excesses in roots of clicks, refitted until the set of the highest stays. */
function fitScale(rows: Rows, excesses: Float64Array, highest: number): Float64Array {
  let coefficients = fitExponential(rows, excesses, new Uint8Array(excesses.length), DEVIATION);
  for (let round = 0; round < ROUNDS; round++) {
    const scales = excesses.map((_, n) => Math.exp(predicted(rows, n, coefficients)));
    const ratios = excesses.map((excess, n) => excess / scales[n]);
    const limit = Float64Array.from(ratios).sort()[ratios.length - 1 - highest];
    const bounded = excesses.map((excess, n) => Math.min(excess, limit * scales[n]));
    coefficients = fitExponential(
      rows,
      bounded,
      Uint8Array.from(ratios, (ratio) => (ratio > limit ? 1 : 0)),
      DEVIATION,
    );
  }
  return coefficients;
}

/**
 * @param evidence T, one a tested item @param items the same items
 * @returns null where there are too few items, or too few with any evidence
 */
export function fitLevel(evidence: Float64Array, items: readonly Surroundings[]): Level | null {
  if (items.length < LEAST_ITEMS) return null;
  const standards: Standards = {
    popularity: standardOf(Float64Array.from(items, ({ popularity }) => Math.log(popularity))),
    usual: standardOf(Float64Array.from(items, ({ usual }) => usual)),
  };
  const own = items.map((item) => rowOf(item, standards));
  const rows = rowsOf(own);
  const start = fitQuantile(rows, evidence, START);
  const above: number[] = [];
  const excess = Float64Array.from(evidence, (value, n) => value - Math.max(0, predicted(rows, n, start)));
  for (let n = 0; n < excess.length; n++) if (excess[n] > 0) above.push(n);
  const highest = censoredCount(items.length);
  if (above.length < highest + LEAST_EXCESSES) return null;
  const scale = fitScale(
    rowsOf(above.map((n) => own[n].slice(0, SCALE_COLUMNS))),
    Float64Array.from(above, (n) => excess[n] / Math.sqrt(items[n].popularity)),
    highest,
  );
  return { ...standards, start, scale };
}

/** (T - u) / b @example levelScore(level, 31.4, { popularity: 166, usual: 0.2 }) */
export function levelScore(level: Level, evidence: number, item: Surroundings): number {
  const row = Float64Array.from(rowOf(item, level));
  const start = predicted({ values: row, width: row.length }, 0, level.start);
  const inRoots = Math.exp(predicted({ values: row, width: SCALE_COLUMNS }, 0, level.scale));
  const scale = Math.max(LEAST_SCALE, Math.sqrt(item.popularity) * inRoots);
  return (evidence - Math.max(0, start)) / scale;
}
