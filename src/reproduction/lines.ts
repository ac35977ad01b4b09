/** Statistics of short curves: a line's fit, and the correlation of ranks. */

import { mean, standardDeviation } from '../metrics/index.js';

/** R² of the least-squares line through (x, y); null where either does not vary. */
export function linearFit(x: readonly number[], y: readonly number[]): number | null {
  const [mx, my] = [mean(x), mean(y)];
  const sxy = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  const sxx = x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  const syy = y.reduce((sum, value) => sum + (value - my) ** 2, 0);
  return sxx === 0 || syy === 0 ? null : sxy ** 2 / (sxx * syy);
}

/** Ranks from 0, equal values sharing their mean rank. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}

/** Spearman's rank correlation; null where either does not vary. @example spearman([1, 2, 9], [2, 3, 4]) // 1 */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  const [a, b] = [ranks(x), ranks(y)];
  const [sa, sb] = [standardDeviation(a), standardDeviation(b)];
  if (!sa || !sb) return null;
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = a.reduce((sum, value, i) => sum + (value - ma) * (b[i] - mb), 0) / (a.length - 1);
  return covariance / (sa * sb);
}
