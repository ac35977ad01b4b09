/**
 * What is usual at a size. A value v at size n has the residual r = v - (cubic in log n), fitted by least absolute deviations
 * (iteratively reweighted least squares), and the scale of |r|, linear in log n. Corrected: r / scale, clipped.
 *
 * It knows nothing of users or items: sizes may be clicks of either.
 */

import { leastSquares, type Rows } from './least-squares.js';

const DEGREE = 3;
const ROUNDS = 20;
/** A residual below this share of the mean weighs no more. */
const LEAST_RESIDUAL = 1e-3;
/** The scale never falls below this share of its mean, nor does one value count more than this many times the mean. */
const LEAST_SCALE = 0.2;
const MOST_RESIDUAL = 5;
/** Residuals of this share of the values are rounding: nothing varies. */
const ROUNDING = 1e-7;
/** The fit looks at no more values than this, at even distances. */
const MOST_VALUES = 50_000;

export interface Trend {
  /** of standardised log size */
  readonly coefficients: Float64Array;
  readonly scale: readonly [level: number, slope: number];
  readonly least: number;
  readonly centre: number;
  readonly spread: number;
}

function standardised(size: number, { centre, spread }: Pick<Trend, 'centre' | 'spread'>): number {
  return Math.max(-3, Math.min(3, (Math.log(Math.max(1, size)) - centre) / spread));
}

function polynomial(x: number, coefficients: Float64Array): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** The powers of each x up to a degree. */
function powersOf(xs: Float64Array, degree: number): Rows {
  const width = degree + 1;
  const values = new Float64Array(xs.length * width);
  for (let n = 0; n < xs.length; n++) {
    let power = 1;
    for (let d = 0; d < width; d++) {
      values[n * width + d] = power;
      power *= xs[n];
    }
  }
  return { values, width };
}

/** A little towards 0, so that data of one size have a trend too. */
const ridge = (power: number): number => (power === 0 ? 1e-9 : 1e-4);

/** Every n-th value, so that no more than MOST_VALUES are left. */
function thinned(all: ArrayLike<number>): Float64Array {
  const step = Math.max(1, Math.ceil(all.length / MOST_VALUES));
  return Float64Array.from({ length: Math.ceil(all.length / step) }, (_, n) => all[n * step]);
}

/**
 * @param allSizes clicks, one a value @param allValues NaN where there is none
 * @example correct(values, sizes, fitTrend(values, sizes), -6, 12)
 */
export function fitTrend(allValues: Float64Array, allSizes: ArrayLike<number>): Trend {
  const values = thinned(allValues);
  const sizes = thinned(allSizes);
  const logs = Float64Array.from({ length: values.length }, (_, n) => Math.log(Math.max(1, sizes[n])));
  let [sum, squares, count] = [0, 0, 0];
  values.forEach((value, n) => {
    if (!Number.isFinite(value)) return;
    sum += logs[n];
    squares += logs[n] ** 2;
    count++;
  });
  const centre = count > 0 ? sum / count : 0;
  const variance = count > 0 ? squares / count - centre ** 2 : 0;
  const spread = variance > 1e-12 ? Math.sqrt(variance) : 1;
  const xs = Float64Array.from(sizes, (size) => standardised(size, { centre, spread }));
  const powers = powersOf(xs, DEGREE);
  let coefficients = leastSquares(powers, values, null, ridge);
  const residuals = new Float64Array(values.length);
  const weights = new Float64Array(values.length);
  const size = values.reduce((sum, value) => sum + (Number.isFinite(value) ? Math.abs(value) : 0), 0);
  const measure = () => {
    let total = 0;
    for (let n = 0; n < values.length; n++) {
      residuals[n] = Math.abs(values[n] - polynomial(xs[n], coefficients));
      if (Number.isFinite(residuals[n])) total += residuals[n];
    }
    return count > 0 && total > ROUNDING * size ? total / count : 0;
  };
  let mean = measure();
  for (let round = 0; round < ROUNDS && mean > 0; round++) {
    for (let n = 0; n < values.length; n++)
      weights[n] = 1 / Math.max(residuals[n], LEAST_RESIDUAL * mean) || 0;
    coefficients = leastSquares(powers, values, weights, ridge);
    mean = measure();
  }
  const capped = residuals.map((residual) => Math.min(residual, MOST_RESIDUAL * mean));
  const [level, slope] = leastSquares(powersOf(xs, 1), capped, null, ridge);
  return { coefficients, scale: [level, slope], least: LEAST_SCALE * mean, centre, spread };
}

/** What is usual at a size, and how far from it is usual. @example usualAt(trend, 35).value */
export function usualAt(trend: Trend, size: number): { readonly value: number; readonly scale: number } {
  const x = standardised(size, trend);
  // `least` is 0 where nothing varies: no deviation from usual is unusual then
  const scale = trend.least > 0 ? Math.max(trend.least, trend.scale[0] + trend.scale[1] * x) : 0;
  return { value: polynomial(x, trend.coefficients), scale };
}

/** Residuals in scales, clipped to [low, high]; 0 where there is no value or nothing varies. */
export function correct(
  values: Float64Array,
  sizes: ArrayLike<number>,
  trend: Trend,
  low: number,
  high: number,
): Float64Array {
  return values.map((value, n) => {
    if (!Number.isFinite(value)) return 0;
    const usual = usualAt(trend, sizes[n]);
    if (!(usual.scale > 0)) return 0;
    return Math.max(low, Math.min(high, (value - usual.value) / usual.scale));
  });
}
